// Who has what: one row for each book that is lent.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "actors/holon.hpp"
#include "book.hpp"

namespace library {

struct loan {
  holon::stream_id book;
  std::string title;
  std::string reader;
};
constexpr auto describe(holon::about<loan>) {
  return holon::record("loans", 1, holon::field("book", &loan::book), holon::field("title", &loan::title),
                       holon::field("reader", &loan::reader));
}

struct loans {
  static constexpr std::string_view name = "loans";
  static constexpr int version = 1;
  using event = std::variant<book_lent, book_returned>;
  using rows = holon::rows<loan>;

  holon::result<void> apply(rows& to, const holon::event_view& at, const book_lent& lent) const {
    return to.of<loan>().put({.book = at.stream, .title = lent.title, .reader = lent.reader});
  }
  holon::result<void> apply(rows& to, const holon::event_view& at, const book_returned&) const {
    HOLON_CHECK(to.of<loan>().erase(at.stream));
    return {};
  }
};

}  // namespace library
