// What every journal says to an append before it writes: yes, no and why, or "this was written before".
//
// The rules stand here once, as pure functions over what a journal can look up, so that memory, SQLite and PostgreSQL
// cannot differ. A journal that is sure of a yes by cheaper means need not ask; a no always comes from here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

#include "persistence/journal.hpp"

namespace holon {

inline constexpr std::size_t refusal_code_bytes_max = 64;
inline constexpr std::size_t refusal_text_bytes_max = 64 * 1024;

/// The last version that a stream can have, in any journal: PostgreSQL keeps versions in 32 bits.
inline constexpr std::int64_t stream_version_max = 2'147'483'647;

/// Payloads and metadata of all events of one append, and of all appends of a batch.
inline constexpr std::size_t append_bytes_max = 64 * 1024 * 1024;
inline constexpr std::size_t batch_bytes_max = 4 * append_bytes_max;

/// What append_bytes_max bounds.
[[nodiscard]] std::size_t bytes_of(const append_request& request);

/// Counts what batch_bytes_max bounds, request by request.
class batch_bytes {
 public:
  /// errc::invalid_argument: the batch is full. Then these are not counted, and a smaller request may still go in.
  [[nodiscard]] result<void> take(std::size_t bytes);
  void clear() { taken_ = 0; }

 private:
  std::size_t taken_ = 0;
};

/// Rule 1 of journal_appender::append, which needs nothing but the request. All writes together may carry
/// events_per_append_max events and append_bytes_max bytes.
/// errc::invalid_argument: the text names the stream or event, the field and the reason.
[[nodiscard]] result<void> check_request(const append_request& request);

/// How far a stream is, and whose it is.
struct stream_head {
  stream_version version;  ///< 0: there is no such stream
  std::string type;        ///< empty: there is no such stream
};

/// What the judge may ask a journal, including what the same batch wrote so far. An error here is the journal's own
/// trouble and ends the whole batch.
class append_evidence {
 public:
  virtual ~append_evidence() = default;
  [[nodiscard]] virtual result<stream_head> head_of(stream_id stream) = 0;
  [[nodiscard]] virtual result<std::optional<recorded_event>> event_by_id(event_id id) = 0;
  [[nodiscard]] virtual result<std::optional<settled_command>> settled_of(command_id command) = 0;
};

/// The answer of the judge: write it (`no` and `already` are empty), or do not.
struct verdict {
  std::optional<error> no = std::nullopt;  ///< errc::refused, type_conflict, version_conflict, duplicate_event
  std::optional<append_result> already =
      std::nullopt;  ///< the original result; of a lone settled command: nothing in it

  [[nodiscard]] bool write() const { return !no && !already; }
};

/// Whether an outcome stays true whatever others have written since the journal was looked at: what was written or
/// settled before stays, and an id belongs to one event for ever. A version conflict, and a success that wrote nothing,
/// say how far a stream is, and that passes.
[[nodiscard]] bool is_lasting(const append_request& request, const result<append_result>& outcome);

/// A write that starts behind this version stays within stream_version_max. The judge says so, too.
[[nodiscard]] inline bool has_room_behind(stream_version version, const stream_write& write) {
  return version.value <= stream_version_max - static_cast<std::int64_t>(write.events.size());
}

/// Rules 2 to 6, for a request that passed check_request. A stream that would go beyond stream_version_max is
/// errc::invalid_argument, in the place of rule 4.
[[nodiscard]] result<verdict> judge(const append_request& request, bool chain_is_broken, append_evidence& evidence);

/// Rule 5 within one batch: which chains lost a link, so that what was decided on top of it stands on nothing.
class broken_chains {
 public:
  [[nodiscard]] bool holds(std::uint64_t chain) const { return chain != 0 && broken_.contains(chain); }
  /// Takes each outcome in order. True: it breaks its chain. What writes no events breaks none: nothing stands on it.
  bool note(const append_request& request, const result<append_result>& outcome) {
    const bool breaks = request.chain != 0 && !request.writes.empty() && (!outcome || outcome->already);
    if (breaks) broken_.insert(request.chain);
    return breaks;
  }
  void clear() { broken_.clear(); }

 private:
  std::unordered_set<std::uint64_t> broken_;
};

}  // namespace holon
