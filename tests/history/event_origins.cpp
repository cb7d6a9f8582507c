#include "tests/history/event_origins.hpp"

#include <fmt/core.h>

#include "tests/history/history_words.hpp"

namespace holon::testing {

finding event_origins::contradiction() {
  request_of_.reserve(static_cast<std::size_t>(journal_->last_offset()));
  for (std::int64_t offset = 1; offset <= journal_->last_offset(); ++offset)
    if (auto found = attribute(offset)) return found;
  for (const auto& request : requests_->all())
    if (auto found = in_promise(request)) return found;
  for (const auto& request : requests_->all())
    if (auto found = in_content(request)) return found;
  return std::nullopt;
}

// ---- who made an event

finding event_origins::attribute(std::int64_t offset) {
  const auto& entry = journal_->entry(offset);
  if (const auto maker = requests_->operation_numbered(entry.op)) {
    if (auto found = told_not_happened(*maker, offset)) return found;
    if (auto found = of_another_id(*maker, offset)) return found;
    return attribute_to(requests_->request_of(*maker), offset);
  }
  if (const auto request = requests_->request_with(entry.command)) return attribute_to(*request, offset);
  return clue{fmt::format("{}, was written by nobody: {} {}", history_words(*all_).event(entry),
                          all_->texts[entry.type], all_->texts[entry.payload]),
              {entry.stream},
              {},
              never};
}

// A command that is sent again leaves the events of the send that made them, so the very send can be blamed. An append
// that is sent again must be the same to the letter, and its events name its first send.
finding event_origins::told_not_happened(std::uint32_t operation, std::int64_t offset) const {
  const auto& maker = op(operation);
  if (may_have_happened(maker.outcome) || !is_of_one_account(maker.kind)) return std::nullopt;
  const history_words words(*all_);
  return clue{
      fmt::format("{} did not happen, as was told at {} {}: {}; but it made {}", words.asked(maker),
                  words.time(maker.ret), words.to(maker), words.told_on(maker), words.event(journal_->entry(offset))),
      {maker.stream},
      {operation},
      maker.ret};
}

finding event_origins::of_another_id(std::uint32_t operation, std::int64_t offset) const {
  const auto& maker = op(operation);
  const auto& entry = journal_->entry(offset);
  if (maker.id.value.is_nil() || !is_of_one_account(maker.kind) || entry.command == maker.id) return std::nullopt;
  return clue{
      fmt::format("{}, says that op {} made it, and is of the command {}, not of {}", history_words(*all_).event(entry),
                  maker.number, to_string(entry.command.value), to_string(maker.id.value)),
      {maker.stream},
      {operation},
      maker.ret};
}

finding event_origins::attribute_to(std::uint32_t place, std::int64_t offset) {
  auto& request = requests_->all()[place];
  const auto& entry = journal_->entry(offset);
  const auto before = request.last;
  request.last = offset;
  request_of_.push_back(place);
  if (before == 0) {
    request.first = offset;
    return std::nullopt;
  }
  if (before == offset - 1 && journal_->entry(before).batch == entry.batch) return std::nullopt;
  const history_words words(*all_);
  const auto& maker = op(request.answered);
  return clue{
      fmt::format("{}, asked at {} {}, made {} and {}, not at one moment", words.asked(maker), words.time(request.call),
                  words.by(maker), words.event(journal_->entry(before)), words.event(entry)),
      {entry.stream, journal_->entry(before).stream},
      {request.answered, request.called},
      request.call};
}

// ---- what was promised

finding event_origins::in_promise(const told_request& request) const {
  const auto& told = op(request.answered);
  if (told.outcome == outcome_kind::done) return in_place(request);
  if (request.first == 0 || told.outcome == outcome_kind::unknown) return std::nullopt;
  const history_words words(*all_);
  const auto& entry = journal_->entry(request.first);
  return clue{fmt::format("{} was answered with {} at {} {}; but it made {}", words.asked(told), words.told_on(told),
                          words.time(told.ret), words.to(told), words.event(entry)),
              {entry.stream},
              {request.answered},
              told.ret};
}

finding event_origins::in_place(const told_request& request) const {
  const auto& told = op(request.answered);
  const auto broken = [&](const std::string& how) {
    const history_words words(*all_);
    return clue{fmt::format("{} was acknowledged at {} {} with offset {}{}", words.asked(told), words.time(told.ret),
                            words.to(told), told.offset, how),
                {told.stream},
                {request.answered},
                told.ret};
  };
  if (request.first == 0) return broken(", and is not there");
  const auto& last = journal_->entry(request.last);
  if (request.last != told.offset) return broken(", and is at " + history_words(*all_).event(last));
  const auto count = request.last - request.first + 1;
  if (count != told.events) return broken(fmt::format(" and {} events, and has {}", told.events, count));
  if (is_of_one_account(told.kind) && last.version != told.version)
    return broken(fmt::format(" and version {}, and is {}", told.version, history_words(*all_).event(last)));
  return std::nullopt;
}

// ---- what was written

finding event_origins::in_content(const told_request& request) const {
  if (request.first == 0) return std::nullopt;
  return is_of_one_account(op(request.answered).kind) ? in_command(request) : in_append(request);
}

finding event_origins::not_as_asked(const told_request& request, std::int64_t offset, const std::string& why) const {
  const history_words words(*all_);
  const auto& maker = op(request.answered);
  const auto& entry = journal_->entry(offset);
  return clue{
      fmt::format("{}, asked at {} {}, made {}, {} {}; {}", words.asked(maker), words.time(request.call),
                  words.by(maker), words.event(entry), all_->texts[entry.type], all_->texts[entry.payload], why),
      {entry.stream, maker.stream},
      {request.answered},
      request.call};
}

finding event_origins::in_command(const told_request& request) const {
  const auto& maker = op(request.answered);
  if (maker.kind == request_kind::ask_state) return not_as_asked(request, request.first, "a question makes no events");
  const auto& first = journal_->entry(request.first);
  if (first.stream != maker.stream) return not_as_asked(request, request.first, "that is another account");
  const auto& before = journal_->state_at(maker.stream, first.version - 1);
  const auto due = decide_as_bank(before, maker.kind, maker.amount);
  const auto differs = [&](std::int64_t offset, const std::string& what) {
    return not_as_asked(request, offset,
                        fmt::format("on version {}, {}, the bank {}", first.version - 1, state_text(before), what));
  };
  if (due.refused) return differs(request.first, "refuses that (" + due.code + ")");
  if (request.last - request.first + 1 != static_cast<std::int64_t>(due.events.size()))
    return differs(request.last, fmt::format("decides {} events", due.events.size()));
  auto offset = request.first;
  for (const auto& event : due.events) {
    if (journal_->event(offset) != event || journal_->entry(offset).stream != maker.stream)
      return differs(offset, fmt::format("decides {} {}", type_of(event), payload_of(event)));
    ++offset;
  }
  for (const auto& part : all_->parts_of(maker))
    if (auto found = in_check(request, part)) return found;
  return std::nullopt;
}

finding event_origins::in_append(const told_request& request) const {
  const auto& maker = op(request.answered);
  auto next = request.first;
  for (const auto& part : all_->parts_of(maker)) {
    if (auto found = part.writes == effect::none ? in_check(request, part) : in_write(request, part, next))
      return found;
  }
  if (next == request.last + 1) return std::nullopt;
  return not_as_asked(request, request.last, "that is more than was asked for");
}

finding event_origins::in_write(const told_request& request, const stream_part& part, std::int64_t& next) const {
  const bool is_exact = part.expected != any_version;
  for (std::uint32_t i = 0; i < part.count; ++i, ++next) {
    if (next > request.last) return not_as_asked(request, request.last, "that is less than was asked for");
    const auto& entry = journal_->entry(next);
    if (entry.stream != part.stream || journal_->event(next) != bank_event{part.writes, part.amount})
      return not_as_asked(request, next, "that is not what was asked for");
    if (i == 0 && is_exact && entry.version != part.expected + 1)
      return not_as_asked(request, next, fmt::format("version {} was expected", part.expected));
    if (i + 1 == part.count && part.told != no_version && entry.version != part.told)
      return not_as_asked(request, next, fmt::format("version {} was told", part.told));
  }
  return std::nullopt;
}

finding event_origins::in_check(const told_request& request, const stream_part& part) const {
  const bool was_there = journal_->offset_of(part.stream, part.expected) < request.first;
  if (was_there && journal_->offset_of(part.stream, part.expected + 1) > request.last) return std::nullopt;
  auto found = not_as_asked(request, request.first,
                            fmt::format("{} was not at version {} then", account(part.stream), part.expected));
  found->streams.push_back(part.stream);
  return found;
}

}  // namespace holon::testing
