// States that were answered lately. A caller who asks for one of them again needs neither holon nor writer: one look at
// how far the stream is says whether the state still is true.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "actors/command.hpp"
#include "actors/holon_model.hpp"
#include "persistence/journal.hpp"

namespace holon::runtime {

/// Streams whose states are kept. Past it a newer one takes the place of an older one.
inline constexpr std::size_t answered_states_max = 1024;
/// A larger state is not kept.
inline constexpr std::size_t answered_state_bytes_max = 16 * 1024;

/// Recorded events do not change, so a state that was true of version 7 is true whenever the stream is at version 7.
///
/// For callers who wait, in a journal that others may write to. Thread-safe. One caller looks at a time, on a
/// connection of its own; others go the usual way meanwhile, where all that wait share one look.
class answered_states {
 public:
  /// Counts how often `forget` was called.
  using era = std::uint64_t;

  explicit answered_states(std::shared_ptr<journal> of) : journal_(std::move(of)) {}

  [[nodiscard]] era now() const;

  /// The state of the holon as of a moment during this call. Nothing: it has to be asked for the usual way. An error:
  /// the journal's.
  [[nodiscard]] std::optional<result<state_answer>> ask(stream_id stream, const holon_model* model);

  /// The usual way gave this answer to a question that was asked in the era `asked`. Kept if it is the second one with
  /// this version in a row: a holon that changes between two questions would only cost looks in vain.
  void note(stream_id stream, const holon_model* model, const state_answer& answer, era asked);

  /// An append was given up in doubt, and may still come. Only the writer can rule that out, so it is to prove every
  /// state again.
  void forget();

 private:
  struct place {
    stream_id stream;
    const holon_model* model = nullptr;
    stream_version version;
    std::optional<state_answer> answer;  // nothing: it was answered only once
  };
  using places = std::array<place, answered_states_max>;

  [[nodiscard]] place& place_of(stream_id stream) {
    return (*places_)[std::hash<stream_id>{}(stream) % answered_states_max];
  }
  [[nodiscard]] bool is_kept(stream_id stream, const holon_model* model);
  [[nodiscard]] std::optional<state_answer> take_if_at(stream_id stream, const holon_model* model,
                                                       stream_version version);

  std::shared_ptr<journal> journal_;
  mutable std::mutex mutex_;  // of what follows
  era era_ = 0;
  std::unique_ptr<places> places_ = std::make_unique<places>();
  std::mutex looking_;  // of the reader
  std::unique_ptr<journal_reader> reader_;
};

}  // namespace holon::runtime
