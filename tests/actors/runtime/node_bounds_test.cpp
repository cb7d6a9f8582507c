// What a node holds in memory while its journal stands still: bytes are bounded, whoever comes too late is told, and
// each command is answered once.
#define BOOST_TEST_MODULE node_bounds_test
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "tests/actors/runtime/node_fixture.hpp"
#include "tests/support/writer_gate.hpp"

namespace library {

using holon::about;
using holon::field;
using holon::record;

// A few bytes that ask for many.
struct write_page {
  std::int64_t bytes = 0;
};
constexpr auto describe(about<write_page>) { return record("WritePage", 1, field("bytes", &write_page::bytes)); }

struct page_written {
  std::string text;
};
constexpr auto describe(about<page_written>) { return record("PageWritten", 1, field("text", &page_written::text)); }

struct pages {
  std::string last;
};
constexpr auto describe(about<pages>) { return record("Pages", 1, field("last", &pages::last)); }

struct book {
  static constexpr std::string_view name = "book";
  using state = pages;
  using command = std::variant<write_page>;
  using event = std::variant<page_written>;
};
void apply(pages& now, const page_written& event) { now.last = event.text; }
holon::decision<book::event> decide(const pages&, const write_page& asked) {
  return page_written{std::string(static_cast<std::size_t>(asked.bytes), 'x')};
}

}  // namespace library

namespace holon::testing {
namespace {

using library::book;
using library::write_page;

constexpr std::size_t mebibyte = 1024 * 1024;
constexpr std::size_t pages_max = 8;  // that find room
constexpr std::size_t pages_sent = 64;

// How often each of many commands was answered, and how.
class answers {
 public:
  explicit answers(std::size_t commands) : times_(commands) {}

  command_reply of(std::size_t command) {
    return [this, command](const result<command_result>& with) {
      const std::lock_guard lock(mutex_);
      ++times_[command];
      ++answered_;
      if (with)
        ++good_;
      else if (with.error().code == errc::overloaded &&
               with.error().text.find("bytes, and the node's bound is") != npos)
        ++overloaded_;
      changed_.notify_all();
    };
  }
  void wait_for_overloaded(std::size_t count) {
    std::unique_lock lock(mutex_);
    BOOST_REQUIRE(changed_.wait_for(lock, node_patience, [&] { return overloaded_ >= count; }));
  }
  void wait_for_all() {
    std::unique_lock lock(mutex_);
    BOOST_REQUIRE(changed_.wait_for(lock, node_patience, [&] { return answered_ == times_.size(); }));
  }
  // To be asked when nobody answers any more.
  [[nodiscard]] std::size_t good() const { return good_; }
  [[nodiscard]] std::size_t overloaded() const { return overloaded_; }
  [[nodiscard]] bool each_once() const {
    return std::all_of(times_.begin(), times_.end(), [](int each) { return each == 1; });
  }

 private:
  static constexpr auto npos = std::string::npos;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<int> times_;
  std::size_t answered_ = 0;
  std::size_t good_ = 0;
  std::size_t overloaded_ = 0;
};

// A node of one scheduler thread, so that it is known how many are decided before the bound is reached. Its journal
// stands still behind the first commit.
struct library_fixture {
  std::shared_ptr<gated_writer> writer = std::make_shared<gated_writer>();
  std::unique_ptr<node> shelf =
      must(node::start(make_memory_journal(), holon_catalog{}.with<book>().with_schema_only("note"),
                       {.commands_open_bytes_max = pages_max * mebibyte, .scheduler_threads = 1, .observer = writer}));
  writer_gate gate{*writer};

  library_fixture() {
    shelf->send<book>(account_number(0), write_page{1}, {}, [](const auto&) {});
    gate.wait_until_reached();
  }
  [[nodiscard]] std::int64_t events() const { return must(must(shelf->store().reader())->head()).offset.value - 1; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_node_whose_journal_stands_still, library_fixture)

BOOST_AUTO_TEST_CASE(decides_no_more_than_it_may_hold_of_many_holons) {
  answers told(pages_sent);
  for (std::size_t i = 0; i < pages_sent; ++i)
    shelf->send<book>(account_number(static_cast<int>(i)), write_page{mebibyte}, {}, told.of(i));
  told.wait_for_overloaded(pages_sent - pages_max);
  BOOST_TEST(shelf->stats().commands_open_bytes >= pages_max * mebibyte);
  BOOST_TEST(shelf->stats().commands_open_bytes < (pages_max + 1) * mebibyte);
  gate.open();
  shelf->stop();
  BOOST_TEST(told.each_once());
  BOOST_TEST(told.good() == pages_max);
  BOOST_TEST(told.overloaded() == pages_sent - pages_max);
  BOOST_TEST(events() == static_cast<std::int64_t>(pages_max));
  BOOST_TEST(shelf->stats().commands_open_bytes == 0u);
}

BOOST_AUTO_TEST_CASE(decides_no_more_than_it_may_hold_of_one_holon) {
  answers told(pages_sent);
  for (std::size_t i = 0; i < pages_sent; ++i)
    shelf->send<book>(account_number(0), write_page{mebibyte}, {}, told.of(i));
  told.wait_for_overloaded(pages_sent - pages_max);
  gate.open();
  shelf->stop();
  BOOST_TEST(told.each_once());
  BOOST_TEST(told.good() == pages_max);
  BOOST_TEST(events() == static_cast<std::int64_t>(pages_max));
}

// The first of these are decided while the last are sent, so some are held twice, as commands and as events.
BOOST_AUTO_TEST_CASE(takes_no_more_commands_than_it_may_hold_and_then_goes_on) {
  answers told(pages_sent);
  const auto page = "{\"text\":\"" + std::string(mebibyte, 'x') + "\"}";
  for (std::size_t i = 0; i < pages_sent; ++i) {
    record_events command;
    command.events.push_back({.type = "written", .payload = page});
    shelf->send(account_number(100 + static_cast<int>(i)), "note",
                std::make_unique<command_of<record_events>>(std::move(command)), {}, told.of(i));
  }
  BOOST_TEST(shelf->stats().commands_open_bytes >= pages_max * mebibyte);
  BOOST_TEST(shelf->stats().commands_open_bytes < 2 * (pages_max + 1) * mebibyte);
  BOOST_TEST(code_of(shelf->state(account_number(0), "book")) == errc::overloaded);
  gate.open();
  told.wait_for_all();
  const auto until = std::chrono::steady_clock::now() + node_patience;
  while (shelf->stats().commands_open > 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  BOOST_TEST(shelf->run<book>(account_number(0), write_page{1}).has_value());
  shelf->stop();
  BOOST_TEST(told.each_once());
  BOOST_TEST(told.good() <= pages_max);
  BOOST_TEST(told.good() >= pages_max / 2);
  BOOST_TEST(told.good() + told.overloaded() == pages_sent);
  BOOST_TEST(events() == static_cast<std::int64_t>(told.good() + 1));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace holon::testing
