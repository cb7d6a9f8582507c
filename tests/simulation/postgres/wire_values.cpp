#include "tests/simulation/postgres/wire_values.hpp"

#include <cstring>

namespace holon::testing {
namespace {

using postgres::get_number;

template <class Number>
std::string wire(Number number) {
  std::string bytes;
  postgres::put_number(bytes, number);
  return bytes;
}

}  // namespace

wire_value bigint(std::int64_t number) { return wire(number); }
wire_value integer(std::int32_t number) { return wire(number); }
wire_value boolean(bool value) { return std::string(1, value ? '\1' : '\0'); }
wire_value wire_id(const uuid& id) { return std::string(postgres::bytes_of(id)); }

std::int64_t to_bigint(const wire_value& value) { return get_number<std::int64_t>(value->data()); }
std::int32_t to_integer(const wire_value& value) { return get_number<std::int32_t>(value->data()); }

uuid to_id(std::string_view value) {
  uuid id;
  std::memcpy(id.bytes.data(), value.data(), id.bytes.size());
  return id;
}

// Dimensions, a flag, the type; then, unless it is empty, their size and lower bound, and each value behind its length.
std::vector<uuid> to_ids(const wire_value& value) {
  constexpr std::size_t of_array = 12, of_dimension = 8, of_length = 4, of_id = 16;
  std::vector<uuid> ids;
  for (auto at = of_array + of_dimension; at < value->size(); at += of_length + of_id)
    ids.push_back(to_id(std::string_view{*value}.substr(at + of_length, of_id)));
  return ids;
}

std::vector<wire_row> to_rows(std::string_view copied) {
  std::vector<wire_row> rows;
  for (const char* at = copied.data(); at < copied.data() + copied.size();) {
    const auto fields = get_number<std::int16_t>(at);
    at += sizeof fields;
    auto& row = rows.emplace_back();
    for (int i = 0; i < fields; ++i) {
      const auto length = get_number<std::int32_t>(at);
      at += sizeof length;
      row.push_back(length < 0 ? wire_value{} : std::string(at, static_cast<std::size_t>(length)));
      if (length > 0) at += length;
    }
  }
  return rows;
}

}  // namespace holon::testing
