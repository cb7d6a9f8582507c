// Answers of a node whose journal, with one writer, has lost a commit and cannot write any more: what was lost may be
// there when the journal is opened the next time, so nobody may be told that it did not happen, nor anything that is
// true only if it did not.
#define BOOST_TEST_MODULE doubt_answers
#include <sqlite3.h>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <tuple>

#include "persistence/memory/memory_journal.hpp"
#include "persistence/sqlite/sqlite_journal.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/fault/faulty_vfs.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"
#include "tests/support/decision_clock.hpp"
#include "tests/support/faulty_journal.hpp"
#include "tests/support/offer.hpp"
#include "tests/support/teller.hpp"
#include "tests/support/writer_gate.hpp"

namespace holon::testing {
namespace {

constexpr std::uint64_t a_command = 7;

// A journal in memory whose appender fails as it is told to.
class faulty_store final : public journal {
 public:
  explicit faulty_store(fault_plan plan) : plan_(std::move(plan)) {}
  result<std::unique_ptr<journal_reader>> reader() override { return inside_->reader(); }
  result<std::unique_ptr<journal_reader>> current_reader() override { return inside_->current_reader(); }
  [[nodiscard]] bool shared() const override { return inside_->shared(); }
  result<std::unique_ptr<journal_appender>> appender() override {
    HOLON_TRY(auto real, inside_->appender());
    return make_faulty_appender(std::move(real), plan_);
  }
  result<global_offset> wait_for_more(global_offset after, std::chrono::milliseconds patience) override {
    return inside_->wait_for_more(after, patience);
  }
  [[nodiscard]] std::string name() const override { return inside_->name(); }

 private:
  std::shared_ptr<journal> inside_ = make_memory_journal();
  fault_plan plan_;
};

// Stores that lose the next commit, and can write nothing from then on.
class memory_that_forgets {
 public:
  [[nodiscard]] std::shared_ptr<journal> open() {
    return std::make_shared<faulty_store>([this]() -> std::optional<batch_fault> {
      if (!loses_) return std::nullopt;
      return batch_fault{.code = std::exchange(lost_, true) ? errc::unavailable : errc::in_doubt};
    });
  }
  void lose_next_commit() { loses_ = true; }
  static void check_lost_events_may_come_back(std::int64_t /*before*/, std::int64_t /*lost*/) {}

 private:
  std::atomic<bool> loses_{false};
  bool lost_ = false;  // of the writer's thread
};

class disk_that_dies {
 public:
  [[nodiscard]] std::shared_ptr<journal> open() { return open(disk_.name(), "journal.db"); }
  void lose_next_commit() {
    disk_.inject({.operation = disk_operation::sync, .suffix = "-wal", .code = SQLITE_IOERR_FSYNC, .then_dies = true});
  }
  void heal() { disk_.heal(); }
  void check_lost_events_may_come_back(std::int64_t before, std::int64_t lost) {
    BOOST_TEST(events_after_a_crash() == before + lost);
  }
  // What would be found had the power gone now: the file and its log as they lie.
  [[nodiscard]] std::int64_t events_after_a_crash() {
    for (const char* const end : {"", "-wal"})
      std::filesystem::copy_file(folder_.path() / (std::string("journal.db") + end),
                                 folder_.path() / (std::string("copy.db") + end));
    return open("", "copy.db")->reader().value()->head().value().offset.value;
  }

 private:
  [[nodiscard]] std::shared_ptr<journal> open(const std::string& vfs, const std::string& name) {
    sqlite_options options;
    options.path = folder_.path() / name;
    options.vfs = vfs;
    auto opened = open_sqlite_journal(options);
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().text));
    return std::move(*opened);
  }

  journal_folder folder_;
  faulty_vfs disk_;
};

using every_store = std::tuple<memory_that_forgets, disk_that_dies>;

template <class Store>
struct node_in_doubt {
  explicit node_in_doubt(int attempts)
      : at(node::start(store.open(), holon_catalog{}.with<bank::account>().template with<market::offer>(),
                       {.holons = {.decide_again_max = attempts}, .clock = clock.reading(), .observer = writer})
               .value()) {}

  Store store;
  decision_clock clock;
  std::shared_ptr<gated_writer> writer = std::make_shared<gated_writer>();
  std::unique_ptr<node> at;
  teller at_node{*at};
};

// A deposit of 10 and a withdrawal of 10 are lost together; the account has nothing without them. The deposit has no
// further attempt, so the withdrawal is decided again without it: the fifth decision.
template <class Store>
std::string answer_to_a_withdrawal_lost_with_its_deposit(node_in_doubt<Store>& world, teller::number withdrawal) {
  writer_gate gate(*world.writer);
  const auto first = teller(*world.at, 2).send(bank::deposit_money{.amount = 1});
  gate.wait_until_reached();
  const auto deposited = world.at_node.send(bank::deposit_money{.amount = 10});
  const auto withdrawn = world.at_node.send(bank::withdraw_money{.amount = 10}, withdrawal);
  const auto after_both = world.at_node.send(bank::touch_account{});
  world.clock.wait_for_decisions(4);
  world.store.lose_next_commit();
  gate.open();
  BOOST_TEST(deposited.words() == "in_doubt");
  return withdrawn.words();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_command_in_doubt_is_not_refused, Store, every_store) {
  node_in_doubt<Store> world(1);
  BOOST_TEST(answer_to_a_withdrawal_lost_with_its_deposit(world, std::nullopt) == "in_doubt");
  world.store.check_lost_events_may_come_back(1, 2);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_command_in_doubt_with_an_id_stays_so_when_its_refusal_cannot_be_recorded, Store,
                              every_store) {
  node_in_doubt<Store> world(1);
  BOOST_TEST(answer_to_a_withdrawal_lost_with_its_deposit(world, a_command) == "in_doubt");
  world.store.check_lost_events_may_come_back(1, 2);
}

// The disk is well again when the withdrawal is decided without its deposit; both still lie in the log.
BOOST_AUTO_TEST_CASE(a_command_in_doubt_is_refused_only_when_its_commit_cannot_come_back) {
  node_in_doubt<disk_that_dies> world(1);
  world.clock.notice_decision(5, [&] { world.store.heal(); });
  const auto told = answer_to_a_withdrawal_lost_with_its_deposit(world, std::nullopt);
  const auto found = world.store.events_after_a_crash();
  BOOST_TEST((told == "in_doubt" || found == 1), "told '" << told << "', and after a crash there are " << found
                                                          << " events, of which the first is no part of this");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_command_in_doubt_is_told_so_though_a_later_attempt_failed_otherwise, Store,
                              every_store) {
  for (const auto& command : {teller::number{}, teller::number{a_command}}) {
    BOOST_TEST_CONTEXT((command ? "with an id" : "without an id")) {
      node_in_doubt<Store> world(5);
      BOOST_REQUIRE(world.at_node.deposit(5) == "v1");
      world.store.lose_next_commit();
      BOOST_TEST(world.at_node.deposit(10, command) == "in_doubt");
      world.store.check_lost_events_may_come_back(1, 1);
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_command_in_doubt_that_is_too_late_when_it_is_decided_again_is_not_refused, Store,
                              every_store) {
  node_in_doubt<Store> world(5);
  writer_gate gate(*world.writer);
  const auto first = world.at_node.send(bank::deposit_money{.amount = 5});
  gate.wait_until_reached();
  const auto open_until = world.clock.now();
  auto taking = std::async(std::launch::async, [&] {
    return world.at->template run<market::offer>(stream_number(2), market::take_offer{open_until});
  });
  world.clock.wait_for_decisions(2);
  world.clock.pass(std::chrono::minutes{1});
  world.store.lose_next_commit();
  gate.open();
  BOOST_TEST(in_words(taking.get()) == "in_doubt");
  world.store.check_lost_events_may_come_back(1, 1);
}

}  // namespace
}  // namespace holon::testing
