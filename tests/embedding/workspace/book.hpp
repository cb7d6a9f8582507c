// A book of a lending library: what may be asked of it, what can happen to it, and the rules in between.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/holon.hpp"

namespace library {

struct lend_book {
  std::string title;
  std::string reader;
};
struct return_book {};

constexpr auto describe(holon::about<lend_book>) {
  return holon::record("LendBook", 1, holon::field("title", &lend_book::title),
                       holon::field("reader", &lend_book::reader, "Who takes it home"));
}
constexpr auto describe(holon::about<return_book>) { return holon::record("ReturnBook", 1); }

struct book_lent {
  std::string title;
  std::string reader;
};
struct book_returned {};

constexpr auto describe(holon::about<book_lent>) {
  return holon::record("BookLent", 1, holon::field("title", &book_lent::title),
                       holon::field("reader", &book_lent::reader));
}
constexpr auto describe(holon::about<book_returned>) { return holon::record("BookReturned", 1); }

struct whereabouts {
  std::optional<std::string> reader;  ///< nobody: on the shelf
  std::int64_t times_lent = 0;
};
constexpr auto describe(holon::about<whereabouts>) {
  return holon::record("Whereabouts", 1, holon::field("reader", &whereabouts::reader),
                       holon::field("times_lent", &whereabouts::times_lent));
}

struct book {
  static constexpr std::string_view name = "book";
  using state = whereabouts;
  using command = std::variant<lend_book, return_book>;
  using event = std::variant<book_lent, book_returned>;
};

inline void apply(whereabouts& now, const book_lent& lent) {
  now.reader = lent.reader;
  ++now.times_lent;
}
inline void apply(whereabouts& now, const book_returned&) { now.reader.reset(); }

inline holon::decision<book::event> decide(const whereabouts& now, const lend_book& asked) {
  if (asked.reader.empty()) return holon::refuse("no_reader", "say who takes it home");
  if (now.reader == asked.reader) return {};  // they have it already
  if (now.reader) return holon::refuse("already_lent", *now.reader + " has it");
  return book_lent{.title = asked.title, .reader = asked.reader};
}
inline holon::decision<book::event> decide(const whereabouts& now, const return_book&) {
  if (!now.reader) return holon::refuse("not_lent", "it is on the shelf");
  return book_returned{};
}

}  // namespace library
