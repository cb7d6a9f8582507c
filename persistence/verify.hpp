// Proves a journal from its own events, and compares two journals event for event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "persistence/journal.hpp"

namespace holon {

/// Problems that are told one by one; the rest is counted.
inline constexpr std::size_t problems_told_max = 100;

struct problem {
  global_offset at;
  std::string what;
  friend bool operator==(const problem&, const problem&) = default;
};

struct problem_list {
  std::vector<problem> told;  ///< the first problems_told_max
  std::int64_t untold = 0;    ///< how many more there were

  [[nodiscard]] bool empty() const { return told.empty(); }
  void add(global_offset at, std::string what);
};

struct verification {
  std::int64_t events = 0;   ///< looked at
  std::int64_t streams = 0;  ///< those of archived events are among them
  std::int64_t batches = 0;  ///< the same
  global_offset archived;    ///< the events up to here are in an archive and were not looked at; 0: none are
  problem_list problems;
};

struct comparison {
  std::int64_t events = 0;  ///< compared
  global_offset archived;   ///< the events up to here are in an archive of one of them, and were not compared; 0: none
  problem_list problems;
};

/// Called now and then with the last offset that is done.
using progress_callback = std::function<void(global_offset)>;

/// Walks the whole journal as it is when the walk begins: offsets are dense; versions of each stream have no holes and
/// its type is one; event ids are unique; recorded_at never goes back; payloads and metadata are canonical JSON
/// objects; batches cover all offsets, and the digest and chain value of each follow from its events; the head agrees.
/// Of archived events only the batches are looked at, and where their streams ended.
///
/// What is wrong with the journal is a problem in the list; an error means that it could not be read to its end.
/// Memory: about 64 bytes for each stream and up to 32 for each event id, whatever their content.
[[nodiscard]] result<verification> verify(journal_reader& journal, const progress_callback& progress = {});

/// Compares two journals: the same events at the same offsets, in all but recorded_at. An error means that one of them
/// could not be read.
[[nodiscard]] result<comparison> compare(journal_reader& left, journal_reader& right,
                                         const progress_callback& progress = {});

}  // namespace holon
