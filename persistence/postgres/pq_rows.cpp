#include "persistence/postgres/pq_rows.hpp"

#include <cstring>

#include <postgresql/libpq-fe.h>

namespace holon::postgres {

bool row::is_null(int column) const { return PQgetisnull(of_, index_, column) != 0; }
std::int64_t row::bigint(int column) const { return get_number<std::int64_t>(PQgetvalue(of_, index_, column)); }
std::int32_t row::integer(int column) const { return get_number<std::int32_t>(PQgetvalue(of_, index_, column)); }
bool row::boolean(int column) const { return *PQgetvalue(of_, index_, column) != 0; }
timestamp row::time(int column) const { return from_wire(bigint(column)); }

uuid row::id(int column) const {
  uuid id;
  std::memcpy(id.bytes.data(), PQgetvalue(of_, index_, column), id.bytes.size());
  return id;
}

std::optional<timestamp> row::time_or_none(int column) const {
  return is_null(column) ? std::nullopt : std::optional(time(column));
}

std::string_view row::bytes(int column) const {
  return {PQgetvalue(of_, index_, column), static_cast<std::size_t>(PQgetlength(of_, index_, column))};
}

std::string_view row::jsonb(int column) const {
  const auto whole = bytes(column);
  return whole.empty() ? whole : whole.substr(1);
}

digest row::hash(int column) const {
  digest value{};
  const auto stored = bytes(column);
  if (stored.size() == value.size()) std::memcpy(value.data(), stored.data(), value.size());
  return value;
}

rows::rows(pg_result* of) : of_(of) {}
int rows::size() const { return of_ == nullptr ? 0 : PQntuples(of_.get()); }
void rows::clear::operator()(pg_result* of) const { PQclear(of); }

}  // namespace holon::postgres
