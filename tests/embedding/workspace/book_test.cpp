// The rules of a book, without any runtime: given what happened, when somebody asks, then …
#define BOOST_TEST_MODULE book
#include <boost/test/unit_test.hpp>

#include "book.hpp"
#include "tests/support/given_when_then.hpp"

using namespace library;
using holon::given;

BOOST_AUTO_TEST_CASE(a_book_on_the_shelf_is_lent_to_whoever_asks) {
  given<book>()
      .when(lend_book{.title = "Dune", .reader = "Ada"})
      .then(book_lent{.title = "Dune", .reader = "Ada"})
      .then_state([](const whereabouts& now) { return now.reader == "Ada" && now.times_lent == 1; });
}

BOOST_AUTO_TEST_CASE(a_book_that_is_lent_is_not_lent_again_before_it_is_back) {
  given<book>(book_lent{.title = "Dune", .reader = "Ada"})
      .when(lend_book{.title = "Dune", .reader = "Grace"})
      .then_refused("already_lent")
      .when(return_book{})
      .then(book_returned{})
      .when(lend_book{.title = "Dune", .reader = "Grace"})
      .then(book_lent{.title = "Dune", .reader = "Grace"});
}

BOOST_AUTO_TEST_CASE(a_reader_who_asks_twice_has_the_book_once) {
  given<book>(book_lent{.title = "Dune", .reader = "Ada"})
      .when(lend_book{.title = "Dune", .reader = "Ada"})
      .then_nothing();
}

BOOST_AUTO_TEST_CASE(a_book_on_the_shelf_cannot_be_returned) {
  given<book>().when(return_book{}).then_refused("not_lent");
  given<book>(book_lent{.title = "Dune", .reader = "Ada"}, book_returned{})
      .when(return_book{})
      .then_refused("not_lent");
}

BOOST_AUTO_TEST_CASE(a_book_is_not_lent_to_nobody) {
  given<book>().when(lend_book{.title = "Dune", .reader = ""}).then_refused("no_reader");
}
