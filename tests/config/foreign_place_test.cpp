// What a watching thread sees of a thread that is in foreign code.
#define BOOST_TEST_MODULE foreign_place
#include "config/foreign_place.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <thread>

#include "config/guarded.hpp"

namespace holon {
namespace {

// Of the test's own thread, for the duration of a case.
struct watched {
  watched() { foreign_place::of_this_thread() = &place; }
  ~watched() { foreign_place::of_this_thread() = nullptr; }

  [[nodiscard]] std::string task() const {
    const auto call = place.read();
    return call ? std::string(call->task) : "none";
  }

  foreign_place place;
};

constexpr foreign_call outer{"a test", "of places", "be outside"};
constexpr foreign_call inner{"a test", "of places", "be inside"};

BOOST_AUTO_TEST_CASE(nobody_watches_a_thread_without_a_place) { const foreign_visit visit(outer); }

BOOST_AUTO_TEST_CASE(calls_are_nested) {
  const watched here;
  BOOST_TEST(here.task() == "none");
  {
    const foreign_visit at(outer);
    BOOST_TEST(here.task() == "be outside");
    {
      const foreign_visit within(inner);
      BOOST_TEST(here.task() == "be inside");
    }
    BOOST_TEST(here.task() == "be outside");
  }
  BOOST_TEST(here.task() == "none");
}

BOOST_AUTO_TEST_CASE(a_call_that_throws_is_over) {
  const watched here;
  const auto before = here.place.steps();
  BOOST_TEST(!guarded(outer, []() -> result<void> { throw 42; }).has_value());
  BOOST_TEST(here.task() == "none");
  BOOST_TEST(here.place.steps() != before);
}

// Texts of two calls are never mixed: each name is as long as its task.
BOOST_AUTO_TEST_CASE(what_is_read_is_one_call) {
  foreign_place place;
  std::atomic<bool> is_over{false};
  std::thread busy([&] {
    foreign_place::of_this_thread() = &place;
    while (!is_over) {
      const foreign_call short_one{"a", "a", "a"};
      const foreign_call long_one{"bb", "bb", "bb"};
      const foreign_visit at(short_one);
      const foreign_visit within(long_one);
    }
  });
  int mixed = 0;
  for (int seen = 0; seen < 10'000;) {
    const auto call = place.read();
    if (!call) continue;
    ++seen;
    if (call->kind != call->name || call->name != call->task) ++mixed;
  }
  is_over = true;
  busy.join();
  BOOST_TEST(mixed == 0);
}

}  // namespace
}  // namespace holon
