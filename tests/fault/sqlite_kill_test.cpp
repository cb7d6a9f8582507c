// Other processes: a writer that is killed at any moment loses nothing that it reported; a second writer is refused; a
// reader works beside the writer.
#define BOOST_TEST_MODULE sqlite_kill
#include <csignal>
#include <functional>
#include <random>

#include <sys/wait.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>

#include "persistence/sqlite/sqlite_journal.hpp"
#include "persistence/verify.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"

namespace holon::testing {
namespace {

constexpr int kills = 25;
constexpr std::uint64_t reports_before_kill_max = 60;
constexpr std::chrono::milliseconds long_patience{60'000};

// A process of ours that tells numbers through a pipe. Made while this program has one thread and no journal open, as
// SQLite does not survive a fork; killed at the end.
class child_process {
 public:
  using tell = std::function<void(std::int64_t)>;
  enum class start { at_once, on_go };

  explicit child_process(const std::function<void(const tell&)>& body, start when = start::at_once) {
    int ends[2];
    int go_ends[2];
    BOOST_REQUIRE((pipe(ends) == 0 && pipe(go_ends) == 0));
    id_ = fork();
    BOOST_REQUIRE(id_ >= 0);
    if (id_ == 0) {
      close(ends[0]);
      close(go_ends[1]);
      char byte = 0;
      if (::read(go_ends[0], &byte, 1) != 1) _exit(1);
      body([&](std::int64_t number) {
        if (::write(ends[1], &number, sizeof number) != sizeof number) _exit(2);
      });
      _exit(0);
    }
    close(ends[1]);
    close(go_ends[0]);
    reading_ = ends[0];
    going_ = go_ends[1];
    if (when == start::at_once) go();
  }
  ~child_process() {
    kill_now();
    close(reading_);
    close(going_);
  }
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  void go() { BOOST_REQUIRE(::write(going_, "g", 1) == 1); }
  /// The next number; nothing once the process has ended and all was read.
  std::optional<std::int64_t> next() {
    std::int64_t number = 0;
    if (::read(reading_, &number, sizeof number) != sizeof number) return std::nullopt;
    return number;
  }
  void kill_now() {
    if (id_ <= 0) return;
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
    id_ = 0;
  }
  [[nodiscard]] pid_t id() const { return id_; }

 private:
  pid_t id_ = 0;
  int reading_ = -1;
  int going_ = -1;
};

struct process_fixture {
  process_fixture() { options.path = folder.path() / "journal.db"; }

  /// Appends batches of changing sizes for ever, and tells the last offset of each once it is reported durable.
  void append_for_ever(std::uint64_t seed, const child_process::tell& tell) {
    const auto journal = open_sqlite_journal(options);
    if (!journal) _exit(3);
    const auto appender = (*journal)->appender();
    if (!appender) _exit(4);
    const auto head = (*journal)->reader().value()->head().value();
    std::mt19937_64 random{seed};
    auto number = static_cast<std::uint64_t>(head.offset.value) + 1;
    while (true) {
      std::vector<append_request> requests(1 + random() % 20);
      for (auto& each : requests) {
        each = request(1 + random() % 10, expected_version::any(), events(number, number + random() % 3));
        number += each.writes[0].events.size();
      }
      std::vector<const append_request*> batch;
      for (const auto& each : requests) batch.push_back(&each);
      const auto outcomes = (*appender)->append(batch);
      for (const auto& outcome : outcomes)
        if (!outcome) _exit(5);
      tell(outcomes.back()->last.value);
    }
  }

  journal_folder folder;
  sqlite_options options;
};

BOOST_FIXTURE_TEST_SUITE(sqlite_kill, process_fixture)

BOOST_AUTO_TEST_CASE(what_was_reported_survives_kill_9) {
  const auto seed = std::random_device{}();
  std::mt19937_64 random{seed};
  std::int64_t reported = 0;
  for (int round = 0; round < kills; ++round) {
    BOOST_TEST_CONTEXT("seed " << seed << ", round " << round) {
      const auto child_seed = random();
      child_process writer{[&](const child_process::tell& tell) { append_for_ever(child_seed, tell); }};
      const auto reports = 1 + random() % reports_before_kill_max;
      for (std::uint64_t n = 0; n < reports; ++n) {
        const auto told = writer.next();
        BOOST_REQUIRE_MESSAGE(told, "the writer ended by itself");
        reported = *told;
      }
      writer.kill_now();
      while (const auto told = writer.next()) reported = *told;
      const auto journal = open_sqlite_journal(options);
      BOOST_REQUIRE_MESSAGE(journal, (journal ? "" : journal.error().text));
      const auto found = verify(*(*journal)->reader().value()).value();
      for (const auto& each : found.problems.told) BOOST_ERROR(each.at.value << ": " << each.what);
      BOOST_TEST(found.events >= reported);
    }
  }
  BOOST_TEST(reported > kills);
}

BOOST_AUTO_TEST_CASE(a_second_writer_is_told_who_the_first_is) {
  child_process writer{[&](const child_process::tell& tell) { append_for_ever(1, tell); }};
  BOOST_REQUIRE(writer.next());
  const auto journal = open_sqlite_journal(options).value();
  const auto refused = journal->appender();
  BOOST_TEST(code_of(refused) == errc::locked);
  BOOST_TEST(refused.error().text == "journal " + options.path.string() + " is being written by process " +
                                         std::to_string(writer.id()) +
                                         ": try again once it has ended; reading needs no lock");
  writer.kill_now();
  BOOST_TEST(journal->appender().has_value());
}

BOOST_AUTO_TEST_CASE(a_reader_works_beside_a_writer_of_another_process) {
  child_process writer{[&](const child_process::tell& tell) { append_for_ever(1, tell); }};
  BOOST_REQUIRE(writer.next());
  options.read_only = true;
  const auto journal = open_sqlite_journal(options).value();
  const auto reader = journal->reader().value();
  global_offset last;
  for (int page = 0; page < 20; ++page) {
    BOOST_REQUIRE(journal->wait_for_more(last, long_patience).value() > last);
    const auto read = reader->read_all(after(last), [&](const event_view& event) {
      BOOST_REQUIRE_EQUAL(event.offset.value, last.value + 1);
      last = event.offset;
      return true;
    });
    BOOST_REQUIRE(read);
  }
}

BOOST_AUTO_TEST_CASE(a_waiter_is_woken_by_another_process) {
  child_process writer{[&](const child_process::tell& tell) { append_for_ever(1, tell); }, child_process::start::on_go};
  const auto journal = open_sqlite_journal(options).value();
  BOOST_TEST(journal->wait_for_more({0}, std::chrono::milliseconds{0}).value().value == 0);
  writer.go();
  BOOST_TEST(journal->wait_for_more({0}, long_patience).value().value > 0);
}

BOOST_AUTO_TEST_CASE(a_journal_made_by_two_processes_at_once_is_made_once) {
  std::vector<std::unique_ptr<child_process>> makers;
  for (int n = 0; n < 4; ++n)
    makers.push_back(std::make_unique<child_process>([&](const child_process::tell& tell) {
      const auto made = open_sqlite_journal(options);
      tell(made ? 1 : made.error().code == errc::locked ? 2 : 3);
    }));
  int made = 0;
  for (const auto& maker : makers) {
    const auto told = maker->next().value();
    BOOST_TEST(told != 3);
    made += told == 1 ? 1 : 0;
  }
  BOOST_TEST(made >= 1);
  BOOST_TEST(open_sqlite_journal(options).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
