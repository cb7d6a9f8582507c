// A read-model table of described structs: what a projection writes and a query reads.
//
//   struct task_row { stream_id task; std::string title; bool done = false; };
//   constexpr auto describe(holon::about<task_row>) {
//     return holon::record("tasks", 1, holon::field("task", &task_row::task), …);
//   }
//
// The record's name is the table, its fields are the columns, the first field is the key; a row type with a longer key
// says `static constexpr std::size_t key_fields = 2;`. Fields that are structs, vectors or maps become JSON.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/result.hpp"
#include "projections/row_codec.hpp"
#include "projections/row_store.hpp"

namespace holon {

/// Rows of one table, seen through one session; lives shorter than the session. Writing needs an open transaction.
/// Every function may also give what row_session gives when the store is in trouble.
template <described_record Row>
class table {
 public:
  using key_type = row_key<Row>;

  table(row_session& session, table_number number) : session_(&session), number_(number) {}

  /// Makes the table if it is not there; the errors are those of row_session::ensure_table.
  [[nodiscard]] static result<table> ensure(row_session& session, std::string_view projection) {
    HOLON_TRY(const auto number, session.ensure_table(projection, table_of<Row>()));
    return table(session, number);
  }

  /// Nothing if there is no such row. errc::schema_violation: what is stored is not a Row.
  [[nodiscard]] result<std::optional<Row>> find(const key_type& key) {
    HOLON_TRY(const auto values, image_.of_key(key));
    std::optional<result<Row>> found;
    HOLON_CHECK(session_->get(number_, values, [&](row_values row) { found = row_from<Row>(row); }));
    if (!found) return std::optional<Row>();
    if (!*found) return failure(std::move(*found).error());
    return std::optional<Row>(**std::move(found));
  }

  /// Inserts the row, or replaces the one of the same key. errc::invalid_argument: a value that no store can keep.
  [[nodiscard]] result<void> put(const Row& row) {
    HOLON_TRY(const auto values, image_.of(row));
    return session_->put(number_, values);
  }

  /// False: there was no such row.
  [[nodiscard]] result<bool> erase(const key_type& key) {
    HOLON_TRY(const auto values, image_.of_key(key));
    return session_->erase(number_, values);
  }

  /// Changes one row by `change(Row&)`, which leaves the key alone (errc::invalid_argument). False: no such row,
  /// nothing was written.
  template <std::invocable<Row&> Change>
  [[nodiscard]] result<bool> update(const key_type& key, Change&& change) {
    HOLON_TRY(auto row, find(key));
    if (!row) return false;
    change(*row);
    HOLON_CHECK(check_same_key(*row, key));
    HOLON_CHECK(put(*row));
    return true;
  }

  /// The same; a row that is not there starts as an empty one with this key.
  template <std::invocable<Row&> Change>
  [[nodiscard]] result<void> upsert(const key_type& key, Change&& change) {
    HOLON_TRY(auto row, find(key));
    if (!row) set_key(row.emplace(), key);
    change(*row);
    HOLON_CHECK(check_same_key(*row, key));
    return put(*row);
  }

  /// Shows all rows in the order of their keys; `visit(const Row&)` gives false to end early, and must not use the
  /// same session. Gives how many were shown.
  template <class Visit>
  [[nodiscard]] result<std::size_t> scan(Visit&& visit) {
    return scan_rows({}, std::forward<Visit>(visit));
  }

  /// Up to `limit` rows in the order of their keys, from the first or behind the key `after`.
  [[nodiscard]] result<std::vector<Row>> page(const std::optional<key_type>& after, std::size_t limit) {
    row_scan which{.key_prefix = {}, .after = {}, .limit = limit};
    if (after) {
      HOLON_TRY(which.after, image_.of_key(*after));
    }
    std::vector<Row> rows;
    HOLON_CHECK(scan_rows(which, [&](Row& row) { return rows.push_back(std::move(row)), true; }));
    return rows;
  }

  /// Several key fields only: the rows whose first key field has this value.
  template <class Visit>
    requires(key_columns<Row> > 1)
  [[nodiscard]] result<std::size_t> scan_under(const field_type<Row, 0>& first, Visit&& visit) {
    std::string text;
    HOLON_TRY(const row_value value, detail::to_row_value(first, text));
    return scan_rows({.key_prefix = row_values(&value, 1), .after = {}}, std::forward<Visit>(visit));
  }

  /// The same, as a page: up to `limit` of them behind the key `after`, which begins with `first`.
  [[nodiscard]] result<std::vector<Row>> page_under(const field_type<Row, 0>& first, const key_type& after,
                                                    std::size_t limit)
    requires(key_columns<Row> > 1)
  {
    std::string text;
    HOLON_TRY(const row_value value, detail::to_row_value(first, text));
    HOLON_TRY(const auto behind, image_.of_key(after));
    std::vector<Row> rows;
    HOLON_CHECK(scan_rows({.key_prefix = row_values(&value, 1), .after = behind, .limit = limit},
                          [&](Row& row) { return rows.push_back(std::move(row)), true; }));
    return rows;
  }

 private:
  static result<void> check_same_key(const Row& row, const key_type& key) {
    if (key_in(row) == key) return {};
    return failure(errc::invalid_argument, "table " + std::string(stored_name<Row>) +
                                               ": an update changed the key of its row: erase it and put another one");
  }

  template <class Visit>
  result<std::size_t> scan_rows(const row_scan& which, Visit&& visit) {
    result<void> decoded;
    const auto show = [&](row_values values) {
      auto row = row_from<Row>(values);
      if (row) return static_cast<bool>(visit(*row));
      decoded = failure(std::move(row).error());
      return false;
    };
    HOLON_TRY(const auto shown, session_->scan(number_, which, show));
    HOLON_CHECK(std::move(decoded));
    return shown;
  }

  static key_type key_in(const Row& row) {
    return with_key_fields(row, [](const auto&... field) { return key_type(field...); });
  }

  static void set_key(Row& row, const key_type& key) {
    with_key_fields(row, [&](auto&... field) {
      if constexpr (key_columns<Row> == 1) {
        ((field = key), ...);
      } else {
        std::tie(field...) = key;
      }
    });
  }

  template <class AnyRow, class Use>
  static auto with_key_fields(AnyRow& row, Use&& use) {
    return [&]<std::size_t... N>(std::index_sequence<N...>) {
      return use(row.*(std::get<N>(description_of<Row>.fields).pointer)...);
    }(std::make_index_sequence<key_columns<Row>>{});
  }

  row_session* session_;
  table_number number_;
  row_image<Row> image_;
};

}  // namespace holon
