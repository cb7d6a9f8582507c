#include "persistence/uuid.hpp"

#include <chrono>
#include <ostream>
#include <random>

#include <openssl/sha.h>

namespace holon {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool dash_at(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

void stamp(uuid& id, int version) {
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | (version << 4));
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
}

std::mt19937_64& random_source() {
  thread_local std::mt19937_64 source{[] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64{seed};
  }()};
  return source;
}

void put_random(uuid& id, std::size_t from) {
  for (std::size_t i = from; i < 16; i += 8) {
    const std::uint64_t bits = random_source()();
    std::memcpy(id.bytes.data() + i, &bits, std::min<std::size_t>(8, 16 - i));
  }
}

// Milliseconds in the upper bits, a counter in the lower twelve; never the same twice in one thread, never back.
std::uint64_t next_tick() {
  thread_local std::uint64_t last = 0;
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  last = std::max(last + 1, static_cast<std::uint64_t>(now) << 12);
  return last;
}

}  // namespace

void append_text(std::string& out, const uuid& id) {
  char text[36];
  std::size_t at = 0;
  for (const auto byte : id.bytes) {
    if (dash_at(at)) text[at++] = '-';
    text[at++] = hex_digits[byte >> 4];
    text[at++] = hex_digits[byte & 0x0F];
  }
  out.append(text, sizeof text);
}

std::string to_string(const uuid& id) {
  std::string text;
  append_text(text, id);
  return text;
}

std::ostream& operator<<(std::ostream& out, const uuid& id) { return out << to_string(id); }

result<uuid> parse_uuid(std::string_view text) {
  const auto bad = [&] {
    return failure(errc::malformed, "'" + std::string(text.substr(0, 64)) +
                                        "' is not a UUID: 36 characters such as 0190b5c1-7d3e-7c41-9a53-0242ac120002");
  };
  if (text.size() != 36) return bad();
  uuid id;
  std::size_t byte = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (dash_at(i)) {
      if (text[i++] != '-') return bad();
      continue;
    }
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return bad();
    id.bytes[byte++] = static_cast<std::uint8_t>(high << 4 | low);
    i += 2;
  }
  return id;
}

uuid uuid_v5(const uuid& space, std::string_view name) {
  std::string input(reinterpret_cast<const char*>(space.bytes.data()), space.bytes.size());
  input += name;
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest);
  uuid id;
  std::memcpy(id.bytes.data(), digest, id.bytes.size());
  stamp(id, 5);
  return id;
}

uuid make_uuid_v7() {
  const std::uint64_t tick = next_tick();
  const std::uint64_t milliseconds = tick >> 12;
  uuid id;
  put_random(id, 8);
  for (int i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  id.bytes[6] = static_cast<std::uint8_t>((tick >> 8) & 0x0F);
  id.bytes[7] = static_cast<std::uint8_t>(tick);
  stamp(id, 7);
  return id;
}

uuid make_uuid_v4() {
  uuid id;
  put_random(id, 0);
  stamp(id, 4);
  return id;
}

}  // namespace holon
