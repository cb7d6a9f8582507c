#include "tests/simulation/workload.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
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

stream_numbers numbers_of(std::uint32_t accounts) {
  std::unordered_map<stream_id, std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < accounts; ++i) numbers.emplace(account_number(i), i);
  return [numbers = std::move(numbers)](stream_id stream) { return numbers.at(stream); };
}

workload::workload(const world_plan& plan, nodes& ask, programs& outside, std::function<moment()> clock)
    : plan_(&plan),
      nodes_(&ask),
      outside_(&outside),
      clock_(std::move(clock)),
      random_(plan.seed * 31 + 7),
      recorder_(numbers_, 0, numbers_of(plan.streams)),
      known_(plan.streams) {}

void workload::ask() {
  if (!due_.empty() && random_.chance(1, 2)) {
    const auto next = std::move(due_.front());
    due_.pop_front();
    return next();
  }
  if (!with_id_.empty() && random_.chance(1, 6)) return ask_again();
  if (random_.chance(plan_->outside_of_24, 24)) return ask_outside();
  ask_something_new();
}

workload::sent& workload::add(operation op, append_request append) {
  ++asked_;
  ++open_;
  return all_.emplace_back(sent{.op = op, .append = std::move(append)});
}

// ---- of holons

void workload::ask_something_new() {
  const auto stream = random_.below(plan_->streams);
  const auto node = some_node();
  const auto dealt = random_.below(100);
  const auto kind = dealt < 30   ? request_kind::ask_state
                    : dealt < 58 ? request_kind::deposit
                    : dealt < 90 ? request_kind::withdraw
                    : dealt < 99 ? request_kind::touch
                                 : request_kind::close;
  const bool moves = kind == request_kind::deposit || kind == request_kind::withdraw;
  auto& one = add(recorder_.command(node, stream, kind, moves ? 1 + random_.below(9) : 0));
  if (kind != request_kind::ask_state && random_.chance(1, 2)) {
    one.op.id = {random_.id()};
    with_id_.push_back(all_.size() - 1);
  } else if (random_.chance(1, 5)) {
    one.op.level = read_level::local;
  } else if (kind != request_kind::ask_state && random_.chance(1, 4)) {
    one.op = with_check(one.op);
  }
  ask_holon(one);
}

void workload::ask_state_of(const operation& before) {
  ask_holon(add(recorder_.command(before.node, before.stream, request_kind::ask_state)));
}

operation workload::with_check(const operation& op) {
  const auto check = some_check((op.stream + 1) % plan_->streams);
  return recorder_.command(op, {&check, 1});
}

void workload::ask_holon(sent& one) {
  auto job = std::make_shared<command_job>();
  job->stream = account_number(one.op.stream);
  job->body = body_of(one.op);
  job->context.metadata = metadata_of(one.op);
  if (!one.op.id.value.is_nil()) job->context.id = one.op.id;
  job->resendable = job->context.id.has_value();
  if (one.op.level == read_level::local) job->reads = read_consistency::local;
  for (const auto& part : recorder_.parts_of(one.op))
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

// One request, or many at once. Some appends are sent by two programs.
void workload::ask_outside() {
  const auto program = some_program();
  for (auto count = random_.one_of({1, 1, 1, 4}); count > 0 && !all_asked(); --count) {
    const auto& one = ask_program(program, some_parts());
    if (one.op.kind == request_kind::append && random_.chance(1, 2))
      due_.push_back([this, &one] { send_again(one, some_program()); });
  }
}

workload::sent& workload::ask_program(std::uint16_t number, const std::vector<stream_part>& parts) {
  auto& one = add(recorder_.append(number, parts));
  one.append = request_of(one.op, parts);
  if (!one.append.writes.empty()) {
    one.op.id = {one.append.writes.front().events.front().id.value};
    with_id_.push_back(all_.size() - 1);
  }
  append_outside(one);
  return one;
}

// A write or two, checks of one or several others; or checks alone.
std::vector<stream_part> workload::some_parts() {
  const auto count = 1 + random_.below(plan_->streams);
  const bool writes = random_.chance(1, 2);
  const auto first = random_.below(plan_->streams);
  std::vector<stream_part> parts;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto part = some_check((first + i) % plan_->streams);
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

// Who has been told of a version may know of the next one by other ways; or has slept since.
stream_part workload::some_check(std::uint32_t stream) {
  const auto known = known_[stream];
  const auto guess = random_.chance(1, 3) ? known + random_.one_of<std::int64_t>({-1, 1, 1}) : known;
  return {.stream = stream, .expected = std::max<std::int64_t>(guess, 0)};
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

// Whoever does not know what came of an append looks at what it wrote, where it was sent.
void workload::check_streams_of(const operation& before) {
  std::vector<stream_part> parts;
  for (const auto& part : recorder_.parts_of(before))
    if (before.kind == request_kind::check || part.writes != effect::none)
      parts.push_back({.stream = part.stream, .expected = known_[part.stream]});
  ask_program(before.node, parts);
}

void workload::append_outside(sent& one) {
  one.op.call = clock_();
  (*outside_)[one.op.node - plan_->nodes]->append(
      one.append, [this, &one](const result<append_result>& told) { answer(one, told); });
}

// ---- the same again

void workload::ask_again() {
  const auto& before = some_with_id();
  if (random_.chance(1, 2)) return send_again(before, before.op.node);
  send_again(before, is_of_one_account(before.op.kind) ? some_node() : some_program());
}

// Often one that is under way still.
const workload::sent& workload::some_with_id() {
  constexpr std::uint32_t late = 5;
  const auto all = static_cast<std::uint32_t>(with_id_.size());
  const auto from = random_.chance(1, 2) ? std::min(late, all) : all;
  return all_[with_id_[all - 1 - random_.below(from)]];
}

void workload::send_again(const sent& before, std::uint16_t to) {
  auto& one = add(recorder_.again(before.op, to), before.append);
  is_of_one_account(one.op.kind) ? ask_holon(one) : append_outside(one);
}

// ---- answers

template <class Told>
void workload::answer(sent& one, const Told& told) {
  HOLON_ASSERT(one.op.ret == never, "an operation is answered once");
  one.op.ret = clock_();
  recorder_.answer(one.op, told);
  --open_;
  note_versions(one.op);
  plan_next(one);
  on_answer(one.op);
}

void workload::note_versions(const operation& op) {
  const auto note = [this](std::uint32_t stream, std::int64_t version) {
    known_[stream] = std::max(known_[stream], version);
  };
  if (is_of_one_account(op.kind)) note(op.stream, op.version);
  for (const auto& part : recorder_.parts_of(op))
    note(part.stream, op.outcome == outcome_kind::held ? part.expected : part.told);
}

// Whoever does not know what happened looks; a check that failed is asked again with what was told.
void workload::plan_next(const sent& one) {
  const bool in_doubt = one.op.outcome == outcome_kind::unknown;
  if (is_of_one_account(one.op.kind)) {
    if (in_doubt) due_.push_back([this, &one] { ask_state_of(one.op); });
    return;
  }
  const bool failed = one.op.kind == request_kind::check && one.op.outcome == outcome_kind::conflict;
  if (in_doubt || (failed && random_.chance(1, 2))) due_.push_back([this, &one] { check_streams_of(one.op); });
}

void workload::give_to(answer_history& all) {
  for (const auto& one : all_) recorder_.keep(one.op);
  recorder_.give_to(all);
}

}  // namespace holon::testing
