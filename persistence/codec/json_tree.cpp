#include "persistence/codec/json_tree.hpp"

#include <algorithm>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/json_string.hpp"

namespace holon {
namespace {

// Reads what canonical_json wrote, so nothing can be wrong with it, and it is not nested deeper than json_depth_max.
class canonical_reader {
 public:
  explicit canonical_reader(std::string_view text) : text_(text) {}

  json_tree value() {
    switch (text_[at_]) {
      case '{': return object();
      case '[': return array();
      case '"': return {.kind = json_kind::string, .text = string()};
      case 't':
      case 'f': return {.kind = json_kind::boolean, .text = word()};
      case 'n': word(); return {};
      default: return {.kind = json_kind::number, .text = word()};
    }
  }

 private:
  std::string word() {
    const auto end = std::min(text_.find_first_of(",]}", at_), text_.size());
    std::string found(text_.substr(at_, end - at_));
    at_ = end;
    return found;
  }

  std::string string() {
    std::string decoded;
    for (++at_;;) {
      const auto plain = plain_length(text_.substr(at_));
      decoded.append(text_.substr(at_, plain));
      at_ += plain;
      if (text_[at_] == '"') break;
      auto rest = text_.substr(at_);
      const auto problem = take_escape(rest, decoded);
      HOLON_ASSERT(problem == nullptr, "what was written canonically can be read");
      at_ = text_.size() - rest.size();
    }
    ++at_;
    return decoded;
  }

  json_tree array() {
    json_tree found{.kind = json_kind::array};
    ++at_;
    while (text_[at_] != ']') {
      found.items.push_back(value());
      if (text_[at_] == ',') ++at_;
    }
    ++at_;
    return found;
  }

  json_tree object() {
    json_tree found{.kind = json_kind::object};
    ++at_;
    while (text_[at_] != '}') {
      auto key = string();
      ++at_;  // the colon
      found.members.push_back({.key = std::move(key), .value = value()});
      if (text_[at_] == ',') ++at_;
    }
    ++at_;
    return found;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

auto place_of(std::vector<json_member>& members, std::string_view key) {
  return std::lower_bound(members.begin(), members.end(), key,
                          [](const json_member& each, std::string_view wanted) { return each.key < wanted; });
}

}  // namespace

std::string_view to_string(json_kind kind) {
  switch (kind) {
    case json_kind::null: return "null";
    case json_kind::boolean: return "boolean";
    case json_kind::number: return "number";
    case json_kind::string: return "string";
    case json_kind::array: return "array";
    case json_kind::object: return "object";
  }
  return "value";
}

bool operator==(const json_tree& left, const json_tree& right) {
  return left.kind == right.kind && left.text == right.text && left.items == right.items &&
         left.members == right.members;
}

json_tree* json_tree::find(std::string_view key) {
  const auto found = place_of(members, key);
  return found == members.end() || found->key != key ? nullptr : &found->value;
}

const json_tree* json_tree::find(std::string_view key) const { return const_cast<json_tree*>(this)->find(key); }

result<json_tree> parse_tree(std::string_view text) {
  HOLON_TRY(const auto canonical, canonical_json(text));
  return canonical_reader(canonical).value();
}

void append_tree(std::string& out, const json_tree& tree) {
  switch (tree.kind) {
    case json_kind::null: out += "null"; return;
    case json_kind::boolean:
    case json_kind::number: out += tree.text; return;
    case json_kind::string: append_canonical_string(out, tree.text); return;
    case json_kind::array:
      out += '[';
      for (const auto& each : tree.items) {
        if (&each != tree.items.data()) out += ',';
        append_tree(out, each);
      }
      out += ']';
      return;
    case json_kind::object: break;
  }
  out += '{';
  for (const auto& each : tree.members) {
    if (&each != tree.members.data()) out += ',';
    append_canonical_string(out, each.key);
    out += ':';
    append_tree(out, each.value);
  }
  out += '}';
}

std::string to_json(const json_tree& tree) {
  std::string out;
  append_tree(out, tree);
  return out;
}

void merge_patch(json_tree& target, const json_tree& patch) {
  if (patch.kind != json_kind::object) {
    target = patch;
    return;
  }
  if (target.kind != json_kind::object) target = empty_object();
  for (const auto& [key, value] : patch.members) {
    const auto place = place_of(target.members, key);
    const bool there = place != target.members.end() && place->key == key;
    if (value.kind == json_kind::null) {
      if (there) target.members.erase(place);
    } else {
      auto& member = there ? *place : *target.members.insert(place, json_member{.key = key, .value = {}});
      merge_patch(member.value, value);
    }
  }
}

}  // namespace holon
