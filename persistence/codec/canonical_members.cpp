#include "persistence/codec/canonical_members.hpp"

#include <algorithm>
#include <string>

#include "persistence/codec/json_string.hpp"

namespace holon {
namespace {

constexpr std::size_t indentation = 2;

// Where the string that begins at `at` ends, behind its closing quote.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return text.size();
}

// Where the value that begins at `at` ends: at the comma or bracket of what it is in.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  std::size_t open = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
      continue;
    }
    if (open == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if (c == '{' || c == '[') ++open;
    if (c == '}' || c == ']') --open;
    ++at;
  }
  return at;
}

// An escape stands for one character, which is a control character, a quote or a backslash.
std::size_t decoded_size(std::string_view between_quotes) {
  std::size_t size = 0;
  for (std::size_t at = 0; at < between_quotes.size(); ++at, ++size)
    if (between_quotes[at] == '\\') at += between_quotes.substr(at + 1).starts_with('u') ? 5 : 1;
  return size;
}

void new_line(std::string& out, std::size_t level) { out.append(1, '\n').append(level * indentation, ' '); }

}  // namespace

result<void> for_each_member(std::string_view object, const member_visitor& visit) {
  HOLON_ASSERT(object.size() >= 2 && object.front() == '{' && object.back() == '}', "this is the text of an object");
  std::string key;
  for (std::size_t at = 1; at < object.size() && object[at] == '"';) {
    const auto key_end = end_of_string(object, at);
    key.clear();
    const auto problem = append_unescaped(key, object.substr(at + 1, key_end - at - 2));
    HOLON_ASSERT(problem == nullptr, "what was written canonically can be read");
    const auto value = key_end + 1;  // behind the colon
    const auto end = end_of_value(object, value);
    HOLON_CHECK(visit(key, object.substr(value, end - value)));
    at = end + 1;
  }
  return {};
}

json_extent extent_of(std::string_view canonical) {
  json_extent extent;
  std::size_t open = 0;
  for (std::size_t at = 0; at < canonical.size();) {
    const char c = canonical[at];
    if (c == '"') {
      const auto end = end_of_string(canonical, at);
      extent.longest_text = std::max(extent.longest_text, decoded_size(canonical.substr(at + 1, end - at - 2)));
      at = end;
      continue;
    }
    if (c == '{' || c == '[') extent.depth = std::max(extent.depth, ++open);
    if (c == '}' || c == ']') --open;
    ++at;
  }
  return extent;
}

std::string pretty_json(std::string_view canonical) {
  std::string out;
  std::size_t level = 0;
  for (std::size_t at = 0; at < canonical.size();) {
    const char c = canonical[at];
    if (c == '"') {
      const auto end = end_of_string(canonical, at);
      out.append(canonical.substr(at, end - at));
      at = end;
      continue;
    }
    const bool is_empty =
        (c == '{' || c == '[') && at + 1 < canonical.size() && (canonical[at + 1] == '}' || canonical[at + 1] == ']');
    if (is_empty) {
      out.append(canonical.substr(at, 2));
      at += 2;
      continue;
    }
    if (c == '}' || c == ']') new_line(out, --level);
    out += c;
    if (c == '{' || c == '[') new_line(out, ++level);
    if (c == ',') new_line(out, level);
    if (c == ':') out += ' ';
    ++at;
  }
  return out;
}

}  // namespace holon
