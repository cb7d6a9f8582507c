#include "persistence/event_log/json_members.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace holon {
namespace {

bool needs_escape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

void append_escaped(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += "\\u00";
  out += hex[static_cast<unsigned char>(c) >> 4];
  out += hex[static_cast<unsigned char>(c) & 15];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    const auto plain = std::find_if(text.begin(), text.end(), needs_escape);
    out.append(text.begin(), plain);
    if (plain == text.end()) break;
    append_escaped(out, *plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()) + 1);
  }
  out += '"';
}

void append_json_number(std::string& out, double number) {
  if (std::isnan(number)) return append_json_string(out, "NaN");
  if (std::isinf(number)) return append_json_string(out, number > 0 ? "Infinity" : "-Infinity");
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

void json_members::add(std::string_view key, std::string_view json) {
  const std::size_t start = text_.size();
  text_.append(key).append(json);
  members_.push_back({.key = start, .value = start + key.size(), .end = text_.size()});
}

void json_members::add_string(std::string_view key, std::string_view text) {
  const std::size_t start = text_.size();
  text_.append(key);
  append_json_string(text_, text);
  members_.push_back({.key = start, .value = start + key.size(), .end = text_.size()});
}

result<void> json_members::append_object(std::string& out) {
  const auto by_key = [this](const member& a, const member& b) { return key_of(a) < key_of(b); };
  const auto same_key = [this](const member& a, const member& b) { return key_of(a) == key_of(b); };
  std::sort(members_.begin(), members_.end(), by_key);
  const auto twice = std::adjacent_find(members_.begin(), members_.end(), same_key);
  if (twice != members_.end())
    return failure(errc::malformed, "'" + std::string(key_of(*twice)) + "' is given twice in one place");
  out += '{';
  for (const auto& each : members_) {
    if (&each != members_.data()) out += ',';
    append_member(out, each);
  }
  out += '}';
  return {};
}

void json_members::append_array(std::string& out) const {
  out += '[';
  for (const auto& each : members_) {
    out += &each == members_.data() ? "{" : ",{";
    append_member(out, each);
    out += '}';
  }
  out += ']';
}

void json_members::clear() {
  text_.clear();
  members_.clear();
}

std::string_view json_members::key_of(const member& one) const {
  return std::string_view(text_).substr(one.key, one.value - one.key);
}

void json_members::append_member(std::string& out, const member& one) const {
  append_json_string(out, key_of(one));
  out += ':';
  out.append(text_, one.value, one.end - one.value);
}

}  // namespace holon
