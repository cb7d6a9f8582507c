// Proof of what a projection has processed: how many events, and a chain of SHA-256 over which ones, comparable with
// the journal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "persistence/digest.hpp"
#include "persistence/event.hpp"
#include "persistence/journal.hpp"
#include "projections/checkpoint.hpp"

namespace holon {

class projection;

/// Each event makes a new value: the SHA-256 over the value before (32 bytes, at first zeros), the offset (7 bytes,
/// big-endian) and the id (16 bytes). It does not depend on how the events were cut into pages, so any two that saw the
/// same events in the same order agree.
class completeness_certificate {
 public:
  void add(global_offset offset, event_id id);
  [[nodiscard]] std::int64_t events() const { return events_; }
  [[nodiscard]] const digest& value() const { return chain_; }

  /// All it needs to go on after a restart, as text: "EVENTS:chain:" and the value in hexadecimal.
  [[nodiscard]] std::string state() const;
  /// errc::corrupt: not what state() wrote. Empty text is the certificate of no event.
  [[nodiscard]] static result<completeness_certificate> from_state(std::string_view text);

 private:
  digest chain_{};
  std::int64_t events_ = 0;
};

/// Recomputes from the journal what this projection, by the event types and stream types that it takes, must have
/// processed up to its checkpoint, and compares count and hash. False: it missed, doubled or reordered events, or the
/// journal was changed. errc::corrupt: the checkpoint's certificate cannot be read.
[[nodiscard]] result<bool> certificate_holds(journal_reader& journal, const projection_checkpoint& checkpoint,
                                             const projection& of);

}  // namespace holon
