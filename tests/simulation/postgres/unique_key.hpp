// The keys of the unique indexes, each with the letter of its index.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>

#include "tests/simulation/postgres/fake_tables.hpp"

namespace holon::testing {

[[nodiscard]] std::string number_key(std::int64_t number);
[[nodiscard]] std::string offset_key(std::int64_t offset);
[[nodiscard]] std::string version_key(const uuid& stream, std::int32_t version);
[[nodiscard]] std::string event_key(const uuid& id);
[[nodiscard]] std::string settled_key(const uuid& command);
[[nodiscard]] std::string snapshot_key(const uuid& stream);

/// Those of all rows, but of the snapshots, which may be replaced.
void add_keys(const table_rows& of, std::unordered_set<std::string>& to);

}  // namespace holon::testing
