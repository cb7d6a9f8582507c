#include "projections/certificate.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include <openssl/sha.h>

#include "projections/projection.hpp"

namespace holon {
namespace {

// The chain so far, an offset and an id. One byte of an offset is left out, which is 0 for the first 72 quadrillion
// events: so it is 55 bytes, the most that SHA-256 takes in one step rather than two.
constexpr std::size_t offset_bytes = 7;
constexpr std::size_t link_bytes = sizeof(digest) + offset_bytes + sizeof(uuid::bytes);
constexpr std::int64_t offset_max = (std::int64_t{1} << (8 * offset_bytes)) - 1;
static_assert(link_bytes == 55);

constexpr std::string_view form = ":chain:";

void store_big_endian(std::uint8_t* out, std::uint64_t value) {
  for (std::size_t at = offset_bytes; at-- > 0; value >>= 8) out[at] = static_cast<std::uint8_t>(value);
}

// All of the text must be read.
bool take_hex(std::string_view text, digest& out) {
  if (text.size() != 2 * out.size()) return false;
  for (std::size_t at = 0; at < out.size(); ++at) {
    const auto* const from = text.data() + 2 * at;
    const auto [stop, code] = std::from_chars(from, from + 2, out[at], 16);
    if (code != std::errc() || stop != from + 2) return false;
  }
  return true;
}

}  // namespace

void completeness_certificate::add(global_offset offset, event_id id) {
  HOLON_ASSERT(offset.value <= offset_max, "no journal is so long");
  std::array<std::uint8_t, link_bytes> link;
  std::memcpy(link.data(), chain_.data(), chain_.size());
  store_big_endian(link.data() + chain_.size(), static_cast<std::uint64_t>(offset.value));
  std::memcpy(link.data() + chain_.size() + offset_bytes, id.value.bytes.data(), id.value.bytes.size());
  SHA256(link.data(), link.size(), chain_.data());
  ++events_;
}

std::string completeness_certificate::state() const {
  return std::to_string(events_) + std::string(form) + to_hex(chain_);
}

result<completeness_certificate> completeness_certificate::from_state(std::string_view text) {
  completeness_certificate certificate;
  if (text.empty()) return certificate;
  const auto bad = failure(errc::corrupt, "completeness certificate '" + std::string(text) +
                                              "' cannot be read, or is of an earlier version: rebuild the projection");
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), certificate.events_);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (code != std::errc() || certificate.events_ < 0 || !text.starts_with(form)) return bad;
  text.remove_prefix(form.size());
  if (!take_hex(text, certificate.chain_)) return bad;
  return certificate;
}

result<bool> certificate_holds(journal_reader& journal, const projection_checkpoint& checkpoint, const projection& of) {
  HOLON_TRY(const auto claimed, completeness_certificate::from_state(checkpoint.certificate));
  completeness_certificate actual;
  const all_query query{.after = {},
                        .until = checkpoint.offset,
                        .types = {of.event_types().begin(), of.event_types().end()},
                        .stream_types = {of.stream_types().begin(), of.stream_types().end()},
                        .streams = {}};
  HOLON_CHECK(journal.read_all(query, [&](const event_view& event) {
    actual.add(event.offset, event.id);
    return true;
  }));
  return actual.events() == claimed.events() && actual.events() == checkpoint.events &&
         actual.value() == claimed.value();
}

}  // namespace holon
