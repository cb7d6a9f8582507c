#include "persistence/postgres/replica_reader.hpp"

#include <algorithm>
#include <thread>

namespace holon::postgres {

// ---- which of the two

// The replica if it has what must be seen, or nothing.
journal_reader* replica_reader::usable_replica() {
  if (in_moment_ != nullptr) return in_moment_ == replica_.get() ? in_moment_ : nullptr;
  if (!replica_) {
    if (circuit::clock::now() < try_replica_at_) return nullptr;
    auto made = postgres_reader::open(shared_, route::replica);
    if (!made) return leave_replica(), nullptr;
    replica_ = std::move(*made);
  }
  const auto wanted = shared_->known_head();
  return replica_has_ >= wanted || catches_up(wanted) ? replica_.get() : nullptr;
}

bool replica_reader::catches_up(global_offset wanted) {
  const auto began = circuit::clock::now();
  const auto until = began < wait_again_at_ ? began : began + catch_up_patience;
  while (true) {
    const auto head = replica_->head();
    if (!head) return leave_replica(), false;
    replica_has_ = head->offset;
    if (replica_has_ >= wanted) return true;
    if (circuit::clock::now() >= until) break;
    std::this_thread::sleep_for(catch_up_poll);
  }
  wait_again_at_ = circuit::clock::now() + catch_up_pause;
  return false;
}

void replica_reader::leave_replica() {
  if (in_moment_ == replica_.get()) in_moment_ = nullptr;
  replica_.reset();
  replica_has_ = {};
  try_replica_at_ = circuit::clock::now() + replica_pause;
}

// True: it was the replica's trouble, so the primary is to be asked.
bool replica_reader::fell_away(const error& why) {
  if (why.code != errc::unavailable) return false;
  leave_replica();
  return true;
}

template <class Ask>
auto replica_reader::ask_either(const Ask& ask) -> decltype(ask(std::declval<journal_reader&>())) {
  if (auto* const replica = usable_replica()) {
    auto answer = ask(*replica);
    if (answer || !fell_away(answer.error())) return answer;
  }
  return ask(*primary_);
}

void replica_reader::begin_moment() {
  auto* const replica = usable_replica();
  in_moment_ = replica != nullptr ? replica : primary_.get();
  in_moment_->begin_moment();
}

void replica_reader::end_moment() {
  if (in_moment_ != nullptr) in_moment_->end_moment();
  in_moment_ = nullptr;
}

// ---- many things

result<std::size_t> replica_reader::read_stream(const stream_query& query, const event_visitor& visit) {
  auto rest = query;
  std::size_t shown = 0;
  if (auto* const replica = usable_replica()) {
    const bool forwards = query.direction == direction::forwards;
    auto read = replica->read_stream(query, [&](const event_view& event) {
      ++shown;
      rest.from = event.version.plus(forwards ? 1 : -1);
      return visit(event);
    });
    if (read || !fell_away(read.error())) return read;
    if (query.limit != unlimited) rest.limit -= shown;
    const bool is_at_end = !forwards && shown > 0 && rest.from.value == 0;  // there 0 would mean the last
    if (is_at_end) return shown;
  }
  HOLON_TRY(const auto more, primary_->read_stream(rest, visit));
  return shown + more;
}

result<read_position> replica_reader::read_all(const all_query& query, const event_visitor& visit) {
  auto rest = query;
  std::size_t shown = 0;
  if (auto* const replica = usable_replica()) {
    auto read = replica->read_all(query, [&](const event_view& event) {
      ++shown;
      rest.after = event.offset;
      return visit(event);
    });
    if (read || !fell_away(read.error())) return read;
    if (query.limit != unlimited) rest.limit -= shown;
  }
  HOLON_TRY(auto position, primary_->read_all(rest, visit));
  position.shown += shown;
  return position;
}

result<void> replica_reader::read_batches(global_offset after, const batch_visitor& visit) {
  if (auto* const replica = usable_replica()) {
    auto read = replica->read_batches(after, [&](const batch_record& batch) {
      after = batch.last;
      return visit(batch);
    });
    if (read || !fell_away(read.error())) return read;
  }
  return primary_->read_batches(after, visit);
}

// ---- single things

result<std::optional<recorded_event>> replica_reader::find_event(event_id id) {
  return ask_either([&](journal_reader& from) { return from.find_event(id); });
}

result<std::optional<snapshot>> replica_reader::find_snapshot(stream_id stream) {
  return ask_either([&](journal_reader& from) { return from.find_snapshot(stream); });
}

result<global_offset> replica_reader::offset_at(timestamp when) {
  return ask_either([&](journal_reader& from) { return from.offset_at(when); });
}

result<journal_head> replica_reader::head() {
  return ask_either([](journal_reader& from) { return from.head(); });
}

}  // namespace holon::postgres
