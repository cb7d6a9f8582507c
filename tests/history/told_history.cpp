#include "tests/history/told_history.hpp"

#include <utility>

namespace holon::testing {
namespace {

constexpr moment usual_time = 10;  // that an operation takes

uuid numbered(std::uint8_t kind, std::uint64_t number) {
  uuid id;
  id.bytes[0] = kind;
  for (int i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

}  // namespace

// ---- one operation

operation& told_operation::op() { return all_->operations[place_]; }

told_operation& told_operation::during(moment call, moment ret) {
  op().call = call;
  op().ret = ret;
  return *this;
}

told_operation& told_operation::by(std::uint32_t client, std::uint16_t node) {
  op().client = client;
  op().node = node;
  return *this;
}

told_operation& told_operation::with_id(std::uint64_t number) {
  op().id = {numbered(3, number)};
  return *this;
}

told_operation& told_operation::locally() {
  op().level = read_level::local;
  return *this;
}

told_operation& told_operation::with_checks(std::vector<stream_part> checks) {
  op().first_part = static_cast<std::uint32_t>(all_->parts.size());
  op().parts = static_cast<std::uint32_t>(checks.size());
  all_->parts.insert(all_->parts.end(), checks.begin(), checks.end());
  return *this;
}

void told_operation::append_events() {
  const auto number = op().number;
  if (is_of_one_account(op().kind)) {
    for (const auto& event : decide_as_bank(all_->state_of(op().stream), op().kind, op().amount).events)
      all_->add_event(op().stream, event, number);
    return;
  }
  for (std::uint32_t i = 0; i < op().parts; ++i) {
    auto& part = all_->parts[op().first_part + i];
    for (std::uint32_t n = 0; n < part.count; ++n)
      part.told = all_->add_event(part.stream, {part.writes, part.amount}, number).version;
  }
}

told_operation& told_operation::done() {
  const auto before = all_->journal.size();
  append_events();
  op().offset = static_cast<std::int64_t>(all_->journal.size());
  op().events = static_cast<std::uint32_t>(all_->journal.size() - before);
  answer(outcome_kind::done, is_of_one_account(op().kind) ? all_->version_of(op().stream) : no_version);
  return *this;
}

told_operation& told_operation::happened() {
  append_events();
  op().ret = never;
  return *this;
}

told_operation& told_operation::as_before(std::uint32_t number) {
  const auto& before = all_->operations[number - 1];
  op().already = true;
  op().text = before.text;
  op().offset = 0;
  op().events = 0;
  answer(before.outcome, before.version);
  for (const auto& entry : all_->journal) {
    if (entry.op != number) continue;
    op().offset = entry.offset;
    ++op().events;
    answer(outcome_kind::done, entry.version);
  }
  return *this;
}

void told_operation::answer(outcome_kind outcome, std::int64_t version) {
  op().outcome = outcome;
  op().version = version;
}

told_operation& told_operation::refused(std::string_view code, std::int64_t version) {
  op().text = all_->texts.number_of(code);
  answer(outcome_kind::refused, version);
  return *this;
}

told_operation& told_operation::nothing(std::int64_t version) {
  answer(outcome_kind::nothing, version);
  return *this;
}

told_operation& told_operation::state(std::int64_t version) {
  return state(state_text(all_->state_of(op().stream, version)), version);
}

told_operation& told_operation::state(std::string_view text, std::int64_t version) {
  op().text = all_->texts.number_of(text);
  op().state_hash = hash_of(text);
  answer(outcome_kind::state, version);
  return *this;
}

told_operation& told_operation::held() {
  answer(outcome_kind::held, no_version);
  return *this;
}

told_operation& told_operation::conflict(std::vector<std::int64_t> told) {
  const std::size_t own = is_of_one_account(op().kind) ? 1 : 0;
  answer(outcome_kind::conflict, own == 1 ? told.front() : no_version);
  for (std::uint32_t i = 0; i < op().parts; ++i) all_->parts[op().first_part + i].told = told.at(own + i);
  return *this;
}

told_operation& told_operation::failed(std::string_view code) {
  op().text = all_->texts.number_of(code);
  answer(outcome_kind::error, no_version);
  return *this;
}

// ---- all of them

told_operation told_history::add(request_kind kind, std::uint32_t stream, std::int64_t amount) {
  const auto place = operations.size();
  auto& op = operations.emplace_back();
  op.number = static_cast<std::uint32_t>(place + 1);
  op.client = op.number;
  op.kind = kind;
  op.stream = stream;
  op.amount = amount;
  op.call = place == 0 ? 0 : operations[place - 1].call + 2 * usual_time;
  op.ret = op.call + usual_time;
  return {*this, place};
}

told_operation told_history::deposit(std::uint32_t stream, std::int64_t amount) {
  return add(request_kind::deposit, stream, amount);
}
told_operation told_history::withdraw(std::uint32_t stream, std::int64_t amount) {
  return add(request_kind::withdraw, stream, amount);
}
told_operation told_history::close(std::uint32_t stream) { return add(request_kind::close, stream); }
told_operation told_history::touch(std::uint32_t stream) { return add(request_kind::touch, stream); }
told_operation told_history::ask(std::uint32_t stream) { return add(request_kind::ask_state, stream); }

told_operation told_history::append(std::vector<stream_part> some) {
  auto made = add(request_kind::append, 0);
  made.with_checks(std::move(some));
  return made;
}

told_operation told_history::check(std::vector<stream_part> some) {
  auto made = append(std::move(some));
  made.op().kind = request_kind::check;
  return made;
}

told_operation told_history::again(std::uint32_t number) {
  const auto before = operations[number - 1];
  auto made = add(before.kind, before.stream, before.amount);
  const auto same = parts_of(before);
  made.with_checks({same.begin(), same.end()});
  made.op().id = before.id;
  made.op().send = static_cast<std::uint16_t>(before.send + 1);
  made.op().node = static_cast<std::uint16_t>(1 - before.node);
  return made;
}

journal_entry& told_history::add_event(std::uint32_t stream, const bank_event& event, std::uint32_t op) {
  const auto offset = static_cast<std::int64_t>(journal.size() + 1);
  journal_entry entry{.offset = offset,
                      .version = version_of(stream) + 1,
                      .stream = stream,
                      .type = texts.number_of(type_of(event)),
                      .payload = texts.number_of(payload_of(event)),
                      .op = op,
                      .batch = batch_,
                      .id = {numbered(2, static_cast<std::uint64_t>(offset))}};
  entry.command = {entry.id.value};
  if (op != 0 && !operations[op - 1].id.value.is_nil()) entry.command = operations[op - 1].id;
  return journal.emplace_back(entry);
}

void told_history::saw(std::uint32_t reader, std::int64_t offset, moment at) {
  const auto& entry = journal[static_cast<std::size_t>(offset - 1)];
  seen.push_back(
      {.offset = offset, .at = at, .version = entry.version, .stream = entry.stream, .reader = reader, .id = entry.id});
}

std::int64_t told_history::version_of(std::uint32_t stream) const {
  std::int64_t version = 0;
  for (const auto& entry : journal)
    if (entry.stream == stream) ++version;
  return version;
}

bank::balance told_history::state_of(std::uint32_t stream, std::optional<std::int64_t> version) const {
  bank::balance now;
  for (const auto& entry : journal)
    if (entry.stream == stream && (!version || entry.version <= *version))
      apply_as_bank(now, *read_bank_event(texts[entry.type], texts[entry.payload]));
  return now;
}

// ---- parts

stream_part deposits(std::uint32_t stream, std::int64_t amount, std::int64_t expected) {
  return {.stream = stream, .writes = effect::deposited, .count = 1, .amount = amount, .expected = expected};
}
stream_part withdraws(std::uint32_t stream, std::int64_t amount, std::int64_t expected) {
  return {.stream = stream, .writes = effect::withdrawn, .count = 1, .amount = amount, .expected = expected};
}
stream_part is_at(std::uint32_t stream, std::int64_t version) { return {.stream = stream, .expected = version}; }

}  // namespace holon::testing
