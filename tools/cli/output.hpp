// Where a command's answer goes: stdout for results, stderr for people who watch. One rule for --json and colours, and
// one door: whatever text of others is in a line, no order to the terminal comes through (config/terminal_text.hpp).
#pragma once

#include <string>
#include <string_view>

#include "config/result.hpp"

namespace holon::cli {

class output {
 public:
  /// Colours only if they are wanted and stdout is a terminal. `json`: results are JSON, and notes are left out.
  void configure(bool json, bool colours);

  [[nodiscard]] bool json() const { return json_; }
  /// Columns of the terminal that stdout is, 0 if it is none.
  [[nodiscard]] std::size_t columns() const;

  /// A line of the result.
  void line(std::string_view text = "");
  /// Several lines, each with its line break.
  void text(std::string_view lines);
  /// A line for people, on stdout between the results; left out with --json.
  void note(std::string_view text = "");
  /// A line for people on stderr, where it does not mix with results; left out with --json.
  void remark(std::string_view text);
  /// What went wrong: one line on stderr; with --json also {"error":{"code":…,"message":…}} on stdout.
  void fail(const error& why);

  /// The text in bold or faint, if colours are on.
  [[nodiscard]] std::string strong(std::string_view text) const;
  [[nodiscard]] std::string faint(std::string_view text) const;

  /// Writes what is buffered. errc::unavailable: stdout takes no more (a full disk, a closed file).
  [[nodiscard]] result<void> flush();

 private:
  bool json_ = false;
  bool colours_ = false;
};

/// "65,533".
[[nodiscard]] std::string grouped(std::int64_t number);
/// A JSON string with its quotes.
[[nodiscard]] std::string json_string(std::string_view text);
/// The text on one line, as it is safe to show.
[[nodiscard]] std::string shown(std::string_view text);
/// The same within `width` columns; the end of a longer one becomes "…".
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);
/// Columns that a UTF-8 text takes: two for East Asian wide characters, none for accents of their own.
[[nodiscard]] std::size_t width_of(std::string_view text);

}  // namespace holon::cli
