#include "actors/som/text_rule.hpp"

#include "persistence/event.hpp"

namespace som {
namespace {

objection check_content(std::string_view field, std::string_view text, std::size_t bytes_max) {
  const std::string name(field);
  if (text.size() > bytes_max)
    return holon::refuse(name + "_too_long", "the " + name + " has " + std::to_string(text.size()) +
                                                 " bytes, and no more than " + std::to_string(bytes_max) +
                                                 " are allowed");
  if (const auto checked = holon::check_text(field, text, bytes_max); !checked)
    return holon::refuse(name + "_not_text", checked.error().text);
  return std::nullopt;
}

}  // namespace

objection check_title(std::string_view field, std::string_view text) {
  if (text.empty()) return holon::refuse(std::string(field) + "_empty", "the " + std::string(field) + " is empty");
  return check_content(field, text, title_bytes_max);
}

objection check_note(std::string_view field, const std::optional<std::string>& text) {
  if (!text || text->empty()) return std::nullopt;
  return check_content(field, *text, note_bytes_max);
}

}  // namespace som
