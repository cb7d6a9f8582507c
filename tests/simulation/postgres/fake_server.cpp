#include "tests/simulation/postgres/fake_server.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "persistence/digest.hpp"
#include "tests/simulation/postgres/fake_session.hpp"
#include "tests/simulation/postgres/unique_key.hpp"

namespace holon::testing {
namespace {

fake_server* current_server = nullptr;

constexpr std::size_t chain_bytes = sizeof(digest);

}  // namespace

// As the migrations leave it: number 0 is there.
fake_server::fake_server() {
  HOLON_ASSERT(current_server == nullptr, "there is one server");
  current_server = this;
  table_rows first;
  first.batches.push_back({.number = 0,
                           .batch = 0,
                           .first = 1,
                           .last = 0,
                           .recorded_at = postgres::to_wire(timestamp{}),
                           .content = "",
                           .chain = std::string(chain_bytes, '\0')});
  committed_.add(std::move(first), ++last_commit_);
  note_keys();
}

fake_server::~fake_server() { current_server = nullptr; }

fake_server& fake_server::current() {
  HOLON_ASSERT(current_server != nullptr, "a connection is opened while there is a server");
  return *current_server;
}

// ---- what a simulation does

void fake_server::step(fake_session& session) {
  session.step();
  if (session.over()) drop_ended();
}

void fake_server::drop_ended() {
  std::erase_if(sessions_, [](const auto& session) { return session->over(); });
}

void fake_server::go_down() {
  up_ = false;
  on_event(nullptr, "down");
  for (const auto& session : sessions_) session->die();
  drop_ended();
}

void fake_server::shut_out(std::uint32_t node, bool out) {
  if (out)
    shut_out_.insert(node);
  else
    shut_out_.erase(node);
}

void fake_server::fail_over(commit_number commits) {
  on_event(nullptr, "failover");
  for (const auto& session : sessions_)
    if (!session->is_idle()) session->die();
  drop_ended();
  committed_.cut_after(std::max<commit_number>(1, last_commit_ - commits));
  note_keys();
}

void fake_server::hold_standby(bool held) {
  on_event(nullptr, "standby");
  standby_at_ = held ? std::optional(last_commit_) : std::nullopt;
}

// Older ones are there again.
void fake_server::age_snapshots() {
  on_event(nullptr, "aged");
  std::vector<snapshot_row> kept;
  std::unordered_set<uuid> lost;
  auto& all = committed_.snapshots;
  for (auto row = all.rbegin(); row != all.rend(); ++row)
    if (!lost.insert(row->stream).second) kept.push_back(std::move(*row));
  all.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
}

void fake_server::spoil_snapshots(bool lost) {
  on_event(nullptr, "spoilt");
  if (lost) return committed_.snapshots.clear();
  for (auto& row : committed_.snapshots) row = {row.stream, row.version, 4711, "of another time", row.commit};
}

// ---- what sessions do

std::shared_ptr<fake_session> fake_server::connect(std::uint32_t node, bool may_be_behind) {
  if (!up_ || shut_out_.contains(node)) return nullptr;
  return sessions_.emplace_back(std::make_shared<fake_session>(*this, ++last_session_, node, may_be_behind));
}

transaction_number fake_server::begin() {
  open_.insert(++last_transaction_);
  return last_transaction_;
}

void fake_server::commit(transaction_number by, table_rows rows) {
  const bool writes = !rows.batches.empty() || !rows.settled.empty() || !rows.snapshots.empty() || !rows.events.empty();
  if (writes) {
    on_event(nullptr, "committed");
    add_keys(rows, committed_keys_);
    committed_.add(std::move(rows), ++last_commit_);
  }
  end(by);
}

void fake_server::abort(transaction_number by) { end(by); }

void fake_server::end(transaction_number by) {
  keys_.release(by);
  turns_.release(by);
  open_.erase(by);
}

commit_number fake_server::visible_to(const fake_session& session) const {
  return session.may_be_behind() ? standby_at_.value_or(last_commit_) : last_commit_;
}

bool fake_server::is_deadlock(transaction_number by, transaction_number holder) const {
  while (holder != nobody && holder != by) {
    const auto held = std::find_if(sessions_.begin(), sessions_.end(),
                                   [&](const auto& session) { return session->transaction() == holder; });
    holder = held == sessions_.end() ? nobody : (*held)->waits_for();
  }
  return holder == by;
}

void fake_server::note_keys() {
  committed_keys_.clear();
  add_keys(committed_, committed_keys_);
}

}  // namespace holon::testing
