#include "persistence/memory/memory_store.hpp"

#include <algorithm>

namespace holon {

result<append_result> memory_store::settle(const append_request& request, timestamp clock) {
  if (!batch_time_) batch_time_ = std::max(clock, head_.recorded_at);
  const auto settled = [&]() -> result<append_result> {
    HOLON_CHECK(check_request(request));
    HOLON_CHECK(bytes_.take(bytes_of(request)));
    HOLON_TRY(auto ruling, judge(request, broken_.holds(request.chain), *this));
    if (ruling.no) return failure(std::move(*ruling.no));
    if (ruling.already) return std::move(*ruling.already);
    return write(request, *batch_time_);
  };
  auto outcome = settled();
  broken_.note(request, outcome);
  return outcome;
}

append_result memory_store::write(const append_request& request, timestamp recorded_at) {
  append_result written;
  written.recorded_at = recorded_at;
  for (const auto& each : request.writes) {
    auto& stream = streams_[each.stream];
    for (const auto& event : each.events) {
      const global_offset offset{static_cast<std::int64_t>(events_.size()) + 1};
      const stream_version version{static_cast<std::int64_t>(stream.offsets.size()) + 1};
      const auto view = view_of(event, each.stream, each.stream_type, version, offset, recorded_at);
      digest_.add(view);
      events_.push_back(std::make_shared<const recorded_event>(to_recorded(view)));
      stream.offsets.push_back(offset);
      ids_.emplace(event.id, offset);
      if (written.first.value == 0) written.first = offset;
      written.last = offset;
    }
    written.versions.push_back({static_cast<std::int64_t>(stream.offsets.size())});
  }
  if (request.settled) settled_.emplace(request.settled->command, *request.settled);
  return written;
}

void memory_store::end_batch() {
  const global_offset last{static_cast<std::int64_t>(events_.size())};
  if (last > head_.offset) {
    batch_record batch{.first = head_.offset.next(), .last = last, .recorded_at = *batch_time_};
    batch.content = digest_.finish();
    batch.chain = chain_after(head_.chain, batch.content);
    head_ = {.offset = last, .recorded_at = batch.recorded_at, .batches = head_.batches + 1, .chain = batch.chain};
    batches_.push_back(batch);
  }
  batch_time_.reset();
  broken_.clear();
  bytes_.clear();
}

void memory_store::keep(const snapshot& state) {
  const auto [there, is_new] = snapshots_.try_emplace(state.stream, state);
  if (!is_new && state.version >= there->second.version) there->second = state;
}

bool memory_store::set_metadata(stream_id stream, std::string json) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return false;
  found->second.metadata = std::move(json);
  return true;
}

std::vector<memory_store::event_pointer> memory_store::events_from(global_offset offset, std::size_t max) const {
  const auto from = std::min(events_.size(), static_cast<std::size_t>(std::max<std::int64_t>(offset.value, 1) - 1));
  const auto count = std::min(max, events_.size() - from);
  const auto first = events_.begin() + static_cast<std::ptrdiff_t>(from);
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

std::vector<memory_store::event_pointer> memory_store::versions_from(stream_id stream, stream_version from,
                                                                     direction way, std::size_t max) const {
  std::vector<event_pointer> page;
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return page;
  const auto& offsets = found->second.offsets;
  const auto last = static_cast<std::int64_t>(offsets.size());
  const std::int64_t step = way == direction::forwards ? 1 : -1;
  const std::int64_t start =
      way == direction::forwards ? std::max<std::int64_t>(from.value, 1) : std::min(from.value, last);
  for (std::int64_t version = start; version >= 1 && version <= last && page.size() < max; version += step)
    page.push_back(at(offsets[static_cast<std::size_t>(version - 1)]));
  return page;
}

std::vector<batch_record> memory_store::batches_after(global_offset after, std::size_t max) const {
  const auto first =
      std::upper_bound(batches_.begin(), batches_.end(), after,
                       [](global_offset offset, const batch_record& each) { return offset < each.last; });
  const auto count = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(max), batches_.end() - first);
  return {first, first + count};
}

std::optional<stream_info> memory_store::info_of(stream_id stream) const {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return std::nullopt;
  const auto& first = *at(found->second.offsets.front());
  const auto& last = *at(found->second.offsets.back());
  return stream_info{.stream = stream,
                     .type = last.stream_type,
                     .version = last.version,
                     .last_offset = last.offset,
                     .created_at = first.recorded_at,
                     .modified_at = last.recorded_at,
                     .metadata = found->second.metadata};
}

std::optional<snapshot> memory_store::snapshot_of(stream_id stream) const {
  const auto found = snapshots_.find(stream);
  return found == snapshots_.end() ? std::nullopt : std::optional(found->second);
}

global_offset memory_store::offset_at(timestamp when) const {
  const auto after = std::upper_bound(batches_.begin(), batches_.end(), when,
                                      [](timestamp at, const batch_record& each) { return at < each.recorded_at; });
  return after == batches_.begin() ? global_offset{0} : std::prev(after)->last;
}

result<stream_head> memory_store::head_of(stream_id stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return stream_head{};
  const auto& last = *at(found->second.offsets.back());
  return stream_head{.version = last.version, .type = last.stream_type};
}

result<std::optional<recorded_event>> memory_store::event_by_id(event_id id) {
  const auto found = ids_.find(id);
  if (found == ids_.end()) return std::nullopt;
  return *at(found->second);
}

result<std::optional<settled_command>> memory_store::settled_of(command_id command) {
  const auto found = settled_.find(command);
  return found == settled_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace holon
