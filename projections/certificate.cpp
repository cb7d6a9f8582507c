#include "projections/certificate.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <utility>

#include <openssl/sha.h>

namespace holon {
namespace {

constexpr std::size_t bytes_per_event = 24;
constexpr std::size_t words = 8;
constexpr std::size_t hex_per_word = 8;

std::string hex_of(std::uint32_t word) {
  std::array<char, hex_per_word + 1> text{};
  std::snprintf(text.data(), text.size(), "%08x", word);
  return text.data();
}

// Reads `digits` hexadecimal digits off the front of `text`.
bool take_hex(std::string_view& text, std::size_t digits, std::uint32_t& out) {
  if (text.size() < digits) return false;
  const auto* end = text.data() + digits;
  const auto [stop, code] = std::from_chars(text.data(), end, out, 16);
  text.remove_prefix(digits);
  return code == std::errc() && stop == end;
}

void store_big_endian(std::uint8_t* out, std::uint64_t value) {
  for (int at = 7; at >= 0; --at, value >>= 8) out[at] = static_cast<std::uint8_t>(value);
}

}  // namespace

// OpenSSL's older interface: the newer one hides the state between two events, and that is what a checkpoint keeps.
struct completeness_certificate::hasher {
  SHA256_CTX sha{};
  std::int64_t events = 0;
};

completeness_certificate::completeness_certificate() : hasher_(std::make_unique<hasher>()) {
  SHA256_Init(&hasher_->sha);
}
completeness_certificate::~completeness_certificate() = default;
completeness_certificate::completeness_certificate(const completeness_certificate& other)
    : hasher_(std::make_unique<hasher>(*other.hasher_)) {}
completeness_certificate& completeness_certificate::operator=(const completeness_certificate& other) {
  *hasher_ = *other.hasher_;
  return *this;
}

void completeness_certificate::add(global_offset offset, event_id id) {
  std::array<std::uint8_t, bytes_per_event> bytes;
  store_big_endian(bytes.data(), static_cast<std::uint64_t>(offset.value));
  std::memcpy(bytes.data() + 8, id.value.bytes.data(), id.value.bytes.size());
  SHA256_Update(&hasher_->sha, bytes.data(), bytes.size());
  ++hasher_->events;
}

std::int64_t completeness_certificate::events() const { return hasher_->events; }

digest completeness_certificate::value() const {
  auto last = hasher_->sha;
  digest value{};
  SHA256_Final(value.data(), &last);
  return value;
}

// "EVENTS:" and in hexadecimal the eight words of the state and the bytes that wait for their block to fill up.
std::string completeness_certificate::state() const {
  std::string text = std::to_string(hasher_->events) + ":";
  for (const auto word : hasher_->sha.h) text += hex_of(word);
  std::array<std::uint8_t, SHA256_CBLOCK> waiting;
  std::memcpy(waiting.data(), hasher_->sha.data, waiting.size());
  for (std::size_t at = 0; at < hasher_->sha.num; ++at) text += hex_of(waiting[at]).substr(hex_per_word - 2);
  return text;
}

result<completeness_certificate> completeness_certificate::from_state(std::string_view text) {
  completeness_certificate certificate;
  if (text.empty()) return certificate;
  const auto bad = failure(
      errc::corrupt, "completeness certificate '" + std::string(text) + "' cannot be read; rebuild the projection");
  auto& hasher = *certificate.hasher_;
  const auto [colon, code] = std::from_chars(text.data(), text.data() + text.size(), hasher.events);
  text.remove_prefix(static_cast<std::size_t>(colon - text.data()));
  if (code != std::errc() || hasher.events < 0 || !text.starts_with(':')) return bad;
  text.remove_prefix(1);

  const auto bytes = static_cast<std::uint64_t>(hasher.events) * bytes_per_event;
  const auto waiting = bytes % SHA256_CBLOCK;
  if (text.size() != words * hex_per_word + 2 * waiting) return bad;
  std::array<std::uint32_t, words> state{};
  for (auto& word : state)
    if (!take_hex(text, hex_per_word, word)) return bad;
  std::array<std::uint8_t, SHA256_CBLOCK> tail{};
  for (std::size_t at = 0; at < waiting; ++at) {
    std::uint32_t byte = 0;
    if (!take_hex(text, 2, byte)) return bad;
    tail[at] = static_cast<std::uint8_t>(byte);
  }
  std::memcpy(hasher.sha.h, state.data(), sizeof hasher.sha.h);
  std::memcpy(hasher.sha.data, tail.data(), tail.size());
  hasher.sha.num = static_cast<unsigned>(waiting);
  hasher.sha.Nl = static_cast<SHA_LONG>(bytes << 3);
  hasher.sha.Nh = static_cast<SHA_LONG>(bytes >> 29);
  return certificate;
}

result<bool> certificate_holds(journal_reader& journal, const projection_checkpoint& checkpoint,
                               std::span<const std::string> event_types) {
  HOLON_TRY(const auto claimed, completeness_certificate::from_state(checkpoint.certificate));
  completeness_certificate actual;
  const all_query query{.after = {},
                        .until = checkpoint.offset,
                        .types = {event_types.begin(), event_types.end()},
                        .stream_types = {},
                        .streams = {}};
  HOLON_CHECK(journal.read_all(query, [&](const event_view& event) {
    actual.add(event.offset, event.id);
    return true;
  }));
  return actual.events() == claimed.events() && actual.events() == checkpoint.events &&
         actual.value() == claimed.value();
}

}  // namespace holon
