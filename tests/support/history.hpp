// What writers were told and what subscribers saw, held against the journal: finds the first contradiction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/command.hpp"
#include "persistence/journal.hpp"

namespace holon::testing {

/// An event at its place, as a reader showed it.
struct seen_event {
  global_offset offset;
  event_id id;
  stream_id stream;
  stream_version version;
};

/// How often writers were told what, and how much was seen.
struct history_counts {
  std::int64_t acknowledged = 0;  ///< events that somebody was told to be there
  std::int64_t refused = 0;       ///< events that nobody was told to be there, and somebody not to be
  std::int64_t unknown = 0;       ///< events of which nobody was told either
  std::int64_t already = 0;       ///< acknowledgements of what had been written before
  std::int64_t seen = 0;          ///< by all subscribers together
};

/// Thread-safe. An event may be tried any number of times; it counts as what it was told best: acknowledged, unknown
/// (errc::in_doubt, errc::timeout), refused (any other errc).
class history {
 public:
  using clue = std::optional<std::string>;

  /// Of each append to the journal, under one of these.
  void note(const append_request& request, const result<append_result>& outcome);
  /// A command that records one event, or none when it is refused.
  void note(stream_id stream, command_id command, const result<command_result>& outcome);

  /// In the order in which subscriber `number` was shown them.
  void saw(std::size_t number, const event_view& event);

  /// Every acknowledged event is in the journal once, where it was said to be; nothing refused is there, nor what
  /// nobody wrote; offsets and the versions of each stream are 1, 2, 3 …; every subscriber that saw anything saw all
  /// of it, once, in order; verify() finds nothing. Nothing: all that is true. Otherwise the first that is not, in a
  /// sentence. To be asked when all writers and subscribers are done.
  [[nodiscard]] clue contradiction(journal_reader& journal) const;
  /// The same against a journal that has been read, without verify().
  [[nodiscard]] clue contradiction(std::span<const seen_event> journal) const;

  [[nodiscard]] history_counts counts() const;

 private:
  enum class told : std::uint8_t { refused, unknown, acknowledged };
  struct entry {
    told what = told::refused;
    stream_id stream;
    global_offset offset;     // acknowledged only, as the next two
    stream_version version;   // of the event
    bool first_hand = false;  // somebody was told that it was written now
    std::string why;          // refused only
  };
  using by_id = std::unordered_map<event_id, std::size_t>;

  void note_no(event_id id, stream_id stream, const error& why);
  void note_yes(event_id id, const entry& yes);
  void contradict(const std::string& lie);

  [[nodiscard]] static clue in_order(std::span<const seen_event> journal, by_id& index);
  [[nodiscard]] static clue in_versions(std::span<const seen_event> journal);
  [[nodiscard]] clue in_origins(std::span<const seen_event> journal) const;
  [[nodiscard]] clue in_promises(std::span<const seen_event> journal, const by_id& index) const;
  [[nodiscard]] clue in_subscribers(std::span<const seen_event> journal) const;

  mutable std::mutex mutex_;
  std::unordered_map<event_id, entry> entries_;
  std::map<std::size_t, std::vector<seen_event>> seen_;
  std::int64_t already_ = 0;
  clue lie_;  // the first thing that was said against what was said before
};

}  // namespace holon::testing
