#include "persistence/digest.hpp"

#include <cstring>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace holon {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

// All numbers and ids of an event with the lengths of its five strings take less than this.
constexpr std::size_t fixed_bytes_max = 256;

// Writes one event behind a pointer; the buffer is known to be long enough.
class encoder {
 public:
  explicit encoder(char* at) : at_(at) {}

  void number(std::int64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) *at_++ = static_cast<char>(static_cast<std::uint64_t>(value) >> shift);
  }
  void id(const uuid& value) {
    std::memcpy(at_, value.bytes.data(), value.bytes.size());
    at_ += value.bytes.size();
  }
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    std::memcpy(at_, value.data(), value.size());
    at_ += value.size();
  }
  void time(timestamp when) { number(when.time_since_epoch().count()); }
  void time(const std::optional<timestamp>& when) {
    *at_++ = when ? 1 : 0;
    if (when) time(*when);
  }
  [[nodiscard]] const char* end() const { return at_; }

 private:
  char* at_;
};

std::size_t bytes_max(const event_view& event) {
  return fixed_bytes_max + event.type.size() + event.stream_type.size() + event.source_system.size() +
         event.payload.size() + event.metadata.size();
}

}  // namespace

std::string to_hex(const digest& value) {
  std::string text;
  text.reserve(2 * value.size());
  for (const auto byte : value) {
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 0x0F];
  }
  return text;
}

// OpenSSL looks an algorithm up by name each time it is not fetched beforehand, which costs as much as one event.
struct batch_digest::hasher {
  struct release {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, release> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, release> context{EVP_MD_CTX_new()};
  std::string buffer;

  void start() {
    HOLON_ASSERT(algorithm && context && EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1,
                 "OpenSSL gives SHA-256");
  }
};

batch_digest::batch_digest() : hasher_(std::make_unique<hasher>()) { hasher_->start(); }
batch_digest::~batch_digest() = default;

void batch_digest::add(const event_view& event) {
  auto& buffer = hasher_->buffer;
  if (buffer.size() < bytes_max(event)) buffer.resize(bytes_max(event));
  encoder out{buffer.data()};
  out.id(event.id.value);
  out.text(event.type);
  out.number(event.schema_version);
  out.id(event.stream.value);
  out.text(event.stream_type);
  out.number(event.version.value);
  out.id(event.actor.value);
  out.text(event.source_system);
  out.time(event.occurred_at);
  out.time(event.valid_from);
  out.time(event.valid_to);
  out.text(event.payload);
  out.text(event.metadata);
  const auto length = static_cast<std::size_t>(out.end() - buffer.data());
  HOLON_ASSERT(EVP_DigestUpdate(hasher_->context.get(), buffer.data(), length) == 1, "OpenSSL hashes any bytes");
}

digest batch_digest::finish() {
  digest value;
  HOLON_ASSERT(EVP_DigestFinal_ex(hasher_->context.get(), value.data(), nullptr) == 1, "OpenSSL finishes a digest");
  hasher_->start();
  return value;
}

digest chain_after(const digest& before, const digest& content) {
  std::array<std::uint8_t, 64> both;
  std::memcpy(both.data(), before.data(), before.size());
  std::memcpy(both.data() + before.size(), content.data(), content.size());
  digest value;
  SHA256(both.data(), both.size(), value.data());
  return value;
}

}  // namespace holon
