// What a client records of a real node and journal is what it was told, and all of it together is a history.
#define BOOST_TEST_MODULE answer_recorder
#include <array>

#include <boost/test/unit_test.hpp>

#include "actors/runtime/node.hpp"
#include "persistence/memory/memory_journal.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/history/answer_checker.hpp"
#include "tests/history/answer_recorder.hpp"
#include "tests/history/history_words.hpp"
#include "tests/support/bank.hpp"

namespace holon::testing {
namespace {

std::uint32_t number_of(stream_id id) { return id.value.bytes[15]; }

struct fixture {
  fixture() {
    auto started = node::start(store, holon_catalog{}.with<bank::account>());
    BOOST_TEST_REQUIRE(started.has_value());
    at = std::move(*started);
  }

  template <class Command>
  operation run(operation op, const Command& command) {
    op.call = ++now;
    command_context context;
    context.metadata = metadata_of(op);
    if (!op.id.value.is_nil()) context.id = op.id;
    const auto told = at->run<bank::account>(stream_number(op.stream), command, context);
    op.ret = ++now;
    recorder.answer(op, told);
    recorder.keep(op);
    return op;
  }

  operation ask(std::uint32_t stream) {
    auto op = recorder.command(0, stream, request_kind::ask_state);
    op.call = ++now;
    const auto told = at->state(stream_number(stream), bank::account::name);
    op.ret = ++now;
    recorder.answer(op, told);
    recorder.keep(op);
    return op;
  }

  // The whole history.
  answer_history end() {
    answer_history all;
    all.run.clock = time_unit::steps;
    recorder.give_to(all);
    const auto reader = std::move(*store->reader());
    const auto read =
        read_journal(*reader, [](stream_id id) { return static_cast<std::uint32_t>(id.value.bytes[15]); }, all);
    BOOST_TEST_REQUIRE(read.has_value());
    return all;
  }

  std::shared_ptr<journal> store = make_memory_journal();
  std::unique_ptr<node> at;
  std::atomic<std::uint32_t> numbers{0};
  answer_recorder recorder{numbers, 3, number_of};
  moment now = 0;
};

#define IT(name) BOOST_FIXTURE_TEST_CASE(name, fixture)

IT(what_a_node_answers_is_a_true_history) {
  auto deposit = recorder.command(0, 1, request_kind::deposit, 10);
  deposit.id = command_number(1);
  deposit = run(deposit, bank::deposit_money{10});
  run(recorder.again(deposit, 0), bank::deposit_money{10});
  run(recorder.command(0, 1, request_kind::withdraw, 4), bank::withdraw_money{4});
  run(recorder.command(0, 1, request_kind::touch), bank::touch_account{});
  ask(1);
  run(recorder.command(0, 1, request_kind::close), bank::close_account{});
  const auto all = end();
  const auto found = contradiction(all);
  BOOST_TEST(!found, (found ? to_string(*found) : ""));
  BOOST_TEST(
      to_string(count(all)) ==
      "4 done, 1 nothing to record, 0 refused, 1 states, 0 held, 0 conflicts, 0 errors, 0 unknown, 1 sent again, 1 "
      "told as of before; 4 events, 0 seen");
}

IT(events_know_their_operation_and_their_batch) {
  run(recorder.command(0, 1, request_kind::deposit, 10), bank::deposit_money{10});
  auto close = recorder.command(0, 1, request_kind::close);
  close.id = command_number(2);
  run(close, bank::close_account{});
  const auto all = end();
  BOOST_TEST_REQUIRE(all.journal.size() == 3u);
  BOOST_TEST(all.journal[0].op == 1u);
  BOOST_TEST(all.journal[0].batch == 1);
  BOOST_TEST((all.journal[0].command.value == all.journal[0].id.value));
  for (const auto& entry : {all.journal[1], all.journal[2]}) {
    BOOST_TEST(entry.op == 2u);
    BOOST_TEST(entry.batch == 2);
    BOOST_TEST((entry.command == command_number(2)));
  }
}

IT(what_is_appended_without_a_holon_is_recorded) {
  const std::array parts{stream_part{.stream = 1, .writes = effect::deposited, .count = 1, .amount = 5, .expected = 0}};
  const auto elsewhere = make_memory_journal();
  const auto appender = std::move(*elsewhere->appender());
  auto op = recorder.append(9, parts);
  auto request = testing::request(1, expected_version::exactly({0}), events(1, 1));
  recorder.answer(op, append_one(*appender, request));
  BOOST_TEST((op.outcome == outcome_kind::done));
  BOOST_TEST(op.offset == 1);
  recorder.keep(op);
  auto late = recorder.append(9, parts);
  request.writes[0].events = events(2, 2);
  recorder.answer(late, append_one(*appender, request));
  BOOST_TEST((late.outcome == outcome_kind::conflict));
  recorder.keep(late);
  const auto all = end();
  BOOST_TEST(all.parts_of(all.operations[0]).front().told == 1);
  BOOST_TEST(all.parts_of(all.operations[1]).front().told == 1);
  BOOST_TEST(history_words(all).told_on(all.operations[1]) == "conflict with account 1 at version 1");
}

IT(failures_are_told_apart) {
  const auto outcome_of = [&](errc code, const std::string& text) {
    auto op = recorder.command(0, 1, request_kind::touch);
    recorder.answer(op, result<command_result>(failure(code, text)));
    recorder.keep(op);
    return op.outcome;
  };
  BOOST_TEST((outcome_of(errc::refused, "closed: the account is closed") == outcome_kind::refused));
  BOOST_TEST((outcome_of(errc::in_doubt, "") == outcome_kind::unknown));
  BOOST_TEST((outcome_of(errc::timeout, "") == outcome_kind::unknown));
  BOOST_TEST((outcome_of(errc::version_conflict, "") == outcome_kind::conflict));
  BOOST_TEST((outcome_of(errc::overloaded, "") == outcome_kind::error));
  const auto all = end();
  BOOST_TEST(all.texts[all.operations[0].text] == "closed");
  BOOST_TEST(all.operations[0].version == no_version);
  BOOST_TEST(all.texts[all.operations[4].text] == "overloaded");
}

IT(a_refusal_tells_its_version_if_the_error_does) {
  auto op = recorder.command(0, 1, request_kind::touch);
  recorder.answer(op, result<command_result>(failure(error{.code = errc::refused, .text = "no", .actual_version = 7})));
  BOOST_TEST(op.version == 7);
}

IT(all_conflicts_of_a_request_are_recorded) {
  error why{.code = errc::version_conflict, .text = "", .actual_version = 4};
  why.conflicts = std::make_shared<const std::vector<stream_conflict>>(std::vector<stream_conflict>{
      {stream_number(1), expected_version::exactly({3}), {4}}, {stream_number(3), expected_version::no_stream(), {1}}});
  const std::array checks{stream_part{.stream = 2, .expected = 1}, stream_part{.stream = 3, .expected = 0}};
  auto touch = recorder.command(recorder.command(0, 1, request_kind::touch), checks);
  recorder.answer(touch, result<command_result>(failure(why)));
  recorder.keep(touch);
  auto check = recorder.append(0, checks);
  recorder.answer(check, result<append_result>(failure(why)));
  recorder.keep(check);
  const auto all = end();
  BOOST_TEST(history_words(all).told_on(all.operations[0]) ==
             "conflict with account 1 at version 4 and account 3 at version 1");
  BOOST_TEST(history_words(all).told_on(all.operations[1]) == "conflict with account 3 at version 1");
}

IT(a_refusal_of_a_node_tells_its_version) {
  run(recorder.command(0, 1, request_kind::deposit, 10), bank::deposit_money{10});
  const auto refused = run(recorder.command(0, 1, request_kind::withdraw, 12), bank::withdraw_money{12});
  BOOST_TEST((refused.outcome == outcome_kind::refused));
  BOOST_TEST(refused.version == 1);
  BOOST_TEST(!contradiction(end()));
}

IT(the_records_of_several_clients_come_together) {
  answer_recorder other{numbers, 4, number_of};
  const std::array parts{stream_part{.stream = 1, .expected = 0}, stream_part{.stream = 2, .expected = 3}};
  for (auto* each : {&recorder, &other}) {
    auto op = each->append(0, parts);
    each->answer(op, result<append_result>(failure(errc::unavailable, "")));
    each->keep(op);
    each->fault(1, "none");
    each->saw(1, 1, {}, 5);
  }
  auto all = end();
  other.give_to(all);
  BOOST_TEST_REQUIRE(all.operations.size() == 2u);
  BOOST_TEST(all.operations[1].number == 2u);
  BOOST_TEST(all.operations[1].client == 4u);
  BOOST_TEST(all.parts_of(all.operations[1])[1].expected == 3);
  BOOST_TEST(all.texts[all.operations[1].text] == "unavailable");
  BOOST_TEST(all.faults.size() == 2u);
  BOOST_TEST(all.seen.size() == 2u);
}

}  // namespace
}  // namespace holon::testing
