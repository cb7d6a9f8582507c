#include "tests/simulation/postgres/fake_tables.hpp"

#include <utility>

namespace holon::testing {
namespace {

template <class Row>
void move_all(std::vector<Row>& from, std::vector<Row>& to, commit_number commit) {
  for (auto& row : from) {
    row.commit = commit;
    to.push_back(std::move(row));
  }
}

template <class Row>
void cut(std::vector<Row>& rows, commit_number last) {
  std::erase_if(rows, [&](const Row& row) { return row.commit > last; });
}

}  // namespace

void table_rows::add(table_rows rows, commit_number commit) {
  move_all(rows.batches, batches, commit);
  move_all(rows.events, events, commit);
  move_all(rows.settled, settled, commit);
  move_all(rows.snapshots, snapshots, commit);
}

void table_rows::cut_after(commit_number last) {
  cut(batches, last);
  cut(events, last);
  cut(settled, last);
  cut(snapshots, last);
}

// Committed rows are in the order of their numbers, offsets and versions, because a number is taken behind the one
// before.
const batch_row* table_view::last_batch() const {
  return last(&table_rows::batches, [](const batch_row&) { return true; });
}
const batch_row* table_view::batch(std::int64_t number) const {
  return last(&table_rows::batches, [&](const batch_row& row) { return row.number == number; });
}
const event_row* table_view::event(const uuid& id) const {
  return last(&table_rows::events, [&](const event_row& row) { return row.id == id; });
}
const event_row* table_view::last_event(const uuid& stream) const {
  return last(&table_rows::events, [&](const event_row& row) { return row.stream == stream; });
}
const settled_row* table_view::settled(const uuid& command) const {
  return last(&table_rows::settled, [&](const settled_row& row) { return row.command == command; });
}
const snapshot_row* table_view::snapshot(const uuid& stream) const {
  return last(&table_rows::snapshots, [&](const snapshot_row& row) { return row.stream == stream; });
}

}  // namespace holon::testing
