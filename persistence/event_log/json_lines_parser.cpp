// JSON Lines: one object a line. Values keep their types and every digit; blank lines are passed over.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/canonical_members.hpp"
#include "persistence/codec/json_string.hpp"
#include "persistence/event_log/json_members.hpp"
#include "persistence/event_log/log_parser.hpp"
#include "persistence/event_log/log_time.hpp"

namespace holon {
namespace {

bool is_whole_number(std::string_view json) { return json.find_first_not_of("-0123456789") == std::string_view::npos; }

std::string unquoted(std::string_view json) {
  std::string text;
  const auto problem = append_unescaped(text, json.substr(1, json.size() - 2));
  HOLON_ASSERT(problem == nullptr, "what was written canonically can be read");
  return text;
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
    if (line_text_[line_text_.find_first_not_of(" \t\r")] == '[')
      return failure(
          errc::malformed,
          "a line holds one JSON object, and this is a JSON array: jq -c '.[]' FILE makes lines of its items");
    auto line = canonical_json(line_text_);
    if (!line) return failure_in("this is no JSON", std::move(line).error());
    if (!line->starts_with('{'))
      return failure(errc::malformed, "a line holds one JSON object, and this is another value");
    HOLON_CHECK(check_bounds(extent_of(*line)));
    HOLON_CHECK(take_event(*line));
    line_text_.clear();
    return {};
  }

  static result<void> check_bounds(const json_extent& extent) {
    // The line itself is a level, too.
    if (extent.depth > log_depth_max + 1)
      return failure(errc::malformed, "values are nested deeper than " + std::to_string(log_depth_max) + " levels");
    if (extent.longest_text > log_value_bytes_max)
      return failure(errc::malformed, "a text is longer than " + std::to_string(log_value_bytes_max) + " bytes");
    return {};
  }

  result<void> take_event(std::string_view line) {
    for (const auto& [name, text] : texts_) text->clear();
    event_.time.reset();
    rest_.clear();
    members_ = 0;
    HOLON_CHECK(for_each_member(line, take_member_));
    for (const auto* needed : {&texts_[0], &texts_[1]})
      if (needed->second->empty())
        return failure(errc::malformed, "the object has no '" + *needed->first + "', which every event needs");
    HOLON_CHECK(take_time());
    event_.attributes.clear();
    HOLON_CHECK(rest_.append_object(event_.attributes));
    return sink_.accept(event_);
  }

  result<void> take_member(std::string_view key, std::string_view value) {
    if (++members_ > log_attributes_max)
      return failure(errc::malformed, "the object has more than " + std::to_string(log_attributes_max) + " members");
    for (const auto& [name, text] : texts_)
      if (!name->empty() && key == *name) return take_text(key, value, *text);
    rest_.add(key, value);
    return {};
  }

  // Ids are often written as numbers.
  static result<void> take_text(std::string_view key, std::string_view value, std::string& text) {
    if (value == "null") return {};
    if (value.starts_with('"')) {
      text = unquoted(value);
      return {};
    }
    if (!is_whole_number(value))
      return failure(errc::malformed, "'" + std::string(key) + "' must be a string or a whole number");
    text = value;
    return {};
  }

  result<void> take_time() {
    if (time_.empty()) return {};
    auto when = parse_log_time(time_, mapping_.time_format);
    if (!when) return failure_in("'" + mapping_.time + "'", when.error());
    event_.time = *when;
    return {};
  }

  const csv_mapping mapping_;
  event_sink& sink_;
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
  std::size_t members_ = 0;
  const member_visitor take_member_ = [this](std::string_view key, std::string_view value) {
    return take_member(key, value);
  };
};

}  // namespace

std::unique_ptr<log_parser> make_json_lines_parser(const csv_mapping& mapping, event_sink& sink) {
  return std::make_unique<json_lines_parser>(mapping, sink);
}

}  // namespace holon
