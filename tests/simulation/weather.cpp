#include "tests/simulation/weather.hpp"

#include <utility>

namespace holon::testing {

weather::weather(const world_plan& plan, fake_server& server, std::function<void(std::string)> told)
    : plan_(&plan), server_(&server), told_(std::move(told)), random_(plan.seed * 17 + 3) {}

void weather::turn() {
  if (plan_->faults.empty()) return;
  if (recovers()) return;
  switch (plan_->faults[random_.below(static_cast<std::uint32_t>(plan_->faults.size()))]) {
    case fault::lost_connection: return lose_connection();
    case fault::failed_statement: return fail_statement();
    case fault::server_restart: return restart_server();
    case fault::lonely_node: return isolate_node();
    case fault::uneven_pace: return change_paces();
    case fault::spoilt_snapshots: return spoil_snapshots();
    case fault::late_standby: return server_->hold_standby(random_.chance(3, 4));
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

// Mostly of a writer whose commit is on its way, and so that it arrives.
void weather::lose_connection() {
  fake_session* session = nullptr;
  for (const auto& each : server_->sessions())
    if (each->commits_soon() && random_.chance(1, 2)) session = each.get();
  if (session == nullptr) session = some_session();
  if (session == nullptr) return;
  const auto unread = static_cast<std::uint32_t>(session->unread());
  const auto arriving = random_.chance(3, 4) ? unread : random_.below(unread + 1);
  told_("lost a connection of node " + std::to_string(session->node()) + ", on which " + std::to_string(arriving) +
        " of " + std::to_string(unread) + " requests arrive");
  session->cut(arriving);
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
  lonely_ = random_.below(plan_->nodes + 1);
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

}  // namespace holon::testing
