// The statements of persistence/postgres as a simulated PostgreSQL runs them, each by the name of its file.
#pragma once

#include <string_view>

#include "tests/simulation/postgres/fake_session.hpp"

namespace holon::testing {

/// One statement with its parameters.
[[nodiscard]] statement_outcome run_statement(std::string_view text, const wire_row& with, fake_session& in);

/// Statements without parameters, up to the COPY that the last one may be.
[[nodiscard]] statement_outcome run_query(std::string_view text, fake_session& in);
[[nodiscard]] bool begins_copy(std::string_view text);

/// One row of a COPY.
[[nodiscard]] statement_outcome add_copied(const wire_row& row, fake_session& in);

/// The name of its file, for people.
[[nodiscard]] std::string_view name_of(std::string_view text);

}  // namespace holon::testing
