#include "tests/simulation/postgres/unique_key.hpp"

#include "tests/simulation/postgres/wire_values.hpp"

namespace holon::testing {
namespace {

template <class Number>
std::string key_of(char index, Number number) {
  std::string key(1, index);
  postgres::put_number(key, number);
  return key;
}

std::string key_of(char index, const uuid& id) { return std::string(1, index).append(postgres::bytes_of(id)); }

}  // namespace

std::string number_key(std::int64_t number) { return key_of('n', number); }
std::string offset_key(std::int64_t offset) { return key_of('o', offset); }
std::string event_key(const uuid& id) { return key_of('e', id); }
std::string settled_key(const uuid& command) { return key_of('c', command); }
std::string snapshot_key(const uuid& stream) { return key_of('s', stream); }

std::string version_key(const uuid& stream, std::int32_t version) {
  auto key = key_of('v', stream);
  postgres::put_number(key, version);
  return key;
}

void add_keys(const table_rows& of, std::unordered_set<std::string>& to) {
  for (const auto& row : of.batches) to.insert(number_key(row.number));
  for (const auto& row : of.settled) to.insert(settled_key(row.command));
  for (const auto& row : of.events)
    for (auto& key : {offset_key(row.offset), version_key(row.stream, row.version), event_key(row.id)}) to.insert(key);
}

}  // namespace holon::testing
