#include "tests/history/journal_index.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "tests/history/history_words.hpp"

namespace holon::testing {
namespace {

const bank::balance nothing_yet{};

clue about(const journal_entry& entry, std::string sentence) {
  return {.sentence = std::move(sentence), .streams = {entry.stream}, .operations = {}, .at = never};
}

}  // namespace

finding journal_index::read() {
  events_.reserve(history_->journal.size());
  for (const auto& entry : history_->journal)
    if (auto found = read_entry(entry, static_cast<std::int64_t>(events_.size()) + 1)) return found;
  return twice_there();
}

finding journal_index::read_entry(const journal_entry& entry, std::int64_t due) {
  if (entry.offset != due)
    return about(entry, fmt::format("the journal has offset {} where offset {} is due", entry.offset, due));
  if (due > 1 && entry.batch < history_->journal[index(due - 1)].batch)
    return about(entry, fmt::format("offset {} is of batch {}, and the one before it of batch {}", entry.offset,
                                    entry.batch, history_->journal[index(due - 1)].batch));
  auto& stream = streams_[entry.stream];
  const auto version = static_cast<std::int64_t>(stream.offsets.size());
  if (entry.version != version)
    return about(entry, fmt::format("offset {} is version {} of {}, where version {} is due", entry.offset,
                                    entry.version, account(entry.stream), version));
  const auto* meaning = meaning_of(entry);
  if (meaning == nullptr)
    return about(entry, fmt::format("offset {} is no event of the bank: {} {}", entry.offset,
                                    history_->texts[entry.type], history_->texts[entry.payload]));
  stream.offsets.push_back(entry.offset);
  apply_as_bank(stream.states.emplace_back(bank::balance{stream.states.back()}), *meaning);
  events_.push_back(*meaning);
  return std::nullopt;
}

const bank_event* journal_index::meaning_of(const journal_entry& entry) {
  const auto key = std::uint64_t{entry.type} << 32 | entry.payload;
  const auto [there, is_new] = meanings_.try_emplace(key);
  if (is_new) {
    const auto event = read_bank_event(history_->texts[entry.type], history_->texts[entry.payload]);
    if (event) there->second = *event;
  }
  return there->second.what == effect::none ? nullptr : &there->second;
}

// Sorted, not hashed: ids made by hand differ in few bits.
finding journal_index::twice_there() const {
  std::vector<std::pair<event_id, std::int64_t>> ids;
  ids.reserve(history_->journal.size());
  for (const auto& entry : history_->journal) ids.emplace_back(entry.id, entry.offset);
  std::sort(ids.begin(), ids.end());
  const auto same =
      std::adjacent_find(ids.begin(), ids.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
  if (same == ids.end()) return std::nullopt;
  return about(entry(same->second), fmt::format("event {} is there twice, at offsets {} and {}",
                                                to_string(same->first.value), same->second, (same + 1)->second));
}

std::int64_t journal_index::last_version(std::uint32_t stream) const {
  const auto there = streams_.find(stream);
  return there == streams_.end() ? 0 : static_cast<std::int64_t>(there->second.offsets.size()) - 1;
}

std::int64_t journal_index::offset_of(std::uint32_t stream, std::int64_t version) const {
  if (version == 0) return 0;
  const auto there = streams_.find(stream);
  if (there == streams_.end() || version >= static_cast<std::int64_t>(there->second.offsets.size())) return no_offset;
  return there->second.offsets[static_cast<std::size_t>(version)];
}

const bank::balance& journal_index::state_at(std::uint32_t stream, std::int64_t version) const {
  const auto there = streams_.find(stream);
  return there == streams_.end() ? nothing_yet : there->second.states[static_cast<std::size_t>(version)];
}

}  // namespace holon::testing
