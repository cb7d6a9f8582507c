#include "tests/simulation/workload.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "persistence/uuid.hpp"
#include "tests/history/bank_model.hpp"
#include "tests/support/bank.hpp"

namespace holon::testing {
namespace {

using command = bank::account::command;

// Null: a question.
std::unique_ptr<command_body> body_of(const operation& op) {
  const auto body = [](command asked) { return std::make_unique<command_of<command>>(std::move(asked)); };
  switch (op.kind) {
    case request_kind::deposit: return body(bank::deposit_money{op.amount});
    case request_kind::withdraw: return body(bank::withdraw_money{op.amount});
    case request_kind::close: return body(bank::close_account{});
    case request_kind::touch: return body(bank::touch_account{});
    case request_kind::ask_state:
    case request_kind::append:
    case request_kind::check: break;
  }
  return nullptr;
}

bank_event event_of(const stream_part& part) { return {.what = part.writes, .amount = part.amount}; }

}  // namespace

stream_id account_number(std::uint32_t number) { return {uuid_v5({}, "account " + std::to_string(number))}; }

workload::workload(const world_plan& plan, nodes& ask, outside_writer& outside, std::function<moment()> clock)
    : plan_(&plan),
      nodes_(&ask),
      outside_(&outside),
      clock_(std::move(clock)),
      random_(plan.seed * 31 + 7),
      recorder_(numbers_, 0),
      known_(plan.streams) {}

void workload::ask() {
  ++asked_;
  ++open_;
  if (!with_id_.empty() && random_.chance(1, 6)) return ask_again();
  if (random_.chance(plan_->outside_of_24, 24)) return ask_outside();
  ask_something_new();
}

void workload::ask_something_new() {
  const auto stream = random_.below(plan_->streams);
  const auto node = static_cast<std::uint16_t>(some_node());
  const auto dealt = random_.below(100);
  const auto kind = dealt < 30   ? request_kind::ask_state
                    : dealt < 58 ? request_kind::deposit
                    : dealt < 90 ? request_kind::withdraw
                    : dealt < 99 ? request_kind::touch
                                 : request_kind::close;
  const bool moves = kind == request_kind::deposit || kind == request_kind::withdraw;
  auto& one = all_.emplace_back(
      sent{.op = recorder_.command(node, stream, kind, moves ? 1 + random_.below(9) : 0), .append = {}, .checks = {}});
  if (kind != request_kind::ask_state && random_.chance(1, 2)) {
    one.op.id = {random_.id()};
    with_id_.push_back(all_.size() - 1);
  } else if (random_.chance(1, 5)) {
    one.op.level = read_level::local;
  } else if (kind != request_kind::ask_state && random_.chance(1, 4)) {
    one.checks = {{.stream = (stream + 1) % plan_->streams, .expected = known_[(stream + 1) % plan_->streams]}};
  }
  ask_holon(one);
}

void workload::ask_again() {
  const auto& before = all_[with_id_[random_.below(static_cast<std::uint32_t>(with_id_.size()))]];
  const auto node = random_.chance(1, 2) ? before.op.node : static_cast<std::uint16_t>(some_node());
  auto& one = all_.emplace_back(sent{.op = recorder_.again(before.op, node), .append = before.append, .checks = {}});
  one.op.parts > 0 ? append_outside(one) : ask_holon(one);
}

void workload::ask_holon(sent& one) {
  auto job = std::make_shared<command_job>();
  job->stream = account_number(one.op.stream);
  job->body = body_of(one.op);
  job->context.metadata = metadata_of(one.op);
  if (!one.op.id.value.is_nil()) job->context.id = one.op.id;
  job->resendable = job->context.id.has_value();
  if (one.op.level == read_level::local) job->reads = read_consistency::local;
  for (const auto& part : one.checks)
    job->context.checks.push_back(
        {.stream = account_number(part.stream), .expected = expected_version::exactly({part.expected})});
  if (job->body == nullptr)
    job->on_state = [this, &one](const result<state_answer>& told) { answer(one, told); };
  else
    job->on_result = [this, &one](const result<command_result>& told) { answer(one, told); };
  one.op.call = clock_();
  (*nodes_)[one.op.node]->offer(std::move(job));
}

// ---- without holons

void workload::ask_outside() {
  const auto parts = some_parts();
  auto& one = all_.emplace_back(
      sent{.op = recorder_.append(static_cast<std::uint16_t>(plan_->nodes), parts), .append = {}, .checks = {}});
  one.append = request_of(one.op, parts);
  if (!one.append.writes.empty()) {
    one.op.id = {one.append.writes.front().events.front().id.value};
    with_id_.push_back(all_.size() - 1);
  }
  append_outside(one);
}

// A write or two, checks of one or several others; or checks alone.
std::vector<stream_part> workload::some_parts() {
  const auto count = 1 + random_.below(std::min<std::uint32_t>(3, plan_->streams));
  const bool writes = random_.chance(1, 2);
  const auto first = random_.below(plan_->streams);
  std::vector<stream_part> parts;
  for (std::uint32_t i = 0; i < count; ++i) {
    stream_part part{.stream = (first + i) % plan_->streams};
    part.expected = known_[part.stream];
    if (writes && (i == 0 || random_.chance(1, 3))) {
      part.writes = effect::deposited;
      part.count = 1 + random_.below(2);
      part.amount = 1 + random_.below(9);
      if (random_.chance(1, 2)) part.expected = any_version;
    }
    parts.push_back(part);
  }
  return parts;
}

append_request workload::request_of(const operation& op, const std::vector<stream_part>& parts) {
  append_request request;
  for (const auto& part : parts) {
    const auto stream = account_number(part.stream);
    if (part.writes == effect::none) {
      request.checks.push_back({.stream = stream, .expected = expected_version::exactly({part.expected})});
      continue;
    }
    auto& write = request.writes.emplace_back(
        stream_write{.stream = stream,
                     .stream_type = std::string(bank::account::name),
                     .expected = part.expected == any_version ? expected_version::any()
                                                              : expected_version::exactly({part.expected})});
    for (std::uint32_t i = 0; i < part.count; ++i)
      write.events.push_back({.id = {random_.id()},
                              .type = std::string(type_of(event_of(part))),
                              .source_system = "outside",
                              .occurred_at = now(),
                              .payload = payload_of(event_of(part)),
                              .metadata = metadata_of(op)});
  }
  return request;
}

void workload::append_outside(sent& one) {
  one.op.call = clock_();
  outside_->append(one.append, [this, &one](const result<append_result>& told) { answer(one, told); });
}

// ---- answers

template <class Told>
void workload::answer(sent& one, const Told& told) {
  HOLON_ASSERT(one.op.ret == never, "an operation is answered once");
  one.op.ret = clock_();
  recorder_.answer(one.op, told);
  if (!one.checks.empty()) note_checks(one);
  --open_;
  if (one.op.parts == 0) known_[one.op.stream] = std::max(known_[one.op.stream], one.op.version);
  on_answer(one.op);
}

// That the checks of a command held is an answer as well; of one without events, together with its version. Which
// stream a conflict is about is not recorded.
void workload::note_checks(sent& one) {
  if (one.op.outcome == outcome_kind::conflict) one.op.version = no_version;
  const bool is_no_event = one.op.outcome == outcome_kind::refused || one.op.outcome == outcome_kind::nothing;
  if (!is_no_event && one.op.outcome != outcome_kind::done) return;
  auto parts = one.checks;
  if (is_no_event) parts.push_back({.stream = one.op.stream, .expected = one.op.version});
  auto held = recorder_.append(one.op.node, parts);
  held.call = one.op.call;
  held.ret = one.op.ret;
  held.outcome = outcome_kind::held;
  recorder_.keep(held);
}

void workload::give_to(answer_history& all) {
  for (const auto& one : all_) recorder_.keep(one.op);
  recorder_.give_to(all);
}

}  // namespace holon::testing
