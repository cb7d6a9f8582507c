// JSON Lines by simdjson: one object a line. Values keep their types; blank lines are passed over.
#include <simdjson.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "persistence/codec/decimal.hpp"
#include "persistence/codec/json_string.hpp"
#include "persistence/event_log/json_members.hpp"
#include "persistence/event_log/log_parser.hpp"

namespace holon {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

result<void> append_value(std::string& out, element value, std::size_t depth);

result<std::string_view> checked(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return failure(errc::malformed, "a text holds the character U+0000");
  if (text.size() > log_value_bytes_max)
    return failure(errc::malformed, "a text is longer than " + std::to_string(log_value_bytes_max) + " bytes");
  return text;
}

result<void> append_object(std::string& out, simdjson::dom::object object, std::size_t depth) {
  json_members members;
  std::string value;
  for (const auto& [key, each] : object) {
    HOLON_TRY(const auto name, checked(key));
    value.clear();
    HOLON_CHECK(append_value(value, each, depth));
    members.add(name, value);
  }
  return members.append_object(out);
}

result<void> append_array(std::string& out, simdjson::dom::array array, std::size_t depth) {
  out += '[';
  bool first = true;
  for (const auto each : array) {
    if (!std::exchange(first, false)) out += ',';
    HOLON_CHECK(append_value(out, each, depth));
  }
  out += ']';
  return {};
}

result<void> append_value(std::string& out, element value, std::size_t depth) {
  if (depth == 0)
    return failure(errc::malformed, "values are nested deeper than " + std::to_string(log_depth_max) + " levels");
  switch (value.type()) {
    case element_type::OBJECT: return append_object(out, value.get_object().value_unsafe(), depth - 1);
    case element_type::ARRAY: return append_array(out, value.get_array().value_unsafe(), depth - 1);
    case element_type::INT64: append_canonical_number(out, value.get_int64().value_unsafe()); return {};
    case element_type::UINT64: append_canonical_number(out, value.get_uint64().value_unsafe()); return {};
    case element_type::DOUBLE: append_canonical_number(out, value.get_double().value_unsafe()); return {};
    case element_type::BOOL: out += value.get_bool().value_unsafe() ? "true" : "false"; return {};
    case element_type::NULL_VALUE: out += "null"; return {};
    case element_type::STRING: break;
  }
  HOLON_TRY(const auto text, checked(value.get_string().value_unsafe()));
  append_canonical_string(out, text);
  return {};
}

class json_lines_parser final : public log_parser {
 public:
  json_lines_parser(const csv_mapping& mapping, event_sink& sink) : mapping_(mapping), sink_(sink) {}

  result<void> feed(std::string_view chunk) override {
    while (!chunk.empty()) {
      const auto end = chunk.find('\n');
      line_text_.append(chunk.substr(0, end));
      if (line_text_.size() > log_event_bytes_max)
        return failure(errc::malformed, "the line is longer than " + std::to_string(log_event_bytes_max) + " bytes");
      if (end == std::string_view::npos) return {};
      HOLON_CHECK(take_line());
      ++line_;
      chunk.remove_prefix(end + 1);
    }
    return {};
  }

  result<void> finish() override { return take_line(); }

  [[nodiscard]] std::int64_t line() const override { return line_; }

 private:
  result<void> take_line() {
    if (line_text_.find_first_not_of(" \t\r") == std::string::npos) {
      line_text_.clear();
      return {};
    }
    line_text_.reserve(line_text_.size() + simdjson::SIMDJSON_PADDING);
    simdjson::dom::object fields;
    const auto document = parser_.parse(line_text_.data(), line_text_.size(), false);
    if (document.error() != simdjson::SUCCESS)
      return failure(errc::malformed, std::string("this is no JSON: ") + simdjson::error_message(document.error()));
    if (document.get(fields) != simdjson::SUCCESS)
      return failure(errc::malformed, "a line holds one JSON object, and this is another value");
    HOLON_CHECK(take_event(fields));
    line_text_.clear();
    return {};
  }

  result<void> take_event(simdjson::dom::object fields) {
    for (const auto& [name, text] : texts_) text->clear();
    event_.time.reset();
    rest_.clear();
    if (fields.size() > log_attributes_max)
      return failure(errc::malformed, "the object has more than " + std::to_string(log_attributes_max) + " members");
    for (const auto& [key, value] : fields) HOLON_CHECK(take_field(key, value));
    for (const auto* needed : {&texts_[0], &texts_[1]})
      if (needed->second->empty())
        return failure(errc::malformed, "the object has no '" + *needed->first + "', which every event needs");
    HOLON_CHECK(take_time());
    event_.attributes.clear();
    HOLON_CHECK(rest_.append_object(event_.attributes));
    return sink_.accept(event_);
  }

  result<void> take_field(std::string_view key, element value) {
    for (const auto& [name, text] : texts_)
      if (!name->empty() && key == *name) return take_text(key, value, *text);
    HOLON_TRY(const auto name, checked(key));
    value_.clear();
    HOLON_CHECK(append_value(value_, value, log_depth_max));
    rest_.add(name, value_);
    return {};
  }

  // Ids are often written as numbers.
  static result<void> take_text(std::string_view key, element value, std::string& text) {
    if (!text.empty()) return failure(errc::malformed, "'" + std::string(key) + "' is given twice in one place");
    switch (value.type()) {
      case element_type::NULL_VALUE: return {};
      case element_type::INT64:
      case element_type::UINT64: return append_value(text, value, 1);
      case element_type::STRING: {
        HOLON_TRY(text, checked(value.get_string().value_unsafe()));
        return {};
      }
      case element_type::OBJECT:
      case element_type::ARRAY:
      case element_type::DOUBLE:
      case element_type::BOOL: break;
    }
    return failure(errc::malformed, "'" + std::string(key) + "' must be a string or a whole number");
  }

  result<void> take_time() {
    if (time_.empty()) return {};
    auto when = parse_timestamp(time_);
    if (!when) return failure_in("'" + mapping_.time + "'", when.error());
    event_.time = *when;
    return {};
  }

  const csv_mapping mapping_;
  event_sink& sink_;
  simdjson::dom::parser parser_;
  std::string line_text_;
  std::int64_t line_ = 1;
  log_event event_;
  std::string time_;
  // Which key goes where; the first two are needed.
  const std::array<std::pair<const std::string*, std::string*>, 6> texts_ = {{{&mapping_.case_id, &event_.case_id},
                                                                              {&mapping_.activity, &event_.activity},
                                                                              {&mapping_.time, &time_},
                                                                              {&mapping_.lifecycle, &event_.lifecycle},
                                                                              {&mapping_.resource, &event_.resource},
                                                                              {&mapping_.group, &event_.group}}};
  json_members rest_;
  std::string value_;
};

}  // namespace

std::unique_ptr<log_parser> make_json_lines_parser(const csv_mapping& mapping, event_sink& sink) {
  return std::make_unique<json_lines_parser>(mapping, sink);
}

}  // namespace holon
