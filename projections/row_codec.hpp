// Between a described struct and the values of a row: the description of the struct is the description of the table.
#pragma once

#include <array>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "config/result.hpp"
#include "persistence/codec/field_kinds.hpp"
#include "persistence/codec/json.hpp"
#include "persistence/describe.hpp"
#include "persistence/named.hpp"
#include "persistence/time.hpp"
#include "persistence/uuid.hpp"
#include "projections/row_value.hpp"
#include "projections/table_description.hpp"

namespace holon {

namespace detail {

/// A value that is no record as the only field of one: the codecs read records.
template <class T>
struct json_cell {
  T value;
};

template <class T>
constexpr auto describe(about<json_cell<T>>) {
  return record("json_cell", 1, field("value", &json_cell<T>::value));
}

template <class T>
constexpr column_kind column_kind_of() {
  if constexpr (is_named<T>) {
    return column_kind_of<typename T::rep>();
  } else if constexpr (std::same_as<T, bool>) {
    return column_kind::boolean;
  } else if constexpr (std::integral<T>) {
    static_assert(!std::same_as<T, std::uint64_t>, "stores have no unsigned 64-bit column: use std::int64_t");
    return column_kind::integer;
  } else if constexpr (std::floating_point<T>) {
    return column_kind::real;
  } else if constexpr (std::same_as<T, std::string> || described_enum<T>) {
    return column_kind::text;
  } else if constexpr (std::same_as<T, timestamp>) {
    return column_kind::instant;
  } else if constexpr (std::same_as<T, uuid>) {
    return column_kind::uuid;
  } else {
    return column_kind::json;
  }
}

/// The value of a field in a row. `text` keeps JSON until the row is written.
/// errc::invalid_argument: a number that is none, an enum value without a name.
template <class T>
result<row_value> to_row_value(const T& field, std::string& text) {
  if constexpr (is_optional<T>) {
    if (!field) return row_value{};
    return to_row_value(*field, text);
  } else if constexpr (is_named<T>) {
    return to_row_value(field.value, text);
  } else if constexpr (std::integral<T>) {
    return row_value{static_cast<std::int64_t>(field)};
  } else if constexpr (std::floating_point<T>) {
    if (!std::isfinite(field)) return failure(errc::invalid_argument, "a real number must be finite");
    return row_value{static_cast<double>(field)};
  } else if constexpr (std::same_as<T, std::string>) {
    return row_value{std::string_view(field)};
  } else if constexpr (described_enum<T>) {
    if (const auto name = enum_name(field); !name.empty()) return row_value{name};
    return failure(errc::invalid_argument,
                   "the enum value " + std::to_string(static_cast<long long>(field)) + " has no stored name");
  } else if constexpr (std::same_as<T, timestamp>) {
    return row_value{static_cast<std::int64_t>(field.time_since_epoch().count())};
  } else if constexpr (std::same_as<T, uuid>) {
    return row_value{field};
  } else {
    text.clear();
    write_json(text, field);
    return row_value{std::string_view(text)};
  }
}

inline tl::unexpected<error> wrong_value() {
  return failure(errc::schema_violation, "the stored value is not of the column's kind; rebuild the projection");
}

template <class T>
result<void> from_row_value(const row_value& value, T& field) {
  if constexpr (is_optional<T>) {
    field.reset();
    if (std::holds_alternative<std::monostate>(value)) return {};
    return from_row_value(value, field.emplace());
  } else if constexpr (is_named<T>) {
    return from_row_value(value, field.value);
  } else if constexpr (std::integral<T>) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!number || !std::in_range<std::conditional_t<std::same_as<T, bool>, std::uint8_t, T>>(*number))
      return wrong_value();
    field = static_cast<T>(*number);
    return {};
  } else if constexpr (std::floating_point<T>) {
    const auto* number = std::get_if<double>(&value);
    if (!number) return wrong_value();
    field = static_cast<T>(*number);
    return {};
  } else if constexpr (std::same_as<T, timestamp>) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!number) return wrong_value();
    field = timestamp(std::chrono::microseconds(*number));
    return {};
  } else if constexpr (std::same_as<T, uuid>) {
    const auto* id = std::get_if<uuid>(&value);
    if (!id) return wrong_value();
    field = *id;
    return {};
  } else {
    const auto* text = std::get_if<std::string_view>(&value);
    if (!text) return wrong_value();
    if constexpr (std::same_as<T, std::string>) {
      field = *text;
      return {};
    } else if constexpr (described_enum<T>) {
      for (const auto& each : description_of<T>.values)
        if (each.name == *text) return field = each.value, result<void>{};
      return failure(errc::schema_violation, "no value is called '" + std::string(*text) + "'");
    } else {
      json_cell<T> cell;
      HOLON_CHECK(read_json("{\"value\":" + std::string(*text) + "}", cell));
      field = std::move(cell.value);
      return {};
    }
  }
}

}  // namespace detail

template <described_record Row>
inline constexpr std::size_t column_count = std::tuple_size_v<decltype(description_of<Row>.fields)>;

/// The first field, unless the row says `static constexpr std::size_t key_fields = 2;`.
template <described_record Row>
inline constexpr std::size_t key_columns = [] {
  if constexpr (requires { Row::key_fields; }) {
    return std::size_t{Row::key_fields};
  } else {
    return std::size_t{1};
  }
}();

template <described_record Row, std::size_t N>
using field_type =
    typename std::tuple_element_t<N, std::remove_cvref_t<decltype(description_of<Row>.fields)>>::member_type;

namespace detail {
template <class Row, class Numbers>
struct key_of;
template <class Row>
struct key_of<Row, std::index_sequence<0>> {
  using type = field_type<Row, 0>;
};
template <class Row, std::size_t... N>
struct key_of<Row, std::index_sequence<N...>> {
  using type = std::tuple<field_type<Row, N>...>;
};
}  // namespace detail

/// The type of the key field, or a tuple of the key fields if there are several.
template <described_record Row>
using row_key = typename detail::key_of<Row, std::make_index_sequence<key_columns<Row>>>::type;

/// The table that holds such rows.
template <described_record Row>
table_description table_of() {
  static_assert(key_columns<Row> >= 1 && key_columns<Row> <= column_count<Row>, "the key is the first field or fields");
  constexpr auto& description = description_of<Row>;
  table_description table{.name = std::string(description.name),
                          .version = description.version,
                          .key_columns = key_columns<Row>,
                          .columns = {}};
  const auto add = [&]<class Class, class Member>(const field_description<Class, Member>& field) {
    if constexpr (detail::is_optional<Member>) {
      table.columns.push_back({std::string(field.name), detail::column_kind_of<typename Member::value_type>(), true});
    } else {
      table.columns.push_back({std::string(field.name), detail::column_kind_of<Member>(), false});
    }
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, description.fields);
  return table;
}

/// A struct as the values of a row. Refers to the struct's strings: use it while the struct is there.
template <described_record Row>
class row_image {
 public:
  /// errc::invalid_argument: a field that no store can keep; the text names it.
  [[nodiscard]] result<row_values> of(const Row& row) {
    result<void> outcome;
    std::size_t at = 0;
    for_each_field(row, [&](const auto& description, const auto& field) {
      if (outcome) outcome = set(at++, description.name, field);
    });
    if (!outcome) return failure(std::move(outcome).error());
    return row_values(values_.data(), column_count<Row>);
  }

  [[nodiscard]] result<row_values> of_key(const row_key<Row>& key) {
    if constexpr (key_columns<Row> == 1) {
      HOLON_CHECK(set(0, std::get<0>(description_of<Row>.fields).name, key));
    } else {
      HOLON_CHECK(set_all(key, std::make_index_sequence<key_columns<Row>>{}));
    }
    return row_values(values_.data(), key_columns<Row>);
  }

 private:
  template <class Field>
  result<void> set(std::size_t at, std::string_view name, const Field& field) {
    auto value = detail::to_row_value(field, texts_[at]);
    if (!value) return failure_in(describe_place(name), std::move(value).error());
    values_[at] = *value;
    return {};
  }

  template <std::size_t... N>
  result<void> set_all(const row_key<Row>& key, std::index_sequence<N...>) {
    result<void> outcome;
    ((outcome = outcome ? set(N, std::get<N>(description_of<Row>.fields).name, std::get<N>(key)) : outcome), ...);
    return outcome;
  }

  static std::string describe_place(std::string_view column) {
    return "table " + std::string(stored_name<Row>) + ", column " + std::string(column);
  }

  std::array<row_value, column_count<Row>> values_;
  std::array<std::string, column_count<Row>> texts_;
};

/// errc::schema_violation: the store holds something else than what Row describes; the text names the column.
template <described_record Row>
result<Row> row_from(row_values values) {
  Row row{};
  result<void> outcome;
  std::size_t at = 0;
  HOLON_ASSERT(values.size() == column_count<Row>, "a store shows all columns of a row");
  for_each_field(row, [&](const auto& description, auto& field) {
    if (!outcome) return;
    outcome = detail::from_row_value(values[at++], field);
    if (!outcome)
      outcome = failure_in("table " + std::string(stored_name<Row>) + ", column " + std::string(description.name),
                           std::move(outcome).error());
  });
  if (!outcome) return failure(std::move(outcome).error());
  return row;
}

}  // namespace holon
