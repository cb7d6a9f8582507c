// The holon that the benchmarks run: a notebook, whose commands each record one event of about 250 bytes, or are
// refused if there is nothing to write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "actors/holon_type.hpp"

namespace holon::bench {

struct write_note {
  std::string text;
  std::int64_t page = 0;
};
constexpr auto describe(about<write_note>) {
  return record("WriteNote", 1, field("text", &write_note::text), field("page", &write_note::page));
}

struct note_written {
  std::string text;
  std::int64_t page = 0;
  bool pinned = false;
};
constexpr auto describe(about<note_written>) {
  return record("NoteWritten", 1, field("text", &note_written::text), field("page", &note_written::page),
                field("pinned", &note_written::pinned));
}

struct notebook_state {
  std::int64_t notes = 0;
  std::int64_t last_page = 0;
};
constexpr auto describe(about<notebook_state>) {
  return record("Notebook", 1, field("notes", &notebook_state::notes), field("last_page", &notebook_state::last_page));
}

struct notebook {
  static constexpr std::string_view name = "notebook";
  using state = notebook_state;
  using command = std::variant<write_note>;
  using event = std::variant<note_written>;
};

inline void apply(notebook_state& now, const note_written& event) {
  ++now.notes;
  now.last_page = event.page;
}

inline decision<notebook::event> decide(const notebook_state&, const write_note& asked) {
  if (asked.text.empty()) return refuse("empty_note", "a note has a text");
  return note_written{.text = asked.text, .page = asked.page, .pinned = asked.page % 7 == 0};
}

/// What is written on a page: about 200 bytes, the same for the same page.
[[nodiscard]] inline std::string page_text(std::int64_t page) {
  std::string text;
  text.reserve(256);
  text += "Page " + std::to_string(page) + ": ";
  while (text.size() < 200) text += "what was said, by whom, and what follows from it; ";
  return text;
}

}  // namespace holon::bench
