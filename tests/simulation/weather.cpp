#include "tests/simulation/weather.hpp"

#include <utility>

namespace holon::testing {
namespace {

constexpr std::uint32_t late_steps_min = 50;
constexpr std::uint32_t late_steps_max = 500;

}  // namespace

weather::weather(const world_plan& plan, fake_server& server, std::function<void(std::string)> told)
    : plan_(&plan), server_(&server), told_(std::move(told)), random_(plan.seed * 17 + 3) {}

void weather::turn() {
  if (plan_->faults.empty()) return;
  if (recovers()) return;
  switch (plan_->faults[random_.below(static_cast<std::uint32_t>(plan_->faults.size()))]) {
    case fault::lost_connection: return aim(fault::lost_connection);
    case fault::failed_statement: return fail_statement();
    case fault::server_restart: return restart_server();
    case fault::lonely_node: return isolate_node();
    case fault::uneven_pace: return change_paces();
    case fault::spoilt_snapshots: return spoil_snapshots();
    case fault::late_standby: return server_->hold_standby(random_.chance(3, 4));
    case fault::late_replies: return aim(fault::late_replies);
  }
}

// What lasts is over sooner than the next fault comes.
bool weather::recovers() {
  if (!server_->up() && random_.chance(2, 3)) {
    told_("the server is up");
    server_->come_up();
    return true;
  }
  if (lonely_ && random_.chance(2, 3)) {
    told_("node " + std::to_string(*lonely_) + " reaches the server");
    server_->shut_out(*std::exchange(lonely_, std::nullopt), false);
    return true;
  }
  return false;
}

void weather::clear_up() {
  server_->come_up();
  server_->hold_standby(false);
  if (lonely_) server_->shut_out(*std::exchange(lonely_, std::nullopt), false);
  paces_.clear();
}

// One that has something to do, mostly.
fake_session* weather::some_session() {
  std::vector<fake_session*> busy;
  std::vector<fake_session*> all;
  for (const auto& session : server_->sessions()) {
    if (session->client_gone()) continue;
    all.push_back(session.get());
    if (session->unread() > 0 || session->transaction() != nobody || session->has_flight())
      busy.push_back(session.get());
  }
  const auto& from = busy.empty() || random_.chance(1, 8) ? all : busy;
  return from.empty() ? nullptr : from[random_.below(static_cast<std::uint32_t>(from.size()))];
}

// Some session, or the next one whose commit is on its way, perhaps of a certain node or program.
void weather::aim(fault what) {
  if (random_.chance(1, 4)) {
    if (auto* const session = some_session(); session != nullptr) strike(what, *session);
    return;
  }
  aimed_ =
      aimed{.what = what,
            .node = random_.chance(1, 2) ? std::optional(random_.below(plan_->nodes + plan_->programs)) : std::nullopt,
            .when_it_has_begun = random_.chance(1, 2)};
}

void weather::watch() {
  if (!aimed_) return;
  for (const auto& session : server_->sessions()) {
    if (session->node() != aimed_->node.value_or(session->node()) || !session->commits_soon()) continue;
    if (aimed_->when_it_has_begun && session->transaction() == nobody) continue;
    return strike(std::exchange(aimed_, std::nullopt)->what, *session);
  }
}

void weather::strike(fault what, fake_session& session) {
  what == fault::late_replies ? delay_replies(session) : lose_connection(session);
}

// Mostly so that all arrives.
void weather::lose_connection(fake_session& session) {
  const auto unread = static_cast<std::uint32_t>(session.unread());
  const auto arriving = random_.chance(3, 4) ? unread : random_.below(unread + 1);
  told_("lost a connection of node " + std::to_string(session.node()) + ", on which " + std::to_string(arriving) +
        " of " + std::to_string(unread) + " requests arrive");
  session.cut(arriving, random_.chance(1, 2) ? now() : later());
}

void weather::fail_statement() {
  auto* const session = some_session();
  if (session == nullptr) return;
  const auto sqlstate = random_.one_of<std::string_view>({"40001", "40P01", "53100", "55P03", "XX000"});
  told_("failed a statement of node " + std::to_string(session->node()) + " with " + std::string(sqlstate));
  session->fail_next(sqlstate);
}

void weather::restart_server() {
  if (!server_->up()) return;
  told_("the server is down");
  server_->go_down();
}

void weather::isolate_node() {
  if (lonely_) return;
  lonely_ = random_.below(plan_->nodes + plan_->programs);
  told_("node " + std::to_string(*lonely_) + " cannot reach the server");
  server_->shut_out(*lonely_, true);
  for (const auto& session : server_->sessions())
    if (session->node() == *lonely_ && !session->client_gone()) session->cut(random_.below(2) * session->unread());
}

void weather::change_paces() {
  paces_.resize(17);
  for (auto& pace : paces_) pace = random_.one_of<std::uint32_t>({0, 1, 16, 16, 16, 128});
}

// A transaction that has lost its client may commit when nobody thinks of it any more.
std::uint32_t weather::pace_of(const fake_session& session) const {
  if (session.client_gone()) return plan_->pace_of_ghosts;
  return paces_.empty() ? usual_pace : paces_[session.number() % paces_.size()];
}

void weather::spoil_snapshots() {
  if (random_.chance(1, 2)) return server_->age_snapshots();
  server_->spoil_snapshots(random_.chance(1, 2));
}

void weather::delay_replies(fake_session& session) {
  told_("replies to node " + std::to_string(session.node()) + " are late");
  session.delay_replies(later());
}

// Each step of a simulation takes a microsecond.
timestamp weather::later() { return now() + std::chrono::microseconds(late_steps_min + random_.below(late_steps_max)); }

}  // namespace holon::testing
