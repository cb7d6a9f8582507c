// The mind of a holon, fed by hand: every order of answers that the outside may come up with.
#define BOOST_TEST_MODULE holon_step_test
#include <boost/test/unit_test.hpp>

#include <stdexcept>

#include "tests/actors/holon_step_fixture.hpp"

// A holon whose rules are broken: one of its events cannot be applied.
namespace trap {

struct spring {};
struct opened {};
struct snapped {};
struct position {
  std::int64_t opened = 0;
};
constexpr auto describe(holon::about<spring>) { return holon::record("Spring", 1); }
constexpr auto describe(holon::about<opened>) { return holon::record("Opened", 1); }
constexpr auto describe(holon::about<snapped>) { return holon::record("Snapped", 1); }
constexpr auto describe(holon::about<position>) {
  return holon::record("Position", 1, holon::field("opened", &position::opened));
}
struct type {
  static constexpr std::string_view name = "trap";
  using state = position;
  using command = std::variant<spring>;
  using event = std::variant<opened, snapped>;
};
void apply(position& now, const opened&) { ++now.opened; }
void apply(position&, const snapped&) { throw std::runtime_error("snapped"); }
holon::decision<type::event> decide(const position&, const spring&) { return {opened{}, snapped{}}; }

}  // namespace trap

namespace holon {
namespace {

using lines = std::vector<std::string>;

BOOST_FIXTURE_TEST_SUITE(a_holon, holon_fixture)

BOOST_AUTO_TEST_CASE(loads_before_it_decides_and_answers_when_the_append_is_durable) {
  send(bank::deposit_money{5}, "deposit");
  BOOST_TEST(shell.loads == 1);
  BOOST_TEST(shell.appends.empty());
  load();
  BOOST_TEST(shell.appends.size() == 1u);
  BOOST_TEST(answers.empty());
  succeed();
  BOOST_TEST(answers == lines{"deposit v1"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(loads_once_for_all_that_arrives_meanwhile) {
  send(bank::deposit_money{5}, "a");
  send(bank::deposit_money{5}, "b");
  BOOST_TEST(shell.loads == 1);
  load();
  BOOST_TEST(shell.appends.size() == 2u);
}

BOOST_AUTO_TEST_CASE(fills_the_envelope_of_its_events) {
  const auto sent = send(bank::close_account{}, "close", command_id{uuid_v5({}, "command")});
  load(7, 1);
  const auto& write = sent->request.writes.front();
  BOOST_REQUIRE(write.events.size() == 2u);
  BOOST_TEST(write.stream_type == "account");
  BOOST_TEST(write.events[0].type == "MoneyWithdrawn");
  BOOST_TEST(write.events[0].payload == R"({"amount":7})");
  BOOST_TEST(write.events[0].id.value == uuid_v5({}, "command"));
  BOOST_TEST(write.events[1].id.value != uuid_v5({}, "command"));
  BOOST_CHECK(write.events[0].occurred_at == noon);
  BOOST_TEST(write.events[0].metadata == "{\"correlation_id\":\"" + to_string(uuid_v5({}, "command")) + "\"}");
  BOOST_TEST(write.events[1].metadata == "{\"command_id\":\"" + to_string(uuid_v5({}, "command")) +
                                             "\",\"correlation_id\":\"" + to_string(uuid_v5({}, "command")) + "\"}");
}

BOOST_AUTO_TEST_CASE(decides_the_next_command_on_the_state_it_will_have) {
  send(bank::deposit_money{5}, "deposit");
  load();
  send(bank::withdraw_money{5}, "withdraw");
  BOOST_TEST(shell.appends.size() == 2u);
  BOOST_TEST(expected_of(0) == 0);
  BOOST_TEST(expected_of(1) == 1);
  BOOST_TEST(shell.appends[0]->request.chain == shell.appends[1]->request.chain);
  succeed();
  succeed();
  BOOST_TEST(answers == (lines{"deposit v1", "withdraw v2"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(says_no_only_when_what_the_no_stands_on_is_durable) {
  send(bank::close_account{}, "close");
  load();
  send(bank::deposit_money{5}, "deposit");
  BOOST_TEST(answers.empty());
  succeed();
  BOOST_TEST(answers == (lines{"close v1", "deposit refused closed: the account is closed"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(takes_back_a_no_that_stood_on_an_append_that_failed) {
  send(bank::close_account{}, "close");
  load();
  send(bank::deposit_money{5}, "deposit");
  fail(errc::no_space);
  load();
  succeed();
  BOOST_TEST(answers == (lines{"close no_space no", "deposit v1"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(shows_a_question_only_what_is_durable) {
  send(bank::deposit_money{5}, "deposit");
  load();
  ask("state");
  BOOST_TEST(answers.empty());
  succeed();
  BOOST_TEST(answers == (lines{"deposit v1", R"(state v1 {"amount":5,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(answers_a_question_again_when_its_state_never_came_to_be) {
  send(bank::deposit_money{5}, "deposit");
  load();
  ask("state");
  fail(errc::no_space);
  load();
  BOOST_TEST(answers == (lines{"deposit no_space no", R"(state v0 {"amount":0,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(accepts_a_command_that_has_nothing_to_record) {
  send(bank::touch_account{}, "touch");
  load(5, 1);
  BOOST_TEST(shell.appends.empty());
  BOOST_TEST(answers == lines{"touch v1"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(decides_anew_after_a_lost_race) {
  send(bank::withdraw_money{5}, "withdraw");
  load(5, 1);
  lose_race();
  BOOST_TEST(shell.loads == 2);
  BOOST_TEST(answers.empty());
  load(2, 2);  // somebody else took some of it
  BOOST_TEST(answers == lines{"withdraw refused insufficient_funds"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(decides_everything_behind_a_lost_race_anew_and_in_order) {
  send(bank::deposit_money{1}, "a");
  load();
  send(bank::deposit_money{2}, "b");
  send(bank::touch_account{}, "c");
  send(bank::deposit_money{3}, "d");
  const auto first_chain = shell.appends.front()->request.chain;
  lose_race();
  lose_race();
  BOOST_TEST(shell.loads == 1);  // one is still on its way
  send(bank::deposit_money{4}, "e");
  lose_race();
  BOOST_TEST(shell.loads == 2);
  BOOST_TEST(shell.ended == std::vector<std::uint64_t>{first_chain}, boost::test_tools::per_element());
  load(100, 1);
  BOOST_TEST(shell.appends.size() == 4u);
  BOOST_TEST(expected_of(0) == 1);
  BOOST_TEST(shell.appends.front()->request.chain != first_chain);
  while (!shell.appends.empty()) succeed();
  BOOST_TEST(answers == (lines{"a v2", "b v3", "c v3", "d v4", "e v5"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tells_the_caller_of_a_race_lost_too_often) {
  send(bank::deposit_money{1}, "deposit");
  for (int i = 0; i < limits.decide_again_max; ++i) {
    load(1, i + 1);
    lose_race();
  }
  BOOST_TEST(answers == lines{"deposit version_conflict no"}, boost::test_tools::per_element());
  BOOST_TEST(step.idle());
}

BOOST_AUTO_TEST_CASE(does_not_blame_the_ones_behind_for_the_races_of_the_first) {
  for (const auto* name : {"a", "b", "c"}) send(bank::deposit_money{1}, name);
  for (int i = 0; i < limits.decide_again_max; ++i) {
    load(1, i + 1);
    while (!shell.appends.empty()) lose_race();
  }
  BOOST_TEST(answers == lines{"a version_conflict no"}, boost::test_tools::per_element());
  load(1, 9);
  while (!shell.appends.empty()) succeed();
  BOOST_TEST(answers == (lines{"a version_conflict no", "b v10", "c v11"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(loads_again_after_an_append_that_was_there_already) {
  send(bank::deposit_money{5}, "deposit", command_id{uuid_v5({}, "command")});
  load(5, 1);
  settle(append_result{.first = {1}, .last = {1}, .versions = {{1}}, .recorded_at = noon, .already = true});
  BOOST_TEST(answers == lines{"deposit v1 already"}, boost::test_tools::per_element());
  ask("state");
  BOOST_TEST(shell.loads == 2);  // or the deposit would count twice
  load(5, 1);
  BOOST_TEST(answers.back() == R"(state v1 {"amount":5,"closed":false})");
}

BOOST_AUTO_TEST_CASE(answers_a_repeated_command_that_comes_out_differently_with_its_first_result) {
  send(bank::close_account{}, "close", command_id{uuid_v5({}, "command")});
  load(5, 1);
  fail(errc::duplicate_event);
  look_up_finds(command_result{.version = {3}, .offset = {3}, .events = 2, .already = true});
  BOOST_TEST(answers == lines{"close v3 already"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(passes_on_a_duplicate_that_is_not_this_command) {
  send(bank::deposit_money{5}, "deposit", command_id{uuid_v5({}, "command")});
  load();
  fail(errc::duplicate_event);
  look_up_finds(std::nullopt);
  BOOST_TEST(answers == lines{"deposit duplicate_event no"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(records_a_no_to_a_command_that_may_come_again) {
  send(bank::withdraw_money{5}, "withdraw", command_id{uuid_v5({}, "command")});
  load();
  BOOST_TEST(answers.empty());
  BOOST_REQUIRE(shell.appends.size() == 1u);
  BOOST_TEST(shell.appends.front()->request.writes.empty());
  BOOST_TEST(shell.appends.front()->request.settled->version.value == 0);
  BOOST_TEST(shell.appends.front()->request.settled->code == "insufficient_funds");
  BOOST_TEST(!step.idle());
  settle(append_result{});
  BOOST_TEST(answers == lines{"withdraw refused insufficient_funds"}, boost::test_tools::per_element());
  hear_of_plain();
  BOOST_TEST(step.idle());
}

BOOST_AUTO_TEST_CASE(records_a_no_in_the_order_of_the_line) {
  load_by_deposit();
  send(bank::withdraw_money{7}, "b", command_id{uuid_v5({}, "command")});
  send(bank::deposit_money{1}, "c");
  BOOST_REQUIRE(shell.appends.size() == 3u);
  BOOST_TEST(shell.appends[1]->request.settled->version.value == 1);
  BOOST_TEST(shell.appends[1]->request.chain == shell.appends[0]->request.chain);
  lose_race();
  lose_race();
  lose_race();
  load(9, 4);
  succeed();
  BOOST_TEST(expected_of(0) == 5);  // the withdrawal goes through now
}

BOOST_AUTO_TEST_CASE(decides_a_no_anew_that_another_writer_has_overtaken) {
  send(bank::withdraw_money{5}, "withdraw", command_id{uuid_v5({}, "command")});
  load();
  conflict(alice, 1);
  BOOST_TEST(answers.empty());
  load(7, 1);
  succeed();
  BOOST_TEST(answers == lines{"withdraw v2"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(looks_again_when_the_same_command_was_settled_meanwhile) {
  for (const bool with_events : {true, false}) {
    send(bank::withdraw_money{5}, "withdraw", command_id{uuid_v5({}, "command")});
    // The second time because of what the first look-up has shown.
    load(0, with_events ? 0 : 4);
    if (with_events)
      fail(errc::duplicate_event);
    else
      settle(append_result{.already = true});
    look_up_finds(command_result{.version = {4}, .offset = {4}, .events = 1, .already = true});
  }
  BOOST_TEST(answers == (lines{"withdraw v4 already", "withdraw v4 already"}), boost::test_tools::per_element());
  BOOST_TEST(step.idle());
}

BOOST_AUTO_TEST_CASE(records_that_there_was_nothing_to_do_for_a_command_that_may_come_again) {
  send(bank::touch_account{}, "touch", command_id{uuid_v5({}, "command")});
  load(5, 1);
  BOOST_REQUIRE(shell.appends.size() == 1u);
  BOOST_TEST(shell.appends.front()->request.settled->code.empty());
  BOOST_TEST(shell.appends.front()->request.settled->version.value == 1);
  settle(append_result{});
  BOOST_TEST(answers == lines{"touch v1"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(records_nothing_for_a_command_that_had_nothing_to_record_the_first_time) {
  send(bank::deposit_money{5}, "deposit", command_id{uuid_v5({}, "command")});
  load(7, 3);
  settle(append_result{.versions = {{1}}, .already = true});
  BOOST_TEST(answers == lines{"deposit v1 already"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(repeats_a_no_that_it_once_said) {
  const auto sent = send(bank::deposit_money{5}, "deposit", command_id{uuid_v5({}, "command")});
  load();
  BOOST_CHECK(sent->request.command == sent->context.id);  // the journal knows of the refusal, and says so
  settle(failure(errc::refused, "closed"));
  BOOST_TEST(answers == lines{"deposit refused closed"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(is_overloaded_past_its_bound_and_loses_nothing_accepted) {
  for (int i = 0; i < 9; ++i) send(bank::deposit_money{1}, std::to_string(i));
  BOOST_REQUIRE(answers.size() == 1u);
  BOOST_TEST(answers.front().starts_with("8 overloaded"));
  load();
  while (!shell.appends.empty()) succeed();
  BOOST_TEST(answers.size() == 9u);
}

BOOST_AUTO_TEST_CASE(tells_everybody_when_it_cannot_be_loaded_and_tries_again_for_the_next) {
  send(bank::deposit_money{1}, "a");
  step.on_loaded(failure(errc::unavailable, "no connection"), shell);
  BOOST_TEST(answers == lines{"a unavailable no connection"}, boost::test_tools::per_element());
  send(bank::deposit_money{1}, "b");
  BOOST_TEST(shell.loads == 2);
}

BOOST_AUTO_TEST_CASE(takes_a_snapshot_by_cadence_and_keeps_it_when_it_is_durable) {
  for (const auto* name : {"a", "b", "c", "d"}) send(bank::deposit_money{1}, name);
  load();
  succeed();
  succeed();
  BOOST_TEST(shell.saved.empty());
  succeed();
  BOOST_REQUIRE(shell.saved.size() == 1u);
  BOOST_TEST(shell.saved[0].version.value == 3);
  BOOST_TEST(shell.saved[0].schema == model.snapshot_schema());
  const auto restored = model.restore(shell.saved[0].state);
  BOOST_REQUIRE(restored);
  BOOST_TEST(model.to_json(**restored).value() == R"({"amount":3,"closed":false})");
}

BOOST_AUTO_TEST_CASE(keeps_no_snapshot_of_a_state_that_never_came_to_be) {
  for (const auto* name : {"a", "b", "c"}) send(bank::deposit_money{1}, name);
  load();
  while (!shell.appends.empty()) fail(errc::no_space);
  BOOST_TEST(shell.saved.empty());
}

BOOST_AUTO_TEST_CASE(refuses_a_command_of_another_holon_type) {
  const typed_model<account> other;
  auto made = job();
  made->model = &other;
  made->on_result = [this](result<command_result> with) { answers.emplace_back(to_string(with.error().code)); };
  step.on_job(made, shell);
  BOOST_TEST(answers == lines{"type_conflict"}, boost::test_tools::per_element());
  BOOST_TEST(shell.loads == 0);
}

BOOST_AUTO_TEST_CASE(tells_of_bad_metadata_and_forgets_what_it_had_decided) {
  auto made = job();
  made->body = std::make_unique<command_of<account::command>>(bank::deposit_money{5});
  made->context.metadata = "[1]";
  made->on_result = [this](result<command_result> with) { answers.emplace_back(to_string(with.error().code)); };
  step.on_job(made, shell);
  load();
  BOOST_TEST(answers == lines{"malformed"}, boost::test_tools::per_element());
  BOOST_TEST(shell.appends.empty());
  ask("state");
  load();
  BOOST_TEST(answers.back() == R"(state v0 {"amount":0,"closed":false})");
}

BOOST_AUTO_TEST_CASE(forgets_what_a_domain_that_throws_has_half_applied) {
  const typed_model<trap::type> broken;
  holon_step trapped{alice, broken, limits, journal_writers::this_node};
  const auto offered = [&] {
    auto made = job();
    made->model = &broken;
    return made;
  };
  const auto load_trapped = [&] {
    trapped.on_loaded(loaded_holon{.state = broken.initial(), .version = {}, .snapshot_version = {}}, shell);
  };
  auto springing = offered();
  springing->body = std::make_unique<command_of<trap::type::command>>(trap::spring{});
  springing->on_result = [this](result<command_result> with) { answers.emplace_back(to_string(with.error().code)); };
  trapped.on_job(springing, shell);
  load_trapped();
  auto asking = offered();
  asking->on_state = [this](result<state_answer> with) { answers.push_back(with->state); };
  trapped.on_job(asking, shell);
  load_trapped();
  BOOST_TEST(answers == (lines{"invalid_argument", R"({"opened":0})"}), boost::test_tools::per_element());
  BOOST_TEST(shell.appends.empty());
}

BOOST_AUTO_TEST_CASE(is_idle_only_with_nothing_open) {
  BOOST_TEST(step.idle());
  send(bank::deposit_money{1}, "a");
  BOOST_TEST(!step.idle());
  load();
  BOOST_TEST(!step.idle());
  succeed();
  BOOST_TEST(!step.idle());
  hear_of_plain();
  BOOST_TEST(step.idle());
}

BOOST_AUTO_TEST_CASE(need_not_hear_of_appends_that_nobody_waits_for) {
  load_by_deposit();
  send(bank::deposit_money{5}, "b");
  succeed();
  succeed();
  BOOST_TEST(!shell.watched);
  BOOST_TEST(answers == (lines{"a v1", "b v2"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wants_to_hear_of_appends_that_an_answer_stands_on) {
  load_by_deposit();
  send(bank::deposit_money{5}, "b");
  ask("state");
  BOOST_TEST(shell.watched);
  succeed();
  succeed();
  BOOST_TEST(!shell.watched);
  BOOST_TEST(answers == (lines{"a v1", "b v2", R"(state v2 {"amount":10,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(hears_of_an_append_whose_answer_stands_behind_another_one) {
  load_by_deposit();
  ask("state");
  send(bank::deposit_money{5}, "b");
  send(bank::deposit_money{5}, "c");
  BOOST_TEST(shell.appends[0]->plain);
  BOOST_TEST(!shell.appends[1]->plain);
  BOOST_TEST(!shell.appends[2]->plain);
  succeed();
  succeed();
  succeed();
  BOOST_TEST(answers == (lines{"a v1", R"(state v1 {"amount":5,"closed":false})", "b v2", "c v3"}),
             boost::test_tools::per_element());
  BOOST_TEST(step.idle());
}

BOOST_AUTO_TEST_CASE(hears_first_of_what_was_written_before_an_append_that_failed) {
  load_by_deposit();
  send(bank::deposit_money{5}, "b");
  send(bank::deposit_money{5}, "c");
  succeed();
  fail(errc::no_space);
  fail(errc::no_space);
  BOOST_TEST(answers == (lines{"a v1", "b no_space no", "c no_space no"}), boost::test_tools::per_element());
  BOOST_TEST(shell.ended == std::vector<std::uint64_t>{1}, boost::test_tools::per_element());
  BOOST_TEST(step.idle());
}

BOOST_AUTO_TEST_CASE(what_was_written_and_heard_of_no_longer_counts_against_its_bound) {
  load_by_deposit();
  for (int i = 1; i < 8; ++i) send(bank::deposit_money{5}, std::to_string(i));
  for (int i = 0; i < 8; ++i) succeed();
  answers.clear();
  send(bank::deposit_money{5}, "late");
  succeed();
  BOOST_TEST(answers == lines{"late v9"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(starts_again_after_bad_metadata_when_the_plain_appends_before_it_are_written) {
  load_by_deposit();
  auto bad = job();
  bad->body = std::make_unique<command_of<account::command>>(bank::deposit_money{5});
  bad->context.metadata = "not json";
  step.on_job(bad, shell);
  BOOST_TEST(shell.watched);
  ask("state");
  BOOST_TEST(shell.loads == 1);
  succeed();
  BOOST_TEST(shell.loads == 2);
  load(5, 1);
  BOOST_TEST(answers == (lines{"a v1", R"(state v1 {"amount":5,"closed":false})"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
