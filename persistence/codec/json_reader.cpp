#include "persistence/codec/json_reader.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include <simdjson.h>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/codec_problem.hpp"
#include "persistence/codec/field_kinds.hpp"

namespace holon::detail {

namespace ondemand = simdjson::ondemand;

static_assert(field_name_bytes_max <= simdjson::SIMDJSON_PADDING);

namespace {

bool not_json(codec_problem& problem, simdjson::error_code code) {
  return problem.is(errc::malformed, std::string("not JSON: ") + simdjson::error_message(code));
}

}  // namespace

class json_input {
 public:
  ondemand::value value;
  codec_problem& problem;
  std::size_t depth;

  bool malformed(simdjson::error_code code) { return not_json(problem, code); }
  bool refused(std::string why) { return problem.is(errc::schema_violation, std::move(why)); }
  bool expected(std::string_view what);
};

namespace {

// What error texts show of a value.
constexpr std::size_t shown_bytes_max = 40;
// Text that stays in memory from one message to the next; a longer one gives its buffer back.
constexpr std::size_t kept_bytes_max = 1024 * 1024;

// The token a scalar begins with, without the white space behind it.
std::string_view token_of(ondemand::value& value) {
  auto token = value.raw_json_token();
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
  return token;
}

// simdjson's parser and a copy of the text with the slack behind it that simdjson reads into. One for each thread.
class parsing {
 public:
  simdjson::simdjson_result<ondemand::document> start(std::string_view text) {
    const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (needed > capacity_) {
      capacity_ = needed * 2;
      copy_ = std::make_unique_for_overwrite<char[]>(capacity_);
    }
    std::memcpy(copy_.get(), text.data(), text.size());
    std::memset(copy_.get() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    return parser_.iterate(copy_.get(), text.size(), capacity_);
  }

  void forget_the_large() {
    if (capacity_ <= kept_bytes_max) return;
    copy_.reset();
    capacity_ = 0;
    parser_ = ondemand::parser();
  }

 private:
  ondemand::parser parser_;
  std::unique_ptr<char[]> copy_;
  std::size_t capacity_ = 0;
};

thread_local parsing this_thread_parsing;

// Canonical JSON has the keys in the order of the fields, so the field after the last one is the first guess; an
// optional that is not there, or a text that is not canonical, costs a search.
const json_field* find_field(std::span<const json_field> fields, ondemand::raw_json_string key, std::size_t guess) {
  for (std::size_t i = guess; i < fields.size(); ++i)
    if (key.unsafe_is_equal(fields[i].name)) return &fields[i];
  for (std::size_t i = 0; i < guess; ++i)
    if (key.unsafe_is_equal(fields[i].name)) return &fields[i];
  return nullptr;
}

// A key that was not found as it is may be written with escapes.
const json_field* find_escaped(std::span<const json_field> fields, ondemand::field& member) {
  std::string_view key;
  if (member.unescaped_key().get(key)) return nullptr;
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.name == key; });
  return found == fields.end() ? nullptr : &*found;
}

bool missing(const json_field& field, codec_problem& problem) {
  problem.is(errc::schema_violation, "missing");
  return problem.inside(field.name);
}

bool there_twice(std::string_view name, codec_problem& problem) {
  problem.is(errc::malformed, "it is there twice");
  return problem.inside(name);
}

bool read_members(ondemand::object& object, codec_problem& problem, std::size_t depth, void* into,
                  const json_record& record) {
  std::uint64_t seen = 0;
  std::size_t guess = 0;
  for (auto each : object) {
    if (const auto code = each.error()) return not_json(problem, code);
    ondemand::field& member = each.value_unsafe();
    const json_field* field = find_field(record.fields, member.key(), guess);
    if (field == nullptr) field = find_escaped(record.fields, member);
    if (field == nullptr) continue;
    const auto index = static_cast<std::size_t>(field - record.fields.data());
    if ((seen >> index & 1) != 0) return there_twice(field->name, problem);
    seen |= std::uint64_t{1} << index;
    guess = index + 1;
    json_input child{member.value(), problem, depth + 1};
    if (!field->read(child, into)) return problem.inside(field->name);
  }
  if (static_cast<std::size_t>(std::popcount(seen)) == record.fields.size()) return true;
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    if ((seen >> i & 1) != 0) continue;
    if (record.fields[i].clear == nullptr) return missing(record.fields[i], problem);
    record.fields[i].clear(into);
  }
  return true;
}

bool too_deep(json_input& from) {
  return from.depth >= json_depth_max &&
         !from.problem.is(errc::malformed, "arrays and objects are nested more than 128 deep");
}

// The text of a string: within the JSON if it has no escapes, else decoded into `decoded`.
bool read_text(json_input& from, std::string_view& text, std::string& decoded) {
  const auto token = token_of(from.value);
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return from.expected("a string");
  text = token.substr(1, token.size() - 2);
  // Moves the parser on, which is cheaper than letting it skip the value later.
  if (const auto code = from.value.get_raw_json_string().error()) return from.malformed(code);
  if (text.find('\\') == std::string_view::npos) return true;
  decoded.clear();
  if (const auto problem = append_unescaped(decoded, text)) return from.problem.is(errc::malformed, problem);
  text = decoded;
  return true;
}

// An integer that does not fit gets another sentence than something that is no integer.
bool looks_whole(json_input& from) {
  const auto token = token_of(from.value);
  return token.find_first_not_of("-0123456789") == std::string_view::npos;
}

std::string integer_between(std::string_view least, std::string_view most) {
  return "an integer from " + std::string(least) + " to " + std::string(most);
}

std::string shown(std::string_view text) {
  if (text.size() <= shown_bytes_max) return std::string(text);
  std::size_t end = shown_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace

bool json_input::expected(std::string_view what) {
  ondemand::json_type type{};
  if (const auto code = value.type().get(type)) return malformed(code);
  const auto found = [&]() -> std::string {
    switch (type) {
      case ondemand::json_type::array: return "an array";
      case ondemand::json_type::object: return "an object";
      case ondemand::json_type::number: return shown(token_of(value));
      case ondemand::json_type::string: return "a string";
      case ondemand::json_type::boolean: return "a boolean";
      case ondemand::json_type::null: return "null";
    }
    return "something else";
  };
  return refused("expected " + std::string(what) + ", found " + found());
}

bool read_record(json_input& from, void* into, const json_record& record) {
  ondemand::object object;
  if (from.value.get_object().get(object)) return from.expected("an object");
  return !too_deep(from) && read_members(object, from.problem, from.depth, into, record);
}

bool read_array(json_input& from, void* into, json_read append_one) {
  ondemand::array array;
  if (from.value.get_array().get(array)) return from.expected("an array");
  if (too_deep(from)) return false;
  std::size_t index = 0;
  for (auto each : array) {
    ondemand::value item;
    if (const auto code = std::move(each).get(item)) return from.malformed(code);
    json_input child{item, from.problem, from.depth + 1};
    if (!append_one(child, into)) return from.problem.inside(index);
    ++index;
  }
  return true;
}

bool read_map(json_input& from, void* into, void* (*add_one)(void* map, std::string key), json_read read_one) {
  ondemand::object object;
  if (from.value.get_object().get(object)) return from.expected("an object");
  if (too_deep(from)) return false;
  for (auto each : object) {
    ondemand::field member;
    if (const auto code = std::move(each).get(member)) return from.malformed(code);
    std::string_view key;
    if (const auto code = member.unescaped_key().get(key)) return from.malformed(code);
    const std::string step(key);
    if (step.find('\0') != std::string::npos || find_bad_utf8(step) != std::string_view::npos)
      return from.problem.is(errc::malformed, "a key has U+0000 or half a surrogate pair");
    void* place = add_one(into, step);
    if (place == nullptr) return there_twice(step, from.problem);
    json_input child{member.value(), from.problem, from.depth + 1};
    if (!read_one(child, place)) return from.problem.inside(step);
  }
  return true;
}

bool read_bool(json_input& from, bool& into) { return !from.value.get_bool().get(into) || from.expected("a boolean"); }

bool read_integer(json_input& from, std::int64_t& into, std::int64_t least, std::int64_t most) {
  if (!from.value.get_int64().get(into)) {
    if (into >= least && into <= most) return true;
    return from.expected(integer_between(std::to_string(least), std::to_string(most)));
  }
  return from.expected(looks_whole(from) ? integer_between(std::to_string(least), std::to_string(most)) : "an integer");
}

bool read_unsigned(json_input& from, std::uint64_t& into, std::uint64_t most) {
  if (!from.value.get_uint64().get(into)) {
    if (into <= most) return true;
    return from.expected(integer_between("0", std::to_string(most)));
  }
  return from.expected(looks_whole(from) ? integer_between("0", std::to_string(most)) : "an integer");
}

bool read_number(json_input& from, double& into) {
  return !from.value.get_double().get(into) || from.expected("a number");
}

bool read_string(json_input& from, std::string& into) {
  std::string_view text;
  if (!read_text(from, text, into)) return false;
  if (text.data() != into.data()) into.assign(text);
  return true;
}

bool read_timestamp(json_input& from, timestamp& into) {
  std::string_view text;
  std::string decoded;
  if (!read_text(from, text, decoded)) return false;
  const auto read = parse_timestamp(text);
  if (!read) return from.refused("expected a time such as 2026-11-20T12:35:00Z, found '" + shown(text) + "'");
  into = *read;
  return true;
}

bool read_uuid(json_input& from, uuid& into) {
  std::string_view text;
  std::string decoded;
  if (!read_text(from, text, decoded)) return false;
  const auto read = parse_uuid(text);
  if (!read) return from.refused("expected a UUID of 36 characters, found '" + shown(text) + "'");
  into = *read;
  return true;
}

bool read_name(json_input& from, std::span<const std::string_view> names, std::size_t& into) {
  std::string_view text;
  std::string decoded;
  if (!read_text(from, text, decoded)) return false;
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) {
    std::string list;
    for (const auto name : names) list += (list.empty() ? "'" : ", '") + std::string(name) + "'";
    return from.refused("expected one of " + list + ", found '" + shown(text) + "'");
  }
  into = static_cast<std::size_t>(found - names.begin());
  return true;
}

bool is_null(json_input& from) {
  bool null = false;
  return !from.value.is_null().get(null) && null;
}

namespace {

bool read_root(parsing& parser, std::string_view text, codec_problem& problem, void* into, const json_record& record) {
  ondemand::document document;
  if (const auto code = parser.start(text).get(document)) return not_json(problem, code);
  ondemand::object object;
  if (const auto code = document.get_object().get(object)) {
    if (const auto type = document.type(); type.error()) return not_json(problem, type.error());
    if (code != simdjson::INCORRECT_TYPE) return not_json(problem, code);
    return problem.is(errc::schema_violation, "expected an object, { … }");
  }
  if (!read_members(object, problem, 0, into, record)) return false;
  const char* rest = nullptr;
  return document.current_location().get(rest) != simdjson::SUCCESS ||
         problem.is(errc::malformed, "there is something after the end of the JSON text");
}

}  // namespace

result<void> read_json_text(std::string_view text, void* into, const json_record& record) {
  if (text.size() > json_text_bytes_max)
    return failure(errc::malformed, std::string(record.name) + ": the JSON text is longer than 64 MiB");
  codec_problem problem;
  auto& parser = this_thread_parsing;
  const bool read = read_root(parser, text, problem, into, record);
  parser.forget_the_large();
  if (!read) return failure(problem.to_error(record.name));
  return {};
}

}  // namespace holon::detail
