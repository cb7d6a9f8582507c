#include "tests/support/history.hpp"

#include <algorithm>
#include <utility>

#include "persistence/verify.hpp"

namespace holon::testing {
namespace {

std::string at(global_offset offset) { return "offset " + std::to_string(offset.value); }
std::string named(event_id id) { return "event " + to_string(id.value); }
std::string placed(stream_id stream, stream_version version) {
  return "version " + std::to_string(version.value) + " of stream " + to_string(stream.value);
}

bool is_doubt(errc code) { return code == errc::in_doubt || code == errc::timeout; }

}  // namespace

// ---- what writers were told

void history::note(const append_request& request, const result<append_result>& outcome) {
  const std::lock_guard lock{mutex_};
  if (!outcome) {
    for (const auto& write : request.writes)
      for (const auto& event : write.events) note_no(event.id, write.stream, outcome.error());
    return;
  }
  if (outcome->already) ++already_;
  auto offset = outcome->first;
  for (std::size_t i = 0; i < request.writes.size(); ++i) {
    const auto& write = request.writes[i];
    auto version = outcome->versions.at(i).plus(1 - static_cast<std::int64_t>(write.events.size()));
    if (!outcome->already && write.expected.is_exact() && version != write.expected.version().next())
      contradict(named(write.events.front().id) + " was acknowledged as " + placed(write.stream, version) +
                 ", and expected was " + to_string(write.expected));
    for (const auto& event : write.events) {
      note_yes(event.id, {.what = told::acknowledged,
                          .stream = write.stream,
                          .offset = offset,
                          .version = version,
                          .first_hand = !outcome->already,
                          .why = {}});
      offset = offset.next();
      version = version.next();
    }
  }
  if (!request.writes.empty() && offset != outcome->last.next())
    contradict("an append was told " + at(outcome->first) + " to " + at(outcome->last) + ", which is not what it has");
}

void history::note(stream_id stream, command_id command, const result<command_result>& outcome) {
  const auto id = event_id_of(command, 0);
  const std::lock_guard lock{mutex_};
  if (!outcome) return note_no(id, stream, outcome.error());
  if (outcome->already) ++already_;
  note_yes(id, {.what = told::acknowledged,
                .stream = stream,
                .offset = outcome->offset,
                .version = outcome->version,
                .first_hand = !outcome->already,
                .why = {}});
}

void history::note_no(event_id id, stream_id stream, const error& why) {
  auto& noted = entries_[id];
  noted.stream = stream;
  if (noted.what == told::acknowledged) return;
  if (is_doubt(why.code)) noted.what = told::unknown;
  if (noted.what == told::refused) noted.why = why.text;
}

void history::note_yes(event_id id, const entry& yes) {
  auto& noted = entries_[id];
  if (noted.what == told::acknowledged) {
    if (noted.offset != yes.offset || noted.version != yes.version || noted.stream != yes.stream)
      return contradict(named(id) + " was acknowledged at " + at(noted.offset) + " and at " + at(yes.offset));
    if (noted.first_hand && yes.first_hand)
      return contradict(named(id) + " was said to be written now, twice, at " + at(yes.offset));
  }
  const bool first_hand = noted.first_hand || yes.first_hand;
  noted = yes;
  noted.first_hand = first_hand;
}

void history::contradict(const std::string& lie) {
  if (!lie_) lie_ = lie;
}

void history::saw(std::size_t number, const event_view& event) {
  const std::lock_guard lock{mutex_};
  seen_[number].push_back({event.offset, event.id, event.stream, event.version});
}

// ---- what is true

history::clue history::contradiction(journal_reader& journal) const {
  std::vector<seen_event> all;
  const auto read = journal.read_all({}, [&](const event_view& event) {
    all.push_back({event.offset, event.id, event.stream, event.version});
    return true;
  });
  if (!read) return "the journal cannot be read: " + read.error().text;
  if (auto found = contradiction(all)) return found;
  const auto verified = verify(journal);
  if (!verified) return "the journal cannot be verified: " + verified.error().text;
  if (verified->problems.empty()) return std::nullopt;
  const auto& first = verified->problems.told.front();
  return "verify, " + at(first.at) + ": " + first.what;
}

history::clue history::contradiction(std::span<const seen_event> journal) const {
  const std::lock_guard lock{mutex_};
  if (lie_) return lie_;
  by_id index;
  if (auto found = in_order(journal, index)) return found;
  if (auto found = in_versions(journal)) return found;
  if (auto found = in_origins(journal)) return found;
  if (auto found = in_promises(journal, index)) return found;
  return in_subscribers(journal);
}

history::clue history::in_order(std::span<const seen_event> journal, by_id& index) {
  for (std::size_t i = 0; i < journal.size(); ++i) {
    const global_offset due{static_cast<std::int64_t>(i) + 1};
    if (journal[i].offset != due) return "the journal has " + at(journal[i].offset) + " where " + at(due) + " is due";
    const auto [there, is_new] = index.emplace(journal[i].id, i);
    if (!is_new)
      return named(journal[i].id) + " is there twice, at " + at(journal[there->second].offset) + " and " + at(due);
  }
  return std::nullopt;
}

history::clue history::in_versions(std::span<const seen_event> journal) {
  std::unordered_map<stream_id, stream_version> last;
  for (const auto& event : journal) {
    auto& version = last[event.stream];
    if (event.version != version.next())
      return at(event.offset) + " is " + placed(event.stream, event.version) + ", which was at " +
             std::to_string(version.value);
    version = event.version;
  }
  return std::nullopt;
}

history::clue history::in_origins(std::span<const seen_event> journal) const {
  for (const auto& event : journal) {
    const auto noted = entries_.find(event.id);
    if (noted == entries_.end()) return named(event.id) + " at " + at(event.offset) + " was written by nobody";
    if (noted->second.what == told::refused)
      return named(event.id) + " at " + at(event.offset) + " was refused: " + noted->second.why;
    if (noted->second.stream != event.stream)
      return named(event.id) + " at " + at(event.offset) + " is in stream " + to_string(event.stream.value) +
             " and was for " + to_string(noted->second.stream.value);
  }
  return std::nullopt;
}

// Of several broken promises the one with the lowest offset, so that the text is the same each time.
history::clue history::in_promises(std::span<const seen_event> journal, const by_id& index) const {
  const std::pair<const event_id, entry>* broken = nullptr;
  for (const auto& each : entries_) {
    if (each.second.what != told::acknowledged) continue;
    const auto found = index.find(each.first);
    const bool kept = found != index.end() && journal[found->second].offset == each.second.offset &&
                      journal[found->second].version == each.second.version;
    if (!kept && (broken == nullptr || each.second.offset < broken->second.offset)) broken = &each;
  }
  if (broken == nullptr) return std::nullopt;
  const auto& [id, noted] = *broken;
  const auto promise =
      named(id) + " was acknowledged at " + at(noted.offset) + " as " + placed(noted.stream, noted.version);
  const auto found = index.find(id);
  if (found == index.end()) return promise + " and is not there";
  const auto& there = journal[found->second];
  return promise + " and is at " + at(there.offset) + " as " + placed(there.stream, there.version);
}

history::clue history::in_subscribers(std::span<const seen_event> journal) const {
  for (const auto& [number, events] : seen_) {
    const auto who = "subscriber " + std::to_string(number);
    for (std::size_t i = 0; i < std::min(events.size(), journal.size()); ++i) {
      const auto& was = events[i];
      const auto& is = journal[i];
      if (was.offset != is.offset) return who + " saw " + at(was.offset) + " where " + at(is.offset) + " was due";
      if (was.id != is.id || was.stream != is.stream || was.version != is.version)
        return who + " saw " + named(was.id) + " at " + at(was.offset) + ", where " + named(is.id) + " is";
    }
    if (events.size() != journal.size())
      return who + " saw " + std::to_string(events.size()) + " events of " + std::to_string(journal.size());
  }
  return std::nullopt;
}

history_counts history::counts() const {
  const std::lock_guard lock{mutex_};
  history_counts all{.already = already_};
  for (const auto& [id, noted] : entries_) {
    switch (noted.what) {
      case told::acknowledged: ++all.acknowledged; break;
      case told::unknown: ++all.unknown; break;
      case told::refused: ++all.refused; break;
    }
  }
  for (const auto& [number, events] : seen_) all.seen += static_cast<std::int64_t>(events.size());
  return all;
}

}  // namespace holon::testing
