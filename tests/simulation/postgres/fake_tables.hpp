// The rows of a simulated PostgreSQL: those that are committed, and those of one transaction.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "persistence/uuid.hpp"
#include "tests/simulation/postgres/wire_values.hpp"

namespace holon::testing {

/// Commits of the server in their order, from 1. A snapshot is the last one that it sees.
using commit_number = std::int64_t;

struct event_row {
  std::int64_t offset = 0;
  uuid id;
  uuid stream;
  std::int32_t version = 0;
  std::string type;  ///< of the stream
  wire_row columns;  ///< as find_event gives them
  commit_number commit = 0;
};

struct batch_row {
  std::int64_t number = 0;
  std::int64_t batch = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t recorded_at = 0;  ///< on the wire
  std::string content;
  std::string chain;
  commit_number commit = 0;
};

struct settled_row {
  uuid command;
  uuid stream;
  std::int64_t version = 0;
  std::string code;
  std::string text;
  commit_number commit = 0;
};

struct snapshot_row {
  uuid stream;
  std::int64_t version = 0;
  std::int64_t schema = 0;
  std::string state;
  commit_number commit = 0;
};

/// Of one transaction, or of all that are committed; each in the order in which they were added.
struct table_rows {
  std::vector<batch_row> batches;
  std::vector<event_row> events;
  std::vector<settled_row> settled;
  std::vector<snapshot_row> snapshots;

  void add(table_rows rows, commit_number commit);
  /// Forgets what was committed later.
  void cut_after(commit_number last);
};

/// What one statement sees: all that was committed up to its snapshot, and what its own transaction wrote.
class table_view {
 public:
  table_view(const table_rows& committed, commit_number snapshot, const table_rows& own)
      : committed_(&committed), snapshot_(snapshot), own_(&own) {}

  /// Null if there is no such row.
  [[nodiscard]] const batch_row* last_batch() const;
  [[nodiscard]] const batch_row* batch(std::int64_t number) const;
  [[nodiscard]] const event_row* event(const uuid& id) const;
  [[nodiscard]] const event_row* last_event(const uuid& stream) const;
  [[nodiscard]] const settled_row* settled(const uuid& command) const;
  [[nodiscard]] const snapshot_row* snapshot(const uuid& stream) const;

  /// Every event that `wanted` accepts, in no order.
  template <class Wanted>
  [[nodiscard]] std::vector<const event_row*> events(const Wanted& wanted) const {
    return all(&table_rows::events, wanted);
  }
  template <class Wanted>
  [[nodiscard]] std::vector<const batch_row*> batches(const Wanted& wanted) const {
    return all(&table_rows::batches, wanted);
  }

 private:
  template <class Row, class Wanted>
  std::vector<const Row*> all(std::vector<Row> table_rows::* table, const Wanted& wanted) const {
    std::vector<const Row*> found;
    for (const auto& row : committed_->*table)
      if (row.commit <= snapshot_ && wanted(row)) found.push_back(&row);
    for (const auto& row : own_->*table)
      if (wanted(row)) found.push_back(&row);
    return found;
  }
  template <class Row, class Wanted>
  const Row* last(std::vector<Row> table_rows::* table, const Wanted& wanted) const {
    for (auto row = (own_->*table).rbegin(); row != (own_->*table).rend(); ++row)
      if (wanted(*row)) return &*row;
    for (auto row = (committed_->*table).rbegin(); row != (committed_->*table).rend(); ++row)
      if (row->commit <= snapshot_ && wanted(*row)) return &*row;
    return nullptr;
  }

  const table_rows* committed_;
  commit_number snapshot_;
  const table_rows* own_;
};

}  // namespace holon::testing
