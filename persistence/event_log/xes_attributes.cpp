#include "persistence/event_log/xes_attributes.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "persistence/codec/decimal.hpp"
#include "persistence/codec/json_string.hpp"
#include "persistence/event_log/event_log.hpp"
#include "persistence/event_log/log_time.hpp"

namespace holon {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

tl::unexpected<error> not_a(std::string_view type, std::string_view text) {
  return failure(errc::malformed, "'" + std::string(text.substr(0, 64)) + "' is not " + std::string(type));
}

// Of a word of ASCII, and only as much of it as any that is looked for has.
std::string lower_case(std::string_view text) {
  std::string word(text.substr(0, 16));
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return word;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// XML Schema has more forms than JSON: +1, 007, .5 and 5. are brought into its one form, without touching a digit.
std::string as_json_number(std::string_view text) {
  std::string number;
  if (text.starts_with('-')) number = "-";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto mark = std::min(text.find_first_of("eE"), text.size());
  const auto mantissa = text.substr(0, mark);
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  auto whole = mantissa.substr(0, point);
  const auto fraction = mantissa.substr(std::min(point + 1, mantissa.size()));
  // A point alone is no number, and a second sign is none either.
  const auto digits_only = [](std::string_view part) { return std::all_of(part.begin(), part.end(), is_digit); };
  if ((whole.empty() && fraction.empty()) || !digits_only(whole) || !digits_only(fraction)) return {};
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  number += whole.empty() ? "0" : whole;
  if (!fraction.empty()) number.append(1, '.').append(fraction);
  return number.append(text.substr(mark));
}

result<void> append_integer(std::string& out, std::string_view text) {
  const auto number = as_json_number(text);
  if (number.empty() || text.find_first_of(".eE") != std::string_view::npos) return not_a("a whole number", text);
  if (const auto problem = append_canonical_decimal(out, number); problem != decimal_problem::none)
    return not_a("a number that is taken: it " + std::string(to_string(problem)), text);
  return {};
}

result<void> append_real(std::string& out, std::string_view text) {
  const auto word = lower_case(text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0));
  if (word == "nan") return out += "\"NaN\"", result<void>{};
  if (word == "inf" || word == "infinity")
    return out += text.starts_with('-') ? "\"-Infinity\"" : "\"Infinity\"", result<void>{};
  const auto problem = append_canonical_decimal(out, as_json_number(text));
  if (problem == decimal_problem::none) return {};
  if (problem == decimal_problem::not_a_number) return not_a("a number", text);
  return not_a("a number that is taken: it " + std::string(to_string(problem)), text);
}

// Programs in Python write True and False, others TRUE and FALSE.
result<void> append_boolean(std::string& out, std::string_view text) {
  const auto word = lower_case(text);
  const bool yes = word == "true" || word == "1";
  const bool no = word == "false" || word == "0";
  if (!yes && !no) return not_a("true or false", text);
  out += yes ? "true" : "false";
  return {};
}

result<void> append_date(std::string& out, std::string_view text) {
  HOLON_TRY(const auto when, parse_log_time(text));
  out += '"';
  append_text(out, when);
  out += '"';
  return {};
}

result<void> append_value(std::string& out, xes_type type, std::string_view text) {
  switch (type) {
    case xes_type::string:
    case xes_type::id: append_canonical_string(out, text); return {};
    case xes_type::date: return append_date(out, trimmed(text));
    case xes_type::integer: return append_integer(out, trimmed(text));
    case xes_type::real: return append_real(out, trimmed(text));
    case xes_type::boolean: return append_boolean(out, trimmed(text));
    case xes_type::list:
    case xes_type::container:
    case xes_type::none: return {};  // made of what is within, once that was read
  }
  return {};
}

}  // namespace

xes_type xes_type_named(std::string_view element) {
  static constexpr std::array<std::pair<std::string_view, xes_type>, 8> types = {{{"string", xes_type::string},
                                                                                  {"date", xes_type::date},
                                                                                  {"int", xes_type::integer},
                                                                                  {"float", xes_type::real},
                                                                                  {"boolean", xes_type::boolean},
                                                                                  {"id", xes_type::id},
                                                                                  {"list", xes_type::list},
                                                                                  {"container", xes_type::container}}};
  for (const auto& [name, type] : types)
    if (name == element) return type;
  return xes_type::none;
}

result<void> xes_attributes::open(xes_type type, const char* key, const char* value) {
  if (key == nullptr) return failure(errc::malformed, "an attribute has no key");
  const bool simple = type != xes_type::list && type != xes_type::container;
  if (simple && value == nullptr)
    return failure(errc::malformed, "the attribute '" + std::string(key).substr(0, 64) + "' has no value");
  HOLON_CHECK(check_bounds(key, value == nullptr ? "" : value));
  if (depth_ == frames_.size()) frames_.emplace_back();
  frame& opened = frames_[depth_++];
  opened.attribute.type = type;
  opened.attribute.key = key;
  opened.attribute.text = simple ? value : "";
  opened.attribute.json.clear();
  opened.children.clear();
  opened.items.clear();
  opened.within_values = opened.had_values = false;
  const auto outcome = append_value(opened.attribute.json, type, opened.attribute.text);
  if (!outcome) return failure_in("the attribute '" + opened.attribute.key.substr(0, 64) + "'", outcome.error());
  return {};
}

result<void> xes_attributes::open_values() {
  frame* list = depth_ == 0 ? nullptr : &frames_[depth_ - 1];
  if (list == nullptr || list->attribute.type != xes_type::list || list->had_values)
    return failure(errc::malformed, "<values> stands once in a <list>, and nowhere else");
  list->within_values = list->had_values = true;
  return {};
}

void xes_attributes::close_values() { frames_[depth_ - 1].within_values = false; }

result<const xes_attribute*> xes_attributes::close() {
  frame& closed = frames_[depth_ - 1];
  HOLON_CHECK(finish_value(closed));
  --depth_;
  if (depth_ == 0) return &closed.attribute;
  frame& parent = frames_[depth_ - 1];
  (parent.within_values ? parent.items : parent.children).add(closed.attribute.key, closed.attribute.json);
  return nullptr;
}

result<void> xes_attributes::check_bounds(std::string_view key, std::string_view value) {
  bytes_ += key.size() + value.size();
  if (std::max(key.size(), value.size()) > log_value_bytes_max)
    return failure(errc::malformed, "the attribute '" + std::string(key.substr(0, 64)) + "' is longer than " +
                                        std::to_string(log_value_bytes_max) + " bytes");
  if (depth_ >= log_depth_max)
    return failure(errc::malformed, "attributes are nested deeper than " + std::to_string(log_depth_max) + " levels");
  if (++count_ > log_attributes_max)
    return failure(errc::malformed,
                   "there are more than " + std::to_string(log_attributes_max) + " attributes in one event or trace");
  if (bytes_ > log_event_bytes_max)
    return failure(errc::malformed, "the attributes of one event or trace are longer than " +
                                        std::to_string(log_event_bytes_max) + " bytes together");
  return {};
}

result<void> xes_attributes::finish_value(frame& of) {
  auto& [type, key, text, json, has_children] = of.attribute;
  has_children = false;
  if (type == xes_type::container) return of.children.append_object(json);
  if (type == xes_type::list) {
    // Older writers put the items straight into the list.
    (of.had_values ? of.items : of.children).append_array(json);
    if (!of.had_values) return {};
  }
  if (of.children.empty()) return {};
  has_children = true;
  std::string whole = "{\"children\":";
  HOLON_CHECK(of.children.append_object(whole));
  whole.append(",\"value\":").append(json).append("}");
  json = std::move(whole);
  return {};
}

}  // namespace holon
