#include "tests/simulation/postgres/fake_session.hpp"

#include <algorithm>
#include <utility>

#include "tests/simulation/postgres/fake_statements.hpp"

namespace holon::testing {
namespace {

constexpr std::string_view lock_not_available = "55P03";
constexpr std::string_view deadlock_detected = "40P01";
constexpr std::string_view unique_violation = "23505";
constexpr std::string_view in_failed_transaction = "25P02";
constexpr std::string_view query_canceled = "57014";

}  // namespace

// ---- the client's end

void fake_session::send(session_request request) {
  if (!lost_) requests_.push_back(std::move(request));
}

session_reply fake_session::take() {
  HOLON_ASSERT(!replies_.empty(), "a client takes what it was replied");
  auto next = std::move(replies_.front());
  replies_.pop_front();
  if (next.what == session_reply::kind::ready || next.what == session_reply::kind::copy_in) --ended_flights_;
  return next;
}

void fake_session::leave() { left_ = true; }

void fake_session::cut(std::size_t arriving, timestamp at) {
  if (requests_.size() > arriving) requests_.resize(arriving);
  replies_.clear();
  ended_flights_ = 0;
  lost_ = true;
  requests_at_ = at;
}

std::optional<timestamp> fake_session::replies_at() const {
  return ended_flights_ > 0 && is_late() ? replies_at_ : std::nullopt;
}

bool fake_session::commits_soon() const {
  return !client_gone() && std::any_of(requests_.begin(), requests_.end(), [](const session_request& each) {
    return each.what == session_request::kind::statement && name_of(each.text) == "append_batch";
  });
}

// ---- the server's end

bool fake_session::can_step() const {
  if (over_ || now() < requests_at_) return false;
  if (waits_for_ == nobody) return !requests_.empty() || client_gone();
  const auto until = waits_until();
  return !server_->is_open(waits_for_) || (until && now() >= *until);
}

std::optional<timestamp> fake_session::waits_until() const {
  if (now() < requests_at_) return requests_at_;
  if (!waits_since_ || !lock_timeout_) return std::nullopt;
  return *waits_since_ + *lock_timeout_;
}

void fake_session::step() {
  if (requests_.empty()) {
    rollback();
    over_ = true;
    return;
  }
  const auto next = requests_.front();
  waits_for_ = nobody;
  switch (next.what) {
    case session_request::kind::statement: run_statement(next); break;
    case session_request::kind::sync: end_flight(); break;
    case session_request::kind::query: run_query(next); break;
    case session_request::kind::copy_done: run_copy(next); break;
    case session_request::kind::copy_fail:
      fail(query_canceled);
      end_flight();
      break;
  }
  if (waits_for_ != nobody) return;
  waits_since_.reset();
  requests_.pop_front();
}

void fake_session::die() {
  rollback();
  cut(0);
  over_ = true;
}

void fake_session::reply(session_reply with) {
  if (client_gone()) return;
  if (with.what == session_reply::kind::ready || with.what == session_reply::kind::copy_in) ++ended_flights_;
  replies_.push_back(std::move(with));
}

// ---- one request

// True: it is to be run again later, or has failed.
bool fake_session::wait_or_fail(const statement_outcome& outcome) {
  if (outcome.waits_for != nobody) {
    if (!waits_since_) waits_since_ = now();
    const auto until = waits_until();
    if (until && now() >= *until)
      fail(lock_not_available);
    else
      waits_for_ = outcome.waits_for;
    return true;
  }
  if (outcome.sqlstate.empty()) return false;
  fail(outcome.sqlstate);
  return true;
}

void fake_session::fail(std::string_view sqlstate) {
  server_->on_event(this, sqlstate);
  const bool was_explicit = explicit_;
  rollback();
  explicit_ = failed_ = was_explicit;
  skips_ = true;
  waits_for_ = nobody;
  reply({.what = session_reply::kind::failed, .sqlstate = std::string(sqlstate)});
}

void fake_session::run_statement(const session_request& asked) {
  if (skips_) return reply({.what = session_reply::kind::not_run});
  server_->on_event(this, name_of(asked.text));
  if (!fails_next_.empty()) return fail(std::exchange(fails_next_, {}));
  if (failed_ && name_of(asked.text) != "commit_append") return fail(in_failed_transaction);
  start_if_none();
  auto outcome = testing::run_statement(asked.text, asked.with, *this);
  if (wait_or_fail(outcome)) return;
  reply({.what = session_reply::kind::rows, .rows = std::move(outcome.rows)});
}

void fake_session::end_flight() {
  if (!explicit_) skips_ ? rollback() : commit();
  skips_ = false;
  const auto status = failed_     ? transaction_status::failed
                      : explicit_ ? transaction_status::open
                                  : transaction_status::idle;
  reply({.what = session_reply::kind::ready, .status = status});
}

void fake_session::run_query(const session_request& query) {
  server_->on_event(this, name_of(query.text));
  if (query.text == "rollback") {
    rollback();
    reply({.what = session_reply::kind::rows});
  } else if (!fails_next_.empty()) {
    fail(std::exchange(fails_next_, {}));
  } else if (failed_) {
    fail(in_failed_transaction);
  } else {
    start_if_none();
    auto outcome = testing::run_query(query.text, *this);
    if (wait_or_fail(outcome)) {
      if (waits_for_ == nobody) end_flight();
      return;
    }
    const bool copies = begins_copy(query.text);
    reply({.what = copies ? session_reply::kind::copy_in : session_reply::kind::rows, .rows = std::move(outcome.rows)});
    if (copies) return;
  }
  end_flight();
}

void fake_session::run_copy(const session_request& copy) {
  const auto rows = to_rows(copy.text);
  while (copied_in_ < rows.size()) {
    if (wait_or_fail(add_copied(rows[copied_in_], *this))) {
      if (waits_for_ == nobody) end_flight();
      return;
    }
    ++copied_in_;
  }
  copied_in_ = 0;
  reply({.what = session_reply::kind::rows});
  end_flight();
}

// ---- what statements do

table_view fake_session::view() {
  const auto seen = sees_until_.value_or(server_->visible_to(*this));
  if (repeatable_read_) sees_until_ = seen;
  return {server_->committed(), seen, own_};
}

void fake_session::start_if_none() {
  if (transaction_ != nobody) return;
  transaction_ = server_->begin();
  began_at_ = now();
}

void fake_session::begin(bool repeatable_read) {
  start_if_none();
  explicit_ = true;
  repeatable_read_ = repeatable_read;
}

void fake_session::commit() {
  if (failed_ || transaction_ == nobody) return rollback();
  server_->commit(transaction_, std::exchange(own_, {}));
  end_transaction();
}

void fake_session::rollback() {
  if (transaction_ != nobody) server_->abort(transaction_);
  end_transaction();
}

void fake_session::end_transaction() {
  own_ = {};
  own_keys_.clear();
  transaction_ = nobody;
  explicit_ = failed_ = repeatable_read_ = false;
  sees_until_.reset();
  lock_timeout_.reset();
  waits_for_ = nobody;
  copied_in_ = 0;
}

statement_outcome fake_session::take_keys(const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    if (server_->is_taken(key) || own_keys_.contains(key)) return {.sqlstate = unique_violation};
    if (auto taken = wait_for(server_->hold_key(key, transaction_)); !taken.done()) return taken;
  }
  own_keys_.insert(keys.begin(), keys.end());
  return {};
}

statement_outcome fake_session::wait_for(transaction_number holder) const {
  if (holder == nobody) return {};
  if (server_->is_deadlock(transaction_, holder)) return {.sqlstate = deadlock_detected};
  return {.waits_for = holder};
}

}  // namespace holon::testing
