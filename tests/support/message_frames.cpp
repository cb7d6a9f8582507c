#include "tests/support/message_frames.hpp"

#include <algorithm>
#include <utility>

namespace holon::testing {
namespace {

constexpr std::size_t length_size = 4;
constexpr std::uint32_t ssl_request = 80877103;
constexpr std::uint32_t gss_request = 80877104;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < length_size; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

// A message whose length stands `before_length` bytes from its start; nothing if it is not yet whole.
std::optional<message_frame> take_message(std::string& bytes, std::size_t before_length) {
  if (bytes.size() < before_length + length_size) return std::nullopt;
  const std::size_t size = before_length + number_at(bytes, before_length);
  if (bytes.size() < size) return std::nullopt;
  message_frame frame{.type = before_length == 0 ? '\0' : bytes[0], .bytes = bytes.substr(0, size)};
  bytes.erase(0, size);
  return frame;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool message_frame::is_request() const { return type != 0 && type != message::password && type != message::terminate; }

bool message_frame::contains(std::string_view text) const {
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  return std::search(bytes.begin(), bytes.end(), text.begin(), text.end(), same) != bytes.end() || text.empty();
}

std::optional<message_frame> client_frames::next() {
  if (!connecting_) return take_message(bytes_, 1);
  auto first = take_message(bytes_, 0);
  if (first && !asks_for_encryption(*first)) connecting_ = false;
  return first;
}

bool client_frames::asks_for_encryption(const message_frame& frame) {
  if (frame.type != 0 || frame.bytes.size() != 2 * length_size) return false;
  const std::uint32_t code = number_at(frame.bytes, length_size);
  return code == ssl_request || code == gss_request;
}

std::optional<message_frame> server_frames::next() {
  if (single_bytes_ == 0) return take_message(bytes_, 1);
  if (bytes_.empty()) return std::nullopt;
  --single_bytes_;
  message_frame byte{.bytes = bytes_.substr(0, 1)};
  bytes_.erase(0, 1);
  return byte;
}

std::string server_frames::take_all() { return std::exchange(bytes_, {}); }

}  // namespace holon::testing
