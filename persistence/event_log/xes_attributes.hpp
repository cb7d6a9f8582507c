// From XES attributes, which may hold attributes themselves, to the members of a JSON object.
//
// A plain attribute becomes its value: string and id a string, date a string in UTC, int and float a number, boolean
// true or false. A container becomes an object. A list becomes an array of objects of one member, since its keys may
// repeat. Any but a container that has attributes of its own becomes {"children": {…}, "value": …}.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "persistence/event_log/json_members.hpp"

namespace holon {

enum class xes_type : std::uint8_t { string, date, integer, real, boolean, id, list, container, none };

/// The type of attribute that an element stands for; none if it stands for something else.
[[nodiscard]] xes_type xes_type_named(std::string_view element);

/// One attribute as it was read. The strings live until the next one is opened.
struct xes_attribute {
  xes_type type = xes_type::none;
  std::string key;
  std::string text;  ///< the value as it stands in the file
  std::string json;  ///< the value with all that is within
  bool has_children = false;
};

/// Holds the attributes that are open, one within the other.
class xes_attributes {
 public:
  /// Begins an attribute within the open one, if there is one. errc::malformed: no key, a value that is not of its
  /// type, or a bound of event_log.hpp.
  [[nodiscard]] result<void> open(xes_type type, const char* key, const char* value);

  /// <values>, which holds the items of the open list. errc::malformed: the open attribute is no list.
  [[nodiscard]] result<void> open_values();
  void close_values();

  /// Ends the open attribute. Gives it if it stood in no other one, else null: it is part of that.
  [[nodiscard]] result<const xes_attribute*> close();

  [[nodiscard]] bool any_open() const { return depth_ > 0; }

  /// A new event or trace begins: counts its attributes from zero.
  void start_count() { count_ = bytes_ = 0; }

 private:
  struct frame {
    xes_attribute attribute;
    json_members children;
    json_members items;  // of a list
    bool within_values = false;
    bool had_values = false;
  };

  [[nodiscard]] result<void> check_bounds(std::string_view key, std::string_view value);
  [[nodiscard]] static result<void> finish_value(frame& of);

  std::vector<frame> frames_;  // grows to the deepest nesting seen; the strings in it keep their memory
  std::size_t depth_ = 0;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace holon
