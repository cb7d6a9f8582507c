// How many commands are open, and how many bytes they hold.
#define BOOST_TEST_MODULE open_jobs_test
#include "actors/open_jobs.hpp"

#include <memory>
#include <string>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "actors/command_job.hpp"
#include "actors/schema_only.hpp"
#include "tests/contract/contract_vocabulary.hpp"

namespace holon::testing {
namespace {

constexpr std::size_t large = 1'000'000;

job_ptr job_of(std::size_t payload_bytes) {
  auto job = std::make_shared<command_job>();
  record_events command;
  command.events.push_back({.type = "written", .payload = std::string(payload_bytes, 'x')});
  job->body = std::make_unique<command_of<record_events>>(std::move(command));
  return job;
}

}  // namespace

BOOST_AUTO_TEST_CASE(commands_are_taken_until_there_are_as_many_as_there_may_be) {
  open_jobs open{{.jobs_max = 2}};
  const auto first = job_of(1);
  const auto second = job_of(1);
  const auto third = job_of(1);
  BOOST_TEST(open.admit(*first).has_value());
  BOOST_TEST(open.admit(*second).has_value());
  const auto refused = open.admit(*third);
  BOOST_TEST(code_of(refused) == errc::overloaded);
  BOOST_TEST(refused.error().text == "2 commands are open, which is the node's bound: try again later");
  BOOST_TEST(open.bytes() == 0u);  // they are small
}

BOOST_AUTO_TEST_CASE(commands_are_taken_until_they_hold_as_many_bytes_as_they_may) {
  open_jobs open{{.bytes_max = 2 * large}};
  const auto first = job_of(large);
  const auto third = job_of(large);
  {
    const auto second = job_of(large);
    BOOST_TEST(open.admit(*first).has_value());
    BOOST_TEST(open.admit(*second).has_value());
    BOOST_TEST(open.bytes() >= 2 * large);
    const auto beyond = job_of(1);
    const auto refused = open.admit(*beyond);
    BOOST_TEST(code_of(refused) == errc::overloaded);
    BOOST_TEST(refused.error().text.find("the node's bound is 2000000") != std::string::npos, refused.error().text);
  }
  BOOST_TEST(open.count() == 1);
  BOOST_TEST(open.admit(*third).has_value());
}

BOOST_AUTO_TEST_CASE(metadata_counts_as_its_command_does) {
  open_jobs open;
  const auto job = job_of(1);
  job->context.metadata.assign(large, ' ');
  BOOST_TEST(open.admit(*job).has_value());
  BOOST_TEST(open.bytes() >= large);
}

BOOST_AUTO_TEST_CASE(what_was_taken_is_decided_until_the_outcomes_hold_as_many_bytes_as_they_may) {
  open_jobs open{{.bytes_max = 2 * large}};
  const auto first = job_of(large);
  const auto second = job_of(large);
  const auto third = job_of(large);
  for (const auto* each : {&first, &second}) BOOST_TEST(open.admit(**each).has_value());
  // Commands alone turn away none of their own.
  BOOST_TEST(first->slot.check_outcome_room().has_value());
  first->slot.hold_outcome(large);
  BOOST_TEST(second->slot.check_outcome_room().has_value());
  second->slot.hold_outcome(large);
  BOOST_TEST(code_of(open.admit(*third)) == errc::overloaded);
  BOOST_TEST(code_of(third->slot.check_outcome_room()) == errc::overloaded);
  // Decided again, it has its room.
  BOOST_TEST(second->slot.check_outcome_room().has_value());
}

BOOST_AUTO_TEST_CASE(an_outcome_takes_the_place_of_the_one_before) {
  open_jobs open;
  {
    const auto job = job_of(1);
    BOOST_TEST(open.admit(*job).has_value());
    job->slot.hold_outcome(3 * large);
    job->slot.hold_outcome(large);
    BOOST_TEST(open.bytes() == large);
    job->slot.hold_outcome(bytes_counted_from - 1);
    BOOST_TEST(open.bytes() == 0u);
    job->slot.hold_outcome(large);
  }
  BOOST_TEST(open.bytes() == 0u);
  BOOST_TEST(open.count() == 0);
}

BOOST_AUTO_TEST_CASE(a_job_of_no_node_has_no_bounds) {
  const auto job = job_of(large);
  job->slot.hold_outcome(large);
  BOOST_TEST(job->slot.check_outcome_room().has_value());
}

}  // namespace holon::testing
