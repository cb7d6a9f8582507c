#include "tools/cli/output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/ioctl.h>
#include <unistd.h>

#include "persistence/codec/json_string.hpp"

namespace holon::cli {
namespace {

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view grey = "\x1b[2m";
constexpr std::string_view plain = "\x1b[0m";

std::string painted(bool on, std::string_view colour, std::string_view text) {
  if (!on) return std::string(text);
  return std::string(colour).append(text).append(plain);
}

void put(std::FILE* to, std::string_view text) { std::fwrite(text.data(), 1, text.size(), to); }

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u; }

std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
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
  put(stdout, text);
  put(stdout, "\n");
}

void output::text(std::string_view lines) { put(stdout, lines); }

void output::note(std::string_view text) {
  if (!json_) line(text);
}

void output::remark(std::string_view text) {
  if (json_) return;
  std::fflush(stdout);
  put(stderr, text);
  put(stderr, "\n");
}

void output::fail(const error& why) {
  const std::string sentence = on_one_line(why.text);
  if (json_)
    line("{\"error\":{\"code\":" + json_string(to_string(why.code)) + ",\"message\":" + json_string(sentence) +
         (why.actual_version ? ",\"actual_version\":" + std::to_string(*why.actual_version) : "") + "}}");
  std::fflush(stdout);
  put(stderr, "holon: " + sentence + "\n");
}

std::string output::strong(std::string_view text) const { return painted(colours_, bold, text); }
std::string output::faint(std::string_view text) const { return painted(colours_, grey, text); }

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
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

std::string shortened(std::string_view text, std::size_t width) {
  std::string line = on_one_line(text);
  if (width_of(line) <= width) return line;
  std::size_t at = 0;
  for (std::size_t seen = 0; at < line.size(); ++at)
    if (!continues_character(line[at]) && ++seen >= width) break;
  return line.substr(0, at) + "…";
}

}  // namespace holon::cli
