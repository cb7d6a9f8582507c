// Proof of what a projection has processed: how many events, and a SHA-256 over which ones, comparable with the
// journal.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "persistence/digest.hpp"
#include "persistence/event.hpp"
#include "persistence/journal.hpp"
#include "projections/checkpoint.hpp"

namespace holon {

/// SHA-256 over the offset (8 bytes, big-endian) and the id (16 bytes) of each event in turn. It does not depend on how
/// the events were cut into pages, so any two that saw the same events in the same order agree. A value: it copies.
class completeness_certificate {
 public:
  completeness_certificate();
  ~completeness_certificate();
  completeness_certificate(const completeness_certificate& other);
  completeness_certificate& operator=(const completeness_certificate& other);

  void add(global_offset offset, event_id id);
  [[nodiscard]] std::int64_t events() const;
  /// The SHA-256 over all events so far.
  [[nodiscard]] digest value() const;

  /// All it needs to go on after a restart, as text.
  [[nodiscard]] std::string state() const;
  /// errc::corrupt: not what state() wrote. Empty text is the certificate of no event.
  [[nodiscard]] static result<completeness_certificate> from_state(std::string_view text);

 private:
  struct hasher;
  std::unique_ptr<hasher> hasher_;
};

/// Recomputes from the journal what a projection that takes these types (empty: all) must have processed up to its
/// checkpoint, and compares count and hash. False: the projection missed, doubled or reordered events, or the journal
/// was changed. errc::corrupt: the checkpoint's certificate cannot be read.
[[nodiscard]] result<bool> certificate_holds(journal_reader& journal, const projection_checkpoint& checkpoint,
                                             std::span<const std::string> event_types);

}  // namespace holon
