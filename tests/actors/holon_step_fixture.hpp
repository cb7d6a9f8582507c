// A holon's mind with a shell that the test plays: it answers loads, appends and look-ups when and how it likes.
#pragma once

#include <boost/test/unit_test.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/holon_step.hpp"
#include "actors/typed_model.hpp"
#include "tests/support/bank.hpp"

namespace holon {

using bank::account;

inline const stream_id alice{uuid_v5({}, "alice")};
inline const timestamp noon{std::chrono::hours(12)};

// Plays the shell: keeps what the holon asks for, and lets the test answer when it likes. It hides from the holon that
// a plain append is written for as long as it may.
struct played_shell : holon_effects {
  void load() override { ++loads; }
  void append(job_ptr job) override { appends.push_back(std::move(job)); }
  void watch_plain() override { watched = true; }
  void look_up(job_ptr job) override { look_ups.push_back(std::move(job)); }
  void save(snapshot taken) override { saved.push_back(std::move(taken)); }
  void end_chain(std::uint64_t chain) override { ended.push_back(chain); }
  std::uint64_t new_chain() override { return ++chains; }
  [[nodiscard]] timestamp now() override { return noon; }

  int loads = 0;
  bool watched = false;
  std::deque<job_ptr> appends;
  std::deque<job_ptr> look_ups;
  std::vector<snapshot> saved;
  std::vector<std::uint64_t> ended;
  std::uint64_t chains = 0;
};

struct holon_fixture {
  explicit holon_fixture(journal_writers writers = journal_writers::this_node) : step{alice, model, limits, writers} {}

  std::vector<std::string>
      answers;  // in the order in which they were given; jobs that are dropped give some at the end
  typed_model<account> model;
  holon_limits limits{.pending_max = 8, .decide_again_max = 3, .snapshot_every = 3};
  holon_step step;
  played_shell shell;
  std::uint32_t unheard = 0;  // plain appends that are written

  job_ptr job() {
    auto made = std::make_shared<command_job>();
    made->stream = alice;
    made->model = &model;
    return made;
  }

  job_ptr make(account::command command, std::string name, std::optional<command_id> id = std::nullopt) {
    auto made = job();
    made->body = std::make_unique<command_of<account::command>>(std::move(command));
    made->context.id = id;
    made->resendable = id.has_value();
    made->on_result = [this, name](result<command_result> with) {
      answers.push_back(name + (with ? " v" + std::to_string(with->version.value) + (with->already ? " already" : "")
                                     : " " + std::string(to_string(with.error().code)) + " " + with.error().text));
    };
    return made;
  }

  job_ptr send(account::command command, std::string name, std::optional<command_id> id = std::nullopt) {
    auto made = make(std::move(command), std::move(name), id);
    hear_of_plain();
    step.on_job(made, shell);
    return made;
  }

  job_ptr question(std::string name) {
    auto made = job();
    made->on_state = [this, name](result<state_answer> with) {
      answers.push_back(with ? name + " v" + std::to_string(with->version.value) + " " + with->state
                             : name + " " + std::string(to_string(with.error().code)));
    };
    return made;
  }

  void ask(std::string name) {
    hear_of_plain();
    step.on_job(question(std::move(name)), shell);
  }

  // The same, of which the answer may be as old as this node's state.
  void ask_locally(std::string name) {
    auto made = question(std::move(name));
    made->reads = read_consistency::local;
    step.on_job(made, shell);
  }

  // The journal holds an account with this balance at this version.
  void load(std::int64_t amount = 0, std::int64_t version = 0) {
    loaded_holon loaded{.state = model.initial(), .version = {version}, .snapshot_version = {}};
    if (version > 0) {
      const std::string payload = "{\"amount\":" + std::to_string(amount) + "}";
      BOOST_REQUIRE(model.apply(*loaded.state, {.type = "MoneyDeposited", .version = {1}, .payload = payload}));
    }
    step.on_loaded(std::move(loaded), shell);
  }

  // Awake, with one plain append under way.
  void load_by_deposit() {
    send(bank::deposit_money{5}, "a");
    load();
    BOOST_REQUIRE(shell.appends.size() == 1);
    BOOST_REQUIRE(shell.appends.front()->plain);
  }

  void settle(result<append_result> outcome) {
    BOOST_REQUIRE(!shell.appends.empty());
    const auto job = shell.appends.front();
    shell.appends.pop_front();
    job->outcome = std::move(outcome);
    if (job->plain && job->proven()) {
      if (job->due_snapshot) shell.save(*job->due_snapshot);
      job->answer_proven();
      ++unheard;
      if (shell.watched) hear_of_plain();
      return;
    }
    hear_of_plain();
    step.on_settled(job, shell);
  }

  void hear_of_plain() {
    step.on_plain_settled(std::exchange(unheard, 0), shell);
    shell.watched = shell.watched && step.has_plain_in_flight();
  }

  void succeed() {
    BOOST_REQUIRE(!shell.appends.empty());
    const auto version = shell.appends.front()->version;
    settle(
        append_result{.first = {version.value}, .last = {version.value}, .versions = {version}, .recorded_at = noon});
  }

  void fail(errc code) { settle(failure(code, "no")); }
  void lose_race() { fail(errc::version_conflict); }
  // The request first in line checks, and all that it checks is so.
  void hold() {
    BOOST_REQUIRE(!shell.appends.front()->request.checks.empty());
    settle(append_result{});
  }
  // A stream is at another version than the request first in line expects.
  void conflict(stream_id stream, std::int64_t actual) {
    const std::vector<stream_conflict> all{{.stream = stream, .expected = expected_version::any(), .actual = {actual}}};
    settle(failure(error{.code = errc::version_conflict,
                         .text = "moved on",
                         .actual_version = actual,
                         .conflicts = std::make_shared<const std::vector<stream_conflict>>(all)}));
  }

  void look_up_finds(result<std::optional<command_result>> found) {
    BOOST_REQUIRE(!shell.look_ups.empty());
    const auto job = shell.look_ups.front();
    shell.look_ups.pop_front();
    hear_of_plain();
    step.on_looked_up(job, std::move(found), shell);
  }

  [[nodiscard]] std::int64_t expected_of(std::size_t append) const {
    for (std::int64_t version = 0;; ++version)
      if (shell.appends.at(append)->request.writes.front().expected == expected_version::exactly({version}))
        return version;
  }
};

}  // namespace holon
