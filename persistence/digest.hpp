// Tamper evidence: SHA-256 over the events of a batch, and a chain of those over all batches.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "persistence/event.hpp"

namespace holon {

using digest = std::array<std::uint8_t, 32>;

[[nodiscard]] std::string to_hex(const digest& value);

/// Digest of one batch, event by event in the order of their offsets.
///
/// Each event goes in as its fields in a fixed order, numbers big-endian in 8 bytes, ids in 16, strings behind their
/// length: event_id, event_type, schema_version, stream_id, stream_type, version, actor_id, source_system, occurred_at,
/// valid_from, valid_to (each behind a byte that says whether it is there), payload, metadata. Payload and metadata
/// are in canonical form. Left out are global_offset and recorded_at, which the journal gives.
class batch_digest {
 public:
  batch_digest();
  ~batch_digest();
  batch_digest(const batch_digest&) = delete;
  batch_digest& operator=(const batch_digest&) = delete;

  void add(const event_view& event);
  /// The digest; starts the next batch.
  [[nodiscard]] digest finish();

 private:
  struct hasher;
  std::unique_ptr<hasher> hasher_;
};

/// SHA-256 over the chain value of the batch before and the digest of this one. The first follows 32 zero bytes.
[[nodiscard]] digest chain_after(const digest& before, const digest& content);

}  // namespace holon
