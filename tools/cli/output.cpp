#include "tools/cli/output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include "config/terminal_text.hpp"
#include "persistence/codec/json_string.hpp"

namespace holon::cli {
namespace {

// Colours as they stand in a text until it goes out: bytes that no text of UTF-8 has, so that nothing of others becomes
// an order to the terminal on the way.
constexpr char colour_mark = '\xFF';
constexpr char bold = '1';
constexpr char faint_grey = '2';
constexpr char plain = '0';

std::string painted(bool on, char colour, std::string_view text) {
  if (!on) return std::string(text);
  return std::string{colour_mark, colour}.append(text).append({colour_mark, plain});
}

void put(std::FILE* to, std::string_view text) { std::fwrite(text.data(), 1, text.size(), to); }

// The one door to a terminal for all text.
std::string made_safe(std::string_view text, bool coloured) {
  if (!coloured) return terminal_safe(text);
  std::string out;
  for (;;) {
    const auto mark = std::min(text.find(colour_mark), text.size());
    append_terminal_safe(out, text.substr(0, mark));
    if (mark + 1 >= text.size()) return out;
    out.append("\x1b[").append(1, text[mark + 1] == bold || text[mark + 1] == faint_grey ? text[mark + 1] : plain);
    out += 'm';
    text.remove_prefix(mark + 2);
  }
}

// Columns of the character that begins the text, and its bytes.
struct glyph {
  std::size_t columns = 1;
  std::size_t bytes = 1;
};

glyph first_glyph(std::string_view text) {
  utf8proc_int32_t code = 0;
  const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &code);
  if (size <= 0) return {};
  return {.columns = static_cast<std::size_t>(std::max(0, utf8proc_charwidth(code))),
          .bytes = static_cast<std::size_t>(size)};
}

}  // namespace

void output::configure(bool json, bool colours) {
  json_ = json;
  colours_ = colours && !json && isatty(STDOUT_FILENO) == 1;
}

std::size_t output::columns() const {
  winsize size{};
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void output::line(std::string_view text) {
  put(stdout, made_safe(text, colours_));
  put(stdout, "\n");
}

void output::text(std::string_view lines) { put(stdout, made_safe(lines, colours_)); }

void output::note(std::string_view text) {
  if (!json_) line(text);
}

void output::remark(std::string_view text) {
  if (json_) return;
  std::fflush(stdout);
  put(stderr, terminal_safe(text));
  put(stderr, "\n");
}

void output::fail(const error& why) {
  const std::string sentence = terminal_line(why.text);
  if (json_)
    line("{\"error\":{\"code\":" + json_string(to_string(why.code)) + ",\"message\":" + json_string(sentence) +
         (why.actual_version ? ",\"actual_version\":" + std::to_string(*why.actual_version) : "") + "}}");
  std::fflush(stdout);
  put(stderr, "holon: " + sentence + "\n");
}

std::string output::strong(std::string_view text) const { return painted(colours_, bold, text); }
std::string output::faint(std::string_view text) const { return painted(colours_, faint_grey, text); }

result<void> output::flush() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return {};
  return failure(errc::unavailable, std::string("the result cannot be written to stdout: ") + std::strerror(errno));
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string json_string(std::string_view text) {
  // What people type may be any bytes, and JSON may not.
  std::string valid(text);
  for (auto bad = find_bad_utf8(valid); bad != std::string::npos; bad = find_bad_utf8(valid)) valid[bad] = '?';
  std::string out;
  append_canonical_string(out, valid);
  return out;
}

std::size_t width_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto next = first_glyph(text);
    columns += next.columns;
    text.remove_prefix(next.bytes);
  }
  return columns;
}

std::string shown(std::string_view text) { return terminal_line(text); }

std::string shortened(std::string_view text, std::size_t width) {
  std::string line = terminal_line(text);
  if (width_of(line) <= width) return line;
  std::size_t at = 0;
  for (std::size_t columns = 0; at < line.size();) {
    const auto next = first_glyph(std::string_view(line).substr(at));
    if (columns + next.columns + 1 > width) break;  // one column for the ellipsis
    columns += next.columns;
    at += next.bytes;
  }
  return line.substr(0, at) + "…";
}

}  // namespace holon::cli
