// What the server answers, in libpq's own memory: rows of binary values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "persistence/digest.hpp"
#include "persistence/postgres/pq_values.hpp"

struct pg_result;

namespace holon::postgres {

/// One row of an answer. Good while the answer is, or until the next call of next_row.
class row {
 public:
  row() = default;
  row(const pg_result* of, int index) : of_(of), index_(index) {}

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t bigint(int column) const;   ///< of a bigint
  [[nodiscard]] std::int32_t integer(int column) const;  ///< of an integer
  [[nodiscard]] bool boolean(int column) const;
  [[nodiscard]] uuid id(int column) const;
  [[nodiscard]] timestamp time(int column) const;
  [[nodiscard]] std::optional<timestamp> time_or_none(int column) const;
  [[nodiscard]] std::string_view bytes(int column) const;  ///< text, varchar, json, bytea
  [[nodiscard]] std::string_view jsonb(int column) const;  ///< as jsonb prints it
  [[nodiscard]] digest hash(int column) const;             ///< of a bytea of 32 bytes; zero if it has another size

 private:
  const pg_result* of_ = nullptr;
  int index_ = 0;
};

/// The whole answer to one statement.
class rows {
 public:
  explicit rows(pg_result* of);  ///< null: no rows
  [[nodiscard]] int size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] row operator[](int index) const { return {of_.get(), index}; }

 private:
  struct clear {
    void operator()(pg_result* of) const;
  };
  std::unique_ptr<pg_result, clear> of_;
};

}  // namespace holon::postgres
