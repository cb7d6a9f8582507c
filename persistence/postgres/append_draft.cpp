#include "persistence/postgres/append_draft.hpp"

#include <algorithm>

namespace holon::postgres {

result<bool> append_draft::make(std::span<const append_request* const> batch, const draft_basis& basis,
                                const lookups& found, care how) {
  start(batch, basis, found);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto* request = batch[i];
    prefetch(batch, i);
    HOLON_TRY(auto settled, settle(*request, how));
    broken_.note(*request, settled);
    if (!request->writes.empty() && (!settled || settled->already)) whole_ = false;
    outcomes_.push_back(std::move(settled));
  }
  return wanted_.empty();
}

// Thousands of requests that other threads wrote are in no cache of this one's, and each is a chain of pointers: so
// each is followed one step further for every request that comes before it.
void append_draft::prefetch(std::span<const append_request* const> batch, std::size_t at) const {
  constexpr std::size_t to_request = 8, to_write = 6, to_event = 4, to_payload = 2;
  const auto write_of = [&](std::size_t ahead) -> const stream_write* {
    return at + ahead < batch.size() && !batch[at + ahead]->writes.empty() ? batch[at + ahead]->writes.data() : nullptr;
  };
  if (at + to_request < batch.size()) __builtin_prefetch(batch[at + to_request]);
  if (const auto* write = write_of(to_write)) __builtin_prefetch(write);
  if (const auto* write = write_of(to_event)) {
    cached_->prefetch(write->stream);
    __builtin_prefetch(write->events.data());
    __builtin_prefetch(reinterpret_cast<const char*>(write->events.data()) + sizeof(new_event) / 2);
  }
  if (const auto* write = write_of(to_payload); write != nullptr && !write->events.empty()) {
    __builtin_prefetch(write->events.front().payload.data());
    __builtin_prefetch(write->events.front().payload.data() + 64);
    __builtin_prefetch(write->events.front().metadata.data());
  }
}

void append_draft::start(std::span<const append_request* const> batch, const draft_basis& basis, const lookups& found) {
  month_ = &basis.month;
  cached_ = &basis.heads;
  behind_ = basis.behind;
  found_ = &found;
  outcomes_.clear();
  outcomes_.reserve(batch.size());
  writes_.clear();
  settled_.clear();
  settled_here_.clear();
  unchecked_.clear();
  wanted_ = {};
  broken_ = basis.broken == nullptr ? broken_chains{} : *basis.broken;
  bytes_.clear();
  whole_ = true;
  written_.clear();
  by_id_.clear();
  ids_.clear();
  writes_indexed_ = 0;
  last_ = basis.head.head.offset;
  first_ = last_.next();
}

result<append_draft::outcome> append_draft::settle(const append_request& request, care how) {
  if (auto checked = check_request(request); !checked) return outcome{failure(std::move(checked).error())};
  if (auto taken = bytes_.take(bytes_of(request)); !taken) return outcome{failure(std::move(taken).error())};
  const auto looked = how == care::optimistic ? look_at(request) : plainness::special;
  if (looked == plainness::plain) {
    if (request.command) unchecked_.push_back(request.command->value);
    return outcome{place(request, before_)};
  }
  // Without its evidence the request is left out, and the draft will be made again: what stands here does not count.
  if (looked == plainness::unknown || !has_evidence(request)) return outcome{};
  HOLON_TRY(auto ruling, judge(request, broken_.holds(request.chain), *this));
  if (ruling.no) return outcome{failure(std::move(*ruling.no))};
  if (ruling.already) return outcome{std::move(*ruling.already)};
  return outcome{place(request)};
}

// Plain: by all that is known without looking for ids the judge would say yes, and if an id is taken, an index says so.
append_draft::plainness append_draft::look_at(const append_request& request) {
  if (request.settled || (request.writes.empty() && request.command) || broken_.holds(request.chain))
    return plainness::special;
  if (request.command && settled_here_.contains(*request.command)) return plainness::special;
  before_.clear();
  auto worst = plainness::plain;
  for (const auto& write : request.writes) worst = std::max(worst, look_at(write));
  for (const auto& check : request.checks) worst = std::max(worst, look_at(check));
  return worst;
}

append_draft::plainness append_draft::look_at(const stream_check& check) {
  const auto head = find_stream(check.stream);
  if (!head) {
    wanted_.streams.push_back(check.stream.value);
    return plainness::unknown;
  }
  return check.expected.accepts(head->version) ? plainness::plain : plainness::special;
}

append_draft::plainness append_draft::look_at(const stream_write& write) {
  const auto head = find_stream(write.stream);
  // Of a new stream nothing need be known, as long as one index holds all streams.
  const bool index_knows = !head && write.expected == expected_version::no_stream() && !month_->older_events;
  if (!head && !index_knows) {
    wanted_.streams.push_back(write.stream.value);
    return plainness::unknown;
  }
  if (head && !write.expected.accepts(head->version)) return plainness::special;
  if (head && head->version.value > 0 && head->type != write.stream_type) return plainness::special;
  if (head && !has_room_behind(head->version, write)) return plainness::special;
  before_.push_back(head ? head->version : stream_version{});
  const bool fresh = std::all_of(write.events.begin(), write.events.end(),
                                 [&](const auto& each) { return is_fresh(each.id) && !is_under_way(each.id); });
  return fresh ? plainness::plain : plainness::special;
}

// A command that is sent again while it is under way. Were its events written in both batches, the one before could
// have to wait for the one behind, which waits for its turn: two connections of one writer, for ever.
bool append_draft::is_under_way(event_id id) const {
  for (const auto* batch = behind_; batch != nullptr; batch = batch->behind_)
    if (batch->writes(id)) return true;
  return false;
}

bool append_draft::writes(event_id id) const {
  if (ids_.empty()) {
    ids_.reserve(static_cast<std::size_t>(events()));
    for (const auto& placed : writes_)
      for (const auto& event : placed.write->events) ids_.insert(event.id);
  }
  return ids_.contains(id);
}

bool append_draft::is_fresh(event_id id) const {
  if (!month_->older_events) return true;
  return month_->older_ids_max && id.value > *month_->older_ids_max;
}

std::optional<append_draft::known_stream> append_draft::find_stream(stream_id stream) const {
  for (const auto* batch = this; batch != nullptr; batch = batch->behind_)
    if (const auto found = batch->written_.find(stream); found != batch->written_.end()) return found->second;
  if (const auto cached = cached_->find(stream)) return known_stream{cached->version, cached->type};
  if (const auto found = found_->heads.find(stream); found != found_->heads.end())
    return known_stream{found->second.version, found->second.type};
  return std::nullopt;
}

// All that the judge may ask about this request; notes what is missing.
bool append_draft::has_evidence(const append_request& request) {
  const auto missing_before = wanted_.streams.size() + wanted_.events.size() + wanted_.commands.size();
  for (const auto& write : request.writes) {
    want_stream(write.stream);
    for (const auto& event : write.events)
      if (!found_->events.contains(event.id)) wanted_.events.push_back(event.id.value);
  }
  for (const auto& check : request.checks) want_stream(check.stream);
  const auto want_command = [&](command_id command) {
    if (!found_->settled.contains(command)) wanted_.commands.push_back(command.value);
  };
  if (request.command) want_command(*request.command);
  if (request.settled) {
    want_stream(request.settled->stream);
    want_command(request.settled->command);
    const event_id answered{request.settled->command.value};
    if (!found_->events.contains(answered)) wanted_.events.push_back(answered.value);
  }
  return missing_before == wanted_.streams.size() + wanted_.events.size() + wanted_.commands.size();
}

void append_draft::want_stream(stream_id stream) {
  if (!find_stream(stream)) wanted_.streams.push_back(stream.value);
}

append_result append_draft::place(const append_request& request) {
  before_.clear();
  for (const auto& write : request.writes)
    before_.push_back(find_stream(write.stream).value_or(known_stream{}).version);
  return place(request, before_);
}

append_result append_draft::place(const append_request& request, std::span<const stream_version> before) {
  append_result placed;
  placed.recorded_at = not_yet;
  placed.versions.reserve(request.writes.size());
  for (std::size_t i = 0; i < request.writes.size(); ++i) {
    const auto& write = request.writes[i];
    const auto count = static_cast<std::int64_t>(write.events.size());
    writes_.push_back({.write = &write, .before = before[i], .first = last_.next()});
    if (placed.first.value == 0) placed.first = last_.next();
    last_ = last_.plus(count);
    placed.versions.push_back(before[i].plus(count));
    written_[write.stream] = {placed.versions.back(), write.stream_type};
  }
  if (!request.writes.empty()) placed.last = last_;
  if (request.settled) {
    settled_.push_back(&*request.settled);
    settled_here_.emplace(request.settled->command, &*request.settled);
  }
  return placed;
}

std::vector<append_draft::outcome> append_draft::finish(timestamp recorded_at, stream_heads& heads) {
  for (auto& each : outcomes_)
    if (each && each->recorded_at == not_yet) each->recorded_at = recorded_at;
  for (const auto& [stream, head] : written_) heads.put(stream, head.version, head.type);
  return std::move(outcomes_);
}

// ---- what the judge asks

result<stream_head> append_draft::head_of(stream_id stream) {
  const auto known = find_stream(stream).value_or(known_stream{});
  return stream_head{.version = known.version, .type = std::string(known.type)};
}

// What this batch wrote counts as there.
void append_draft::index_batch() {
  for (; writes_indexed_ < writes_.size(); ++writes_indexed_) {
    const auto& placed = writes_[writes_indexed_];
    auto version = placed.before;
    auto offset = placed.first;
    for (const auto& event : placed.write->events) {
      version = version.next();
      by_id_.emplace(event.id, recorded_event{.offset = offset,
                                              .stream = placed.write->stream,
                                              .stream_type = placed.write->stream_type,
                                              .version = version,
                                              .recorded_at = not_yet,
                                              .content = event});
      offset = offset.next();
    }
  }
}

result<std::optional<recorded_event>> append_draft::event_by_id(event_id id) {
  const auto found = found_->events.find(id);
  if (found != found_->events.end() && found->second) return found->second;
  index_batch();
  const auto here = by_id_.find(id);
  return here == by_id_.end() ? std::nullopt : std::optional(here->second);
}

result<std::optional<settled_command>> append_draft::settled_of(command_id command) {
  const auto found = found_->settled.find(command);
  if (found != found_->settled.end() && found->second) return found->second;
  const auto here = settled_here_.find(command);
  return here == settled_here_.end() ? std::nullopt : std::optional(*here->second);
}

}  // namespace holon::postgres
