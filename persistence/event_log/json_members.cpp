#include "persistence/event_log/json_members.hpp"

#include <algorithm>

#include "persistence/codec/json_string.hpp"

namespace holon {
void json_members::add(std::string_view key, std::string_view json) {
  const std::size_t start = text_.size();
  text_.append(key).append(json);
  members_.push_back({.key = start, .value = start + key.size(), .end = text_.size()});
}

void json_members::add_string(std::string_view key, std::string_view text) {
  const std::size_t start = text_.size();
  text_.append(key);
  append_canonical_string(text_, text);
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
  append_canonical_string(out, key_of(one));
  out += ':';
  out.append(text_, one.value, one.end - one.value);
}

}  // namespace holon
