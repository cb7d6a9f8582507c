#include "tests/history/generated_history.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace holon::testing {
namespace {

constexpr moment time_step = 10;
constexpr std::int64_t far_max = 25;  // of a call before its moment, and of a return after it
constexpr int writes_alone_max = 6;
constexpr int answers_alone_max = 10;
constexpr int writes_joined_max = 3;
constexpr int answers_joined_max = 4;

class dice {
 public:
  explicit dice(std::uint64_t seed) : random_(seed) {}
  /// 0 … below - 1. Not of the standard library's distributions, which differ between libraries.
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }
  bool one_in(std::int64_t many) { return below(many) == 0; }

 private:
  std::mt19937_64 random_;
};

class generator {
 public:
  generator(std::uint64_t seed, bool with_batches)
      : dice_(seed), is_joined_(dice_.below(10) < 3), with_batches_(with_batches) {
    all_.run.clock = time_unit::steps;
    all_.run.seed = seed;
  }

  told_history make() {
    auto writes = 1 + dice_.below(is_joined_ ? writes_joined_max : writes_alone_max);
    auto answers = 1 + dice_.below(is_joined_ ? answers_joined_max : answers_alone_max);
    while (writes + answers > 0) {
      if (dice_.below(writes + answers) < writes) {
        --writes;
        if (!all_.journal.empty()) witness();
        write();
      } else {
        --answers;
        answer();
      }
    }
    set_times_of_witnesses();
    return std::move(all_);
  }

 private:
  std::uint32_t any_stream() { return is_joined_ ? static_cast<std::uint32_t>(1 + dice_.below(2)) : 1; }

  // Each operation happens at its own moment, but for events of one batch.
  void begin_moment(bool may_share = false) {
    const bool is_shared = may_share && with_batches_ && last_was_write_ && dice_.one_in(3);
    if (!is_shared) now_ += time_step;
    if (may_share && !is_shared) ++batch_;
    all_.begin_batch(with_batches_ ? batch_ : 0);
    last_was_write_ = may_share;
  }

  told_operation& in_window(told_operation& of) {
    const auto call = std::max<moment>(1, now_ - dice_.below(far_max));
    return of.during(call, now_ + dice_.below(far_max)).by(static_cast<std::uint32_t>(dice_.below(4)), 0);
  }

  // ---- what is told of each moment between two writes, whenever it was asked

  void witness() {
    if (is_joined_) {
      witnesses_.push_back(all_.operations.size());
      all_.check({is_at(1, all_.version_of(1)), is_at(2, all_.version_of(2))}).held();
    }
    for (std::uint32_t stream = 1; stream <= (is_joined_ ? 2 : 1); ++stream) {
      auto& told = told_[stream];
      const auto version = all_.version_of(stream);
      if (std::exchange(told, version) == version) continue;
      witnesses_.push_back(all_.operations.size());
      all_.ask(stream).state(version);
    }
  }

  // The last ones come after everything, so that no event can hide behind them.
  void set_times_of_witnesses() {
    moment end = now_;
    for (const auto& op : all_.operations)
      if (op.ret != never) end = std::max(end, op.ret);
    for (const auto each : witnesses_) {
      all_.operations[each].call = 0;
      all_.operations[each].ret = end + 2;
    }
    for (std::uint32_t stream = 1; stream <= (is_joined_ ? 2 : 1); ++stream)
      all_.ask(stream).state(all_.version_of(stream)).during(end + 1, end + 2);
  }

  // ---- writes

  void write() {
    begin_moment(true);
    if (is_joined_ && dice_.one_in(3)) return append();
    const auto stream = any_stream();
    const auto state = all_.state_of(stream);
    if (state.closed) return;
    const auto amount = std::int64_t{1} << power_++;
    const bool can_take = state.amount >= amount;
    auto op = dice_.one_in(8)               ? all_.close(stream)
              : can_take && dice_.one_in(2) ? all_.withdraw(stream, amount)
                                            : all_.deposit(stream, amount);
    in_window(op);
    if (dice_.one_in(4)) {
      op.with_id(++ids_).happened();
      return send_again(op);
    }
    dice_.one_in(5) ? op.happened() : op.done();
  }

  void send_again(told_operation& first) {
    const auto number = first.op().number;
    if (dice_.one_in(3)) return;
    auto again = all_.again(number);
    in_window(again).as_before(number);
  }

  void append() {
    std::vector<stream_part> parts{deposits(1, std::int64_t{1} << power_++, all_.version_of(1))};
    if (dice_.one_in(2))
      parts.push_back(deposits(2, std::int64_t{1} << power_++));
    else
      parts.push_back(is_at(2, all_.version_of(2)));
    auto op = all_.append(std::move(parts));
    in_window(op);
    dice_.one_in(5) ? op.happened() : op.done();
  }

  // ---- answers without events

  void answer() {
    begin_moment();
    if (is_joined_ && dice_.one_in(2)) return check();
    const auto stream = any_stream();
    const auto version = all_.version_of(stream);
    const auto state = all_.state_of(stream);
    switch (dice_.below(6)) {
      case 0: {
        auto op = all_.ask(stream);
        in_window(op).state(version);
        return;
      }
      case 1: {
        auto op = all_.touch(stream);
        in_window(op);
        return maybe_twice(op, [&](told_operation& of) { of.nothing(version); });
      }
      case 2: {  // asked, and never heard of again
        auto op = all_.deposit(stream, std::int64_t{1} << power_++);
        in_window(op).op().ret = never;
        return;
      }
      case 3: {
        auto op = all_.deposit(stream, std::int64_t{1} << power_++);
        in_window(op).failed("unavailable");
        return;
      }
      default: {
        const bool is_close = state.closed && dice_.one_in(2);
        auto op = is_close ? all_.close(stream) : all_.withdraw(stream, state.amount + 1 + dice_.below(20));
        in_window(op);
        const std::string code = is_close ? "closed" : "insufficient_funds";
        return maybe_twice(op, [&](told_operation& of) { of.refused(code, version); });
      }
    }
  }

  // Some have an id; of those, some were not heard of when they were sent first.
  template <class Tell>
  void maybe_twice(told_operation& op, const Tell& tell) {
    if (!dice_.one_in(3)) return tell(op);
    op.with_id(++ids_);
    if (dice_.one_in(2)) {
      op.op().ret = never;
      auto again = all_.again(op.op().number);
      return tell(in_window(again));
    }
    tell(op);
    auto again = all_.again(op.op().number);
    tell(in_window(again));
    again.op().already = true;
  }

  void check() {
    const auto one = all_.version_of(1);
    const auto other = all_.version_of(2);
    if (dice_.one_in(3)) {
      auto op = all_.check({is_at(1, one + 1), is_at(2, other)});
      in_window(op).conflict({one, no_version});
      return;
    }
    auto op = all_.check({is_at(1, one), is_at(2, other)});
    in_window(op).held();
  }

  dice dice_;
  bool is_joined_;
  bool with_batches_;
  told_history all_;
  std::vector<std::size_t> witnesses_;
  std::map<std::uint32_t, std::int64_t> told_{{1, 0}, {2, 0}};
  moment now_ = 0;
  std::int64_t batch_ = 0;
  bool last_was_write_ = false;
  int power_ = 0;
  std::uint64_t ids_ = 0;
};

}  // namespace

told_history generate_history(std::uint64_t seed, bool with_batches) { return generator(seed, with_batches).make(); }

// ---- one change

namespace {

void move_in_time(operation& op, dice& by) {
  const auto far = (20 + by.below(60)) * (by.one_in(2) ? 1 : -1);
  op.call = std::max<moment>(1, op.call + far);
  if (op.ret != never) op.ret = std::max(op.call, op.ret + far);
}

void tell_another_state(told_history& all, operation& op, dice& by) {
  op.version = by.below(all.version_of(op.stream) + 1);
  const auto text = state_text(all.state_of(op.stream, op.version));
  op.text = all.texts.number_of(text);
  op.state_hash = hash_of(text);
}

void tell_another_refusal(told_history& all, operation& op, dice& by) {
  const auto version = by.below(all.version_of(op.stream) + 1);
  switch (by.below(3)) {
    case 0: op.text = all.texts.number_of(all.texts[op.text] == "closed" ? "insufficient_funds" : "closed"); return;
    case 1: op.amount += by.below(9) - 4; return;
    default: op.version = version; return;
  }
}

void tell_other_parts(told_history& all, operation& op, dice& by) {
  auto& part = all.parts[op.first_part + static_cast<std::uint32_t>(by.below(op.parts))];
  auto& number = op.outcome == outcome_kind::conflict && part.told != no_version ? part.told : part.expected;
  if (number >= 0) number = std::max<std::int64_t>(0, number + by.below(3) - 1);
}

bool made_events(const told_history& all, const operation& op) {
  return std::any_of(all.journal.begin(), all.journal.end(),
                     [&](const journal_entry& entry) { return entry.op == op.number; });
}

// As if somebody had been told of it, whether it happened or not. But an account that is closed pays out everything,
// and what it had before cannot be seen any more: there only what happened.
void acknowledge(const told_history& all, operation& op, dice& by) {
  if (all.state_of(op.stream).closed && !made_events(all, op)) return move_in_time(op, by);
  op.outcome = outcome_kind::done;
  op.offset = static_cast<std::int64_t>(all.journal.size()) + 1;
  op.version = all.version_of(op.stream) + 1;
  op.events = 0;
  for (const auto& entry : all.journal) {
    if (entry.op != op.number) continue;
    op.offset = entry.offset;
    op.version = entry.version;
    ++op.events;
  }
  op.events = std::max(op.events, 1U);
  op.ret = std::min(op.call + far_max, all.operations.back().call - 1);  // the last question must see it
}

void tell_something_else(told_history& all, operation& op, dice& by) {
  switch (op.outcome) {
    case outcome_kind::state: return tell_another_state(all, op, by);
    case outcome_kind::refused: return tell_another_refusal(all, op, by);
    case outcome_kind::nothing: op.version = by.below(all.version_of(op.stream) + 1); return;
    case outcome_kind::held:
    case outcome_kind::conflict: return tell_other_parts(all, op, by);
    case outcome_kind::error:
    case outcome_kind::unknown: return op.parts == 0 ? acknowledge(all, op, by) : move_in_time(op, by);
    case outcome_kind::done: break;
  }
  op.text = all.texts.number_of(op.parts > 0 || by.one_in(2) ? "unavailable" : "insufficient_funds");
  op.outcome = all.texts[op.text] == "unavailable" ? outcome_kind::error : outcome_kind::refused;
  if (op.outcome == outcome_kind::refused) op.version -= op.events;
}

}  // namespace

void spoil(told_history& all, std::uint64_t seed) {
  dice by(seed);
  auto& op = all.operations[static_cast<std::size_t>(by.below(static_cast<std::int64_t>(all.operations.size())))];
  by.one_in(2) ? tell_something_else(all, op, by) : move_in_time(op, by);
}

// ---- the same answers on other versions

namespace {

bool stands_on_one(const operation& op) {
  return op.outcome == outcome_kind::state || op.outcome == outcome_kind::nothing ||
         op.outcome == outcome_kind::refused;
}

bool is_right_on(const told_history& all, const operation& op, std::int64_t version) {
  const auto state = all.state_of(op.stream, version);
  if (op.outcome == outcome_kind::state) return hash_of(state_text(state)) == op.state_hash;
  const auto due = decide_as_bank(state, op.kind, op.amount);
  if (op.outcome == outcome_kind::nothing) return !due.refused && due.events.empty();
  return due.refused && due.code == all.texts[op.text];
}

// Answers are taken out of the history and come back one after the other, each on every version on which it is right:
// what is untrue without the others stays so with them.
class version_choice {
 public:
  version_choice(told_history all, const std::function<bool(const told_history&)>& is_true)
      : all_(std::move(all)), is_true_(is_true) {
    for (std::size_t i = 0; i < all_.operations.size(); ++i) {
      auto& op = all_.operations[i];
      if (!stands_on_one(op)) continue;
      answers_.emplace_back(i, op);
      op.outcome = outcome_kind::unknown;
    }
  }

  bool choose_from(std::size_t next) {
    if (!is_true_(all_)) return false;
    if (next == answers_.size()) return true;
    const auto& [place, answer] = answers_[next];
    auto& op = all_.operations[place];
    for (std::int64_t version = 0; version <= all_.version_of(answer.stream); ++version) {
      if (!is_right_on(all_, answer, version)) continue;
      op = answer;
      op.version = version;
      if (choose_from(next + 1)) return true;
    }
    op.outcome = outcome_kind::unknown;
    return false;
  }

 private:
  told_history all_;
  const std::function<bool(const told_history&)>& is_true_;
  std::vector<std::pair<std::size_t, operation>> answers_;
};

}  // namespace

bool is_true_on_some_versions(told_history all, const std::function<bool(const told_history&)>& is_true) {
  return version_choice(std::move(all), is_true).choose_from(0);
}

}  // namespace holon::testing
