#include "tests/history/answer_recorder.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace holon::testing {
namespace {

// A run has few different states, mostly. Of one that has many, the first ones can be read and the others compared.
constexpr std::size_t texts_max = 10'000;

// The text of a refusal is "code" or "code: text".
std::string_view refusal_code(std::string_view text) { return text.substr(0, text.find(':')); }

bool is_part_of_batch(const batch_record& batch, std::int64_t offset) {
  return batch.first.value <= offset && offset <= batch.last.value;
}

}  // namespace

operation answer_recorder::command(std::uint16_t node, std::uint32_t stream, request_kind kind, std::int64_t amount) {
  operation op;
  op.number = ++*numbers_;
  op.client = client_;
  op.node = node;
  op.kind = kind;
  op.stream = stream;
  op.amount = amount;
  return op;
}

operation answer_recorder::command(const operation& without, std::span<const stream_part> checks) {
  auto op = without;
  add_parts(op, checks);
  return op;
}

operation answer_recorder::append(std::uint16_t node, std::span<const stream_part> parts) {
  const bool writes =
      std::any_of(parts.begin(), parts.end(), [](const stream_part& part) { return part.writes != effect::none; });
  auto op = command(node, 0, writes ? request_kind::append : request_kind::check);
  add_parts(op, parts);
  return op;
}

void answer_recorder::add_parts(operation& op, std::span<const stream_part> parts) {
  op.first_part = static_cast<std::uint32_t>(kept_.parts.size());
  op.parts = static_cast<std::uint32_t>(parts.size());
  kept_.parts.insert(kept_.parts.end(), parts.begin(), parts.end());
}

operation answer_recorder::again(const operation& before, std::uint16_t node) {
  auto op = command(node, before.stream, before.kind, before.amount);
  op.id = before.id;
  op.level = before.level;
  op.send = static_cast<std::uint16_t>(before.send + 1);
  const auto parts = kept_.parts_of(before);
  add_parts(op, std::vector(parts.begin(), parts.end()));
  for (std::uint32_t i = 0; i < op.parts; ++i) kept_.parts[op.first_part + i].told = no_version;
  return op;
}

void answer_recorder::answer(operation& op, const result<command_result>& told) {
  if (!told) return answer_failure(op, told.error());
  op.outcome = told->events == 0 ? outcome_kind::nothing : outcome_kind::done;
  op.version = told->version.value;
  op.offset = told->offset.value;
  op.events = static_cast<std::uint32_t>(told->events);
  op.already = told->already;
}

void answer_recorder::answer(operation& op, const result<state_answer>& told) {
  if (!told) return answer_failure(op, told.error());
  op.outcome = outcome_kind::state;
  op.version = told->version.value;
  op.state_hash = hash_of(told->state);
  op.text = kept_.texts.size() < texts_max ? kept_.texts.number_of(told->state) : 0;
}

void answer_recorder::answer(operation& op, const result<append_result>& told) {
  if (!told) return answer_failure(op, told.error());
  op.outcome = op.kind == request_kind::check ? outcome_kind::held : outcome_kind::done;
  op.already = told->already;
  if (op.outcome == outcome_kind::held) return;
  op.offset = told->last.value;
  op.events = static_cast<std::uint32_t>(told->last.value - told->first.value + 1);
  std::size_t write = 0;
  for (std::uint32_t i = 0; i < op.parts; ++i) {
    auto& part = kept_.parts[op.first_part + i];
    if (part.writes != effect::none && write < told->versions.size()) part.told = told->versions[write++].value;
  }
}

void answer_recorder::answer_failure(operation& op, const error& why) {
  const auto code = why.code == errc::refused ? refusal_code(why.text) : to_string(why.code);
  op.text = kept_.texts.number_of(code);
  switch (why.code) {
    case errc::in_doubt:
    case errc::timeout: op.outcome = outcome_kind::unknown; return;
    case errc::refused:
      op.outcome = outcome_kind::refused;
      op.version = why.actual_version.value_or(no_version);
      return;
    case errc::version_conflict: op.outcome = outcome_kind::conflict; return answer_conflict(op, why);
    default: op.outcome = outcome_kind::error; return;
  }
}

// Without `conflicts` the actual version is that of the only stream there is, or nobody knows of which.
void answer_recorder::answer_conflict(operation& op, const error& why) {
  const auto tell = [&](std::uint32_t stream, std::int64_t actual) {
    if (is_of_one_account(op.kind) && op.stream == stream) op.version = actual;
    for (std::uint32_t i = 0; i < op.parts; ++i)
      if (auto& part = kept_.parts[op.first_part + i]; part.stream == stream) part.told = actual;
  };
  if (why.conflicts && number_of_)
    for (const auto& each : *why.conflicts) tell(number_of_(each.stream), each.actual.value);
  else if (is_of_one_account(op.kind) ? op.parts == 0 : op.parts == 1)
    tell(op.parts == 0 ? op.stream : kept_.parts[op.first_part].stream, why.actual_version.value_or(no_version));
}

void answer_recorder::saw(std::uint32_t reader, std::uint32_t stream, const event_view& event, moment at) {
  kept_.seen.push_back({.offset = event.offset.value,
                        .at = at,
                        .version = event.version.value,
                        .stream = stream,
                        .reader = reader,
                        .id = event.id});
}

void answer_recorder::fault(moment at, std::string what) { kept_.faults.push_back({at, std::move(what)}); }

void answer_recorder::give_to(answer_history& all) {
  const auto parts_before = static_cast<std::uint32_t>(all.parts.size());
  for (auto& op : kept_.operations) {
    op.first_part += parts_before;
    op.text = all.texts.number_of(kept_.texts[op.text]);
  }
  const auto move_all = [](auto& from, auto& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  move_all(kept_.operations, all.operations);
  move_all(kept_.parts, all.parts);
  move_all(kept_.seen, all.seen);
  move_all(kept_.faults, all.faults);
  kept_ = {};
}

std::string metadata_of(const operation& op) { return "{\"op\":" + std::to_string(op.number) + "}"; }

// ---- the journal

namespace {

void add_event(const event_view& event, std::uint32_t stream, answer_history& into) {
  journal_entry entry{.offset = event.offset.value,
                      .version = event.version.value,
                      .stream = stream,
                      .type = into.texts.number_of(event.type),
                      .payload = into.texts.number_of(event.payload),
                      .id = event.id,
                      .command = {event.id.value}};
  const auto metadata = nlohmann::json::parse(event.metadata, nullptr, /*allow_exceptions=*/false);
  if (const auto op = metadata.find("op"); op != metadata.end() && op->is_number_unsigned())
    entry.op = op->get<std::uint32_t>();
  if (const auto command = metadata.find("command_id"); command != metadata.end() && command->is_string())
    if (const auto id = parse_uuid(command->get<std::string>())) entry.command = {*id};
  into.journal.push_back(entry);
}

}  // namespace

result<void> read_journal(journal_reader& from, const stream_numbers& number_of, answer_history& into) {
  HOLON_CHECK(from.read_all({}, [&](const event_view& event) {
    add_event(event, number_of(event.stream), into);
    return true;
  }));
  auto next = into.journal.begin();
  std::int64_t number = 0;
  HOLON_CHECK(from.read_batches({}, [&](const batch_record& batch) {
    ++number;
    while (next != into.journal.end() && is_part_of_batch(batch, next->offset)) (next++)->batch = number;
    return true;
  }));
  return {};
}

}  // namespace holon::testing
