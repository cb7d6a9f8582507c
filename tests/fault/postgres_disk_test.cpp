// A server whose disk is full: that of the events, and that of its log, without which it cannot live. Nothing that was
// acknowledged is lost, what was refused is not there, and with room again everything goes on.
#define BOOST_TEST_MODULE postgres_disk
#include <random>

#include <boost/test/unit_test.hpp>

#include "tests/fault/postgres_world.hpp"
#include "tests/fault/small_disk.hpp"

namespace holon::testing {
namespace {

constexpr std::size_t events_disk_megabytes = 48;
constexpr std::size_t log_disk_megabytes = 80;
constexpr std::size_t room_kilobytes = 512;
constexpr std::size_t noise_bytes = 48 * 1024;
// More than any of these disks has room for.
constexpr std::uint64_t appends_max = 4'000;

// What no server can make smaller.
new_event noisy_event(std::uint64_t n) {
  static std::mt19937_64 random{7};
  constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  auto made = event(n);
  made.payload = R"({"noise":")";
  for (std::size_t i = 0; i < noise_bytes; ++i) made.payload += letters[random() % letters.size()];
  made.payload += "\"}";
  return made;
}

append_request noise(std::uint64_t first, std::uint64_t last) {
  std::vector<new_event> made;
  for (auto n = first; n <= last; ++n) made.push_back(noisy_event(n));
  return request(1, expected_version::any(), std::move(made));
}

// Before any other thread: a program changes its namespace alone.
struct disks {
  small_disk of_events{events_disk_megabytes};
  small_disk of_log{log_disk_megabytes};
};
std::unique_ptr<disks> the_disks;
struct disks_of_the_program {
  disks_of_the_program() { the_disks = std::make_unique<disks>(); }
  ~disks_of_the_program() { the_disks.reset(); }
};
BOOST_TEST_GLOBAL_FIXTURE(disks_of_the_program);

void expect_no_space(const std::optional<errc>& code, const std::string& text) {
  BOOST_TEST(code == errc::no_space, text);
  BOOST_TEST(text.find("No space left on device") != std::string::npos, text);
}

// The head of the journal and the first event of a request that was refused.
void expect_nothing_of(const postgres_world& world, const append_request& refused, std::int64_t head) {
  const auto reader = world.open()->reader().value();
  BOOST_TEST(reader->head().value().offset.value == head);
  for (const auto& each : refused.writes[0].events) BOOST_TEST(!reader->find_event(each.id).value());
}

BOOST_AUTO_TEST_CASE(a_full_disk_of_events_is_no_space_until_there_is_room) {
  postgres_server server({.major = newest_server()});
  auto& disk = the_disks->of_events;
  postgres_world world(server);
  world.ask("create tablespace small location '" + disk.path().string() + "'");
  sql(server.socket_url(), "alter database " + world.database() + " set tablespace small");
  const auto journal = world.open();
  const auto appender = world.appender(*journal);
  const auto node = world.start_node(world.open());
  std::int64_t head = world.must_append(*appender, noise(1, 1)).last.value;
  BOOST_TEST(world.deposit(*node, 2, 1).has_value());
  ++head;
  disk.fill_but(room_kilobytes);
  // By statements and by COPY, until each of them meets the end of the disk.
  std::uint64_t next = 2;
  for (const std::uint64_t count : {1, 12}) {
    for (std::uint64_t appends = 0;; ++appends) {
      BOOST_REQUIRE(appends < appends_max);
      const auto wanted = noise(next, next + count - 1);
      next += count;
      const auto outcome = world.append(*appender, wanted);
      if (outcome) {
        head = outcome->last.value;
        continue;
      }
      expect_no_space(outcome.error().code, outcome.error().text);
      expect_nothing_of(world, wanted, head);
      break;
    }
  }
  // Small events may still find a place in pages that are there; then no more.
  std::uint64_t command = 1;
  std::optional<errc> code;
  while (!code && command < appends_max) {
    const auto outcome = world.deposit(*node, 2, ++command);
    if (outcome) continue;
    code = outcome.error().code;
    expect_no_space(code, outcome.error().text);
  }
  BOOST_TEST(code == errc::no_space);
  disk.make_room();
  BOOST_TEST(!world.must_append(*appender, noise(next, next + 11)).already);
  BOOST_TEST(world.deposit(*node, 2, command).has_value());
  world.expect_true_history();
}

// A server that cannot write its log stops at once, and does not come back before there is room.
BOOST_AUTO_TEST_CASE(a_full_disk_of_the_log_takes_the_server_away_and_loses_nothing) {
  postgres_server server({.major = newest_server(), .lines = {"max_wal_size = 512MB"}});
  auto& disk = the_disks->of_log;
  server.stop();
  const std::filesystem::path log = std::filesystem::path(server.socket_folder()) / "data/pg_wal";
  std::filesystem::copy(log, disk.path() / "pg_wal", std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(log);
  std::filesystem::create_directory_symlink(disk.path() / "pg_wal", log);
  server.restart();
  postgres_world world(server);
  auto options = world.patient();
  options.outage_patience = std::chrono::milliseconds{500};
  const auto journal = world.open(options);
  const auto appender = world.appender(*journal);
  world.must_append(*appender, noise(1, 1));
  disk.fill_but(room_kilobytes);
  std::optional<errc> code;
  std::uint64_t next = 2;
  append_request wanted;
  while (!code && next < appends_max) {
    wanted = noise(next, next);
    ++next;
    code = code_of(world.append(*appender, wanted));
  }
  BOOST_TEST((code == errc::in_doubt || code == errc::unavailable));
  BOOST_TEST(code_of(world.append(*appender, noise(next, next))).has_value());
  disk.make_room();
  server.restart();
  require_soon("the appender goes on", [&] { return world.append(*appender, wanted).has_value(); });
  world.must_append(*appender, noise(next + 1, next + 20));
  world.expect_true_history();
}

}  // namespace
}  // namespace holon::testing
