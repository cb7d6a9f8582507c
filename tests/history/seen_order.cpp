#include "tests/history/seen_order.hpp"

#include <map>

#include <fmt/core.h>

#include "tests/history/history_words.hpp"

namespace holon::testing {
namespace {

clue about(const seen_note& note, std::string sentence) {
  return {.sentence = std::move(sentence), .streams = {note.stream}, .operations = {}, .at = note.at};
}

finding in_note(const seen_note& note, std::int64_t due, const journal_index& journal, const history_words& words) {
  if (note.offset != due)
    return about(note, fmt::format("reader {} saw offset {} at {}, where offset {} was due", note.reader, note.offset,
                                   words.time(note.at), due));
  if (note.offset > journal.last_offset())
    return about(note, fmt::format("reader {} saw offset {} at {}, which is not there", note.reader, note.offset,
                                   words.time(note.at)));
  const auto& entry = journal.entry(note.offset);
  const bool same_id = note.id.value.is_nil() || note.id == entry.id;
  if (same_id && note.stream == entry.stream && note.version == entry.version) return std::nullopt;
  return about(note, fmt::format("reader {} saw version {} of {} at offset {}, event {}; there is {}, event {}",
                                 note.reader, note.version, account(note.stream), note.offset, to_string(note.id.value),
                                 words.event(entry), to_string(entry.id.value)));
}

}  // namespace

finding in_seen_order(const answer_history& all, const journal_index& journal, commit_times& times) {
  const history_words words(all);
  std::map<std::uint32_t, std::int64_t> last;
  for (const auto& note : all.seen) {
    auto& before = last[note.reader];
    if (auto found = in_note(note, before + 1, journal, words)) return found;
    before = note.offset;
    times.seen(note);
  }
  if (!all.run.readers_saw_all) return std::nullopt;
  for (const auto& [reader, offset] : last)
    if (offset != journal.last_offset())
      return clue{.sentence = fmt::format("reader {} saw {} events of {}", reader, offset, journal.last_offset()),
                  .streams = {},
                  .operations = {},
                  .at = never};
  return std::nullopt;
}

}  // namespace holon::testing
