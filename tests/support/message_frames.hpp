// PostgreSQL's protocol as far as a proxy must know it: where one message ends, and which of them asks or answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holon::testing {

struct message_frame {
  char type = 0;      ///< as on the wire; 0: a first message of a client, or the single byte that answers it
  std::string bytes;  ///< all of it, as on the wire

  /// A client that is connected wants something. Not a request: connecting, the password, the goodbye.
  [[nodiscard]] bool is_request() const;
  /// Bytes of it are `text`, in small or capital letters.
  [[nodiscard]] bool contains(std::string_view text) const;
};

/// What a client sends. Its first messages have no type: it may ask for encryption before it says who it is.
class client_frames {
 public:
  void feed(std::string_view bytes) { bytes_ += bytes; }
  /// The next message that is whole.
  [[nodiscard]] std::optional<message_frame> next();
  [[nodiscard]] bool has_part() const { return !bytes_.empty(); }
  /// Encryption was asked for, and the answer is a single byte.
  [[nodiscard]] static bool asks_for_encryption(const message_frame& frame);

 private:
  std::string bytes_;
  bool connecting_ = true;
};

/// What a server sends.
class server_frames {
 public:
  void feed(std::string_view bytes) { bytes_ += bytes; }
  void expect_single_byte() { ++single_bytes_; }
  [[nodiscard]] std::optional<message_frame> next();
  /// What is left when the rest is not to be understood: it is encrypted.
  [[nodiscard]] std::string take_all();

 private:
  std::string bytes_;
  int single_bytes_ = 0;
};

/// The types of messages that matter to who counts requests and answers.
namespace message {
constexpr char query = 'Q';
constexpr char sync = 'S';
constexpr char function_call = 'F';
constexpr char password = 'p';
constexpr char terminate = 'X';
constexpr char ready_for_query = 'Z';
constexpr char copy_in = 'G';
constexpr char copy_out = 'H';
constexpr char copy_both = 'W';
}  // namespace message

}  // namespace holon::testing
