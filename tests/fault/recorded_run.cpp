#include "tests/fault/recorded_run.hpp"

#include <cstdlib>
#include <iostream>
#include <utility>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include "persistence/verify.hpp"
#include "tests/history/bank_model.hpp"
#include "tests/history/history_files.hpp"

namespace holon::testing {
namespace {

// The account of the mark, which nobody else writes.
constexpr std::uint32_t account_of_the_mark = 1'000'000;

}  // namespace

std::uint32_t number_of(stream_id stream) {
  std::uint32_t number = 0;
  for (std::size_t i = 12; i < 16; ++i) number = number << 8 | stream.value.bytes[i];
  return number;
}

new_event deposit_event(event_id id, std::int64_t amount, const operation& op) {
  const bank_event what{effect::deposited, amount};
  new_event made;
  made.id = id;
  made.type = type_of(what);
  made.source_system = "tests";
  made.occurred_at = timestamp{std::chrono::seconds{1'700'000'000}};
  made.payload = payload_of(what);
  made.metadata = metadata_of(op);
  return made;
}

recorded_run::recorded_run(postgres_world& of, std::string name, std::uint32_t node_count)
    : world(of), nodes(node_count), name_(std::move(name)) {
  all_.run.nodes = nodes;
  all_.run.journal = world.url();
  all_.run.readers_saw_all = true;
}

moment recorded_run::now() const {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin_).count();
}

answer_recorder recorded_run::new_client() { return {numbers_, ++clients_, number_of}; }

void recorded_run::keep(answer_recorder& client) {
  const std::lock_guard lock{mutex_};
  client.give_to(all_);
}

void recorded_run::fault(std::string what) {
  const std::lock_guard lock{mutex_};
  all_.faults.push_back({now(), std::move(what)});
}

void recorded_run::append_mark() {
  auto recorder = new_client();
  const stream_part part{.stream = account_of_the_mark, .writes = effect::deposited, .count = 1, .amount = 1};
  auto op = recorder.append(static_cast<std::uint16_t>(nodes), std::span(&part, 1));
  append_request wanted;
  wanted.writes.push_back({.stream = stream_number(account_of_the_mark),
                           .stream_type = std::string(bank::account::name),
                           .expected = expected_version::any(),
                           .events = {deposit_event({make_uuid_v7()}, part.amount, op)}});
  const auto journal = world.open();
  const auto appender = postgres_world::appender(*journal);
  op.call = now();
  const auto outcome = append_one(*appender, wanted);
  op.ret = now();
  BOOST_REQUIRE_MESSAGE(outcome, "the mark cannot be appended: " << (outcome ? "" : outcome.error().text));
  recorder.answer(op, outcome);
  recorder.keep(op);
  keep(recorder);
}

std::filesystem::path recorded_run::folder() const {
  if (const char* wanted = std::getenv("HOLON_HISTORY_DIR")) return std::filesystem::path(wanted) / name_;
  return std::filesystem::temp_directory_path() / ("holon-history-" + std::to_string(::getpid())) / name_;
}

void recorded_run::read_all() {
  const auto journal = world.open();
  const auto reader = journal->reader().value();
  const auto read = read_journal(*reader, number_of, all_);
  BOOST_REQUIRE_MESSAGE(read, "the journal cannot be read: " << (read ? "" : read.error().text));
  const auto verified = verify(*reader);
  BOOST_REQUIRE_MESSAGE(verified, "the journal cannot be verified: " << (verified ? "" : verified.error().text));
  BOOST_TEST(verified->problems.empty(),
             "verify: " << (verified->problems.empty() ? "" : verified->problems.told.front().what));
}

void recorded_run::expect_true_answers(const answers_wanted& least) {
  read_all();
  const auto kept = folder();
  const auto written = write_history(all_, kept);
  BOOST_TEST(written.has_value(), (written ? "" : written.error().text));
  const auto began = std::chrono::steady_clock::now();
  const auto found = contradiction(all_);
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::cout << name_ << ": " << to_string(count(all_)) << "; checked in " << took << " s\n";
  BOOST_TEST(!found, (found ? to_string(*found) : "") << "\nagain: tools/dev/check_history " << kept.string());
  expect_enough(least);
  if (!found && std::getenv("HOLON_HISTORY_DIR") == nullptr) std::filesystem::remove_all(kept);
}

void recorded_run::expect_enough(const answers_wanted& least) const {
  const auto counts = count(all_);
  std::int64_t withdrawals = 0;
  std::int64_t refused_withdrawals = 0;
  for (const auto& op : all_.operations) {
    if (op.kind != request_kind::withdraw) continue;
    ++withdrawals;
    if (op.outcome == outcome_kind::refused) ++refused_withdrawals;
  }
  BOOST_TEST(refused_withdrawals * 5 >= withdrawals,
             "only " << refused_withdrawals << " of " << withdrawals << " withdrawals were refused");
  BOOST_TEST(counts.refused >= least.refused);
  BOOST_TEST(counts.states >= least.states);
  BOOST_TEST(counts.unknown >= least.unknown);
}

}  // namespace holon::testing
