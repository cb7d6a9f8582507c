// Read models on the screen: the tables of any projection as they are stored, and those of the built-in domain as
// people want to see them.
#pragma once

#include <cstddef>

#include "projections/row_store.hpp"
#include "tools/cli/output.hpp"

namespace holon::cli {

/// The most urgent tasks: by priority, then by due date.
[[nodiscard]] result<void> show_active_tasks(row_session& session, output& out, std::size_t rows_max);

/// Organisations as a tree with their head counts, the largest first at the top.
[[nodiscard]] result<void> show_org_chart(row_session& session, output& out, std::size_t rows_max);

/// How each policy is kept.
[[nodiscard]] result<void> show_compliance_stats(row_session& session, output& out, std::size_t rows_max);

/// The first rows of every table of a projection in the order of their keys, with --json one object a row.
/// errc::not_found: it has no tables yet.
[[nodiscard]] result<void> show_tables_of(row_session& session, std::string_view projection, output& out,
                                          std::size_t rows_max);

}  // namespace holon::cli
