// Random batches, most of them hostile, go to a journal in SQLite and to one in memory: both must say the same of each
// request, and hold the same in the end.
#define BOOST_TEST_MODULE sqlite_against_memory
#include <random>

#include <boost/test/unit_test.hpp>

#include "persistence/memory/memory_journal.hpp"
#include "persistence/sqlite/sqlite_journal.hpp"
#include "persistence/verify.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"

namespace holon::testing {
namespace {

constexpr int rounds = 20;
constexpr int batches_per_round = 120;

// Few streams, ids and commands, so that they meet all the time.
class random_requests {
 public:
  explicit random_requests(std::uint64_t seed) : source_(seed) {}

  std::vector<append_request> batch() {
    std::vector<append_request> made(below(8));
    for (auto& each : made) each = one();
    return made;
  }
  std::uint64_t below(std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(source_);
  }

 private:
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }

  append_request one() {
    if (!sent_.empty() && chance(6)) return sent_[below(sent_.size())];
    append_request made;
    const auto writes = chance(20) ? 0 : 1 + (chance(3) ? below(3) : 0);
    for (std::uint64_t i = 0; i < writes; ++i) made.writes.push_back(some_write());
    if (chance(8)) made.settled = refusal(1 + below(6));
    if (chance(4)) made.command = command_number(1 + below(6));
    if (chance(3)) made.chain = 1 + below(2);
    sent_.push_back(made);
    return made;
  }

  stream_write some_write() {
    std::vector<new_event> some;
    const auto count = chance(30) ? 0 : 1 + (chance(2) ? below(4) : 0);
    for (std::uint64_t i = 0; i < count; ++i) some.push_back(event(chance(8) ? 1 + below(next_) : next_++));
    if (!some.empty() && chance(30)) some.back().payload = R"({"changed":true})";
    if (chance(60)) some.push_back({});
    auto made = write(1 + below(6), some_expectation(), std::move(some));
    if (chance(15)) made.stream_type = "person";
    return made;
  }

  expected_version some_expectation() {
    if (chance(3)) return expected_version::any();
    if (chance(4)) return expected_version::stream_exists();
    if (chance(4)) return expected_version::no_stream();
    return expected_version::exactly({static_cast<std::int64_t>(below(40))});
  }

  std::mt19937_64 source_;
  std::uint64_t next_ = 1;
  std::vector<append_request> sent_;
};

bool same(const result<append_result>& left, const result<append_result>& right) {
  if (!left || !right) return !left && !right && left.error() == right.error();
  return left->first == right->first && left->last == right->last && left->versions == right->versions &&
         left->recorded_at == right->recorded_at && left->already == right->already;
}

std::string told(const result<append_result>& outcome) {
  if (!outcome) return std::string(to_string(outcome.error().code)) + ": " + outcome.error().text;
  return std::to_string(outcome->first.value) + " to " + std::to_string(outcome->last.value) +
         (outcome->already ? ", already" : "");
}

BOOST_AUTO_TEST_CASE(sqlite_says_what_memory_says) {
  const std::uint64_t seed_at_first = std::random_device{}();
  for (int round = 0; round < rounds; ++round) {
    const auto seed = seed_at_first + static_cast<std::uint64_t>(round);
    BOOST_TEST_CONTEXT("seed " << seed) {
      journal_folder folder;
      timestamp clock{std::chrono::seconds{1'800'000'000}};
      const auto memory = make_memory_journal({.clock = [&] { return clock; }});
      sqlite_options options;
      options.path = folder.path() / "journal.db";
      options.clock = [&] { return clock; };
      const auto sqlite = open_sqlite_journal(options).value();
      auto in_memory = memory->appender().value();
      auto in_sqlite = sqlite->appender().value();
      random_requests random{seed};
      for (int n = 0; n < batches_per_round; ++n) {
        const auto requests = random.batch();
        std::vector<const append_request*> batch;
        for (const auto& each : requests) batch.push_back(&each);
        const auto expected = in_memory->append(batch);
        const auto actual = in_sqlite->append(batch);
        BOOST_REQUIRE_EQUAL(expected.size(), actual.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
          BOOST_REQUIRE_MESSAGE(same(expected[i], actual[i]), "batch " << n << ", request " << i << ": memory says "
                                                                       << told(expected[i]) << ", SQLite says "
                                                                       << told(actual[i]));
        clock += std::chrono::milliseconds{static_cast<std::int64_t>(random.below(3)) - 1};
        if (random.below(20) == 0) {  // what the appender remembers must not matter
          in_sqlite.reset();
          in_sqlite = sqlite->appender().value();
        }
      }
      const auto left = memory->reader().value();
      const auto right = sqlite->reader().value();
      BOOST_TEST(compare(*left, *right).value().problems.empty());
      BOOST_TEST(verify(*right).value().problems.empty());
      BOOST_TEST((left->head().value().chain == right->head().value().chain));
      BOOST_TEST(left->head().value().offset.value > 0);
    }
  }
}

}  // namespace
}  // namespace holon::testing
