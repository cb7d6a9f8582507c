// Tests of holon types in one sentence, without a runtime, a journal or a clock:
//
//   BOOST_AUTO_TEST_CASE(a_closed_account_refuses_deposits) {
//     holon::given<account>(account_opened{}, account_closed{}).when(deposit_money{.amount =
//     5}).then_refused("closed");
//   }
//
// A failure says what was expected, what came, and the line of the `when`. Include it in a file that includes
// <boost/test/unit_test.hpp>.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/holon_type.hpp"
#include "persistence/codec/json.hpp"
#include "persistence/codec/print.hpp"

namespace holon {

/// "TaskCompleted{outcome: "done"}", whichever of the messages it is.
template <class... Message>
[[nodiscard]] std::string print_one(const std::variant<Message...>& message) {
  return std::visit([](const auto& one) { return print(one); }, message);
}

template <class Event>
[[nodiscard]] std::string print_all(const std::vector<Event>& events) {
  std::string text;
  for (const auto& event : events) (text += text.empty() ? "" : ", ") += print_one(event);
  return text.empty() ? "nothing" : text;
}

/// Where two messages differ, or nothing.
template <class... Message>
[[nodiscard]] std::optional<std::string> mismatch(const std::variant<Message...>& expected,
                                                  const std::variant<Message...>& actual) {
  if (expected.index() != actual.index()) return "expected " + print_one(expected) + ", got " + print_one(actual);
  auto found =
      std::visit([&]<class One>(const One& wanted) { return difference(wanted, std::get<One>(actual)); }, expected);
  if (found) *found = "expected against got: " + *found;
  return found;
}

/// Where two sequences of events differ first, or nothing.
template <class Event>
[[nodiscard]] std::optional<std::string> mismatch(const std::vector<Event>& expected,
                                                  const std::vector<Event>& actual) {
  if (expected.size() != actual.size()) return "expected " + print_all(expected) + ", got " + print_all(actual);
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (auto found = mismatch(expected[i], actual[i])) return "event " + std::to_string(i + 1) + ": " + *found;
  return std::nullopt;
}

/// How a decision is not the refusal with this code, or nothing.
template <class Event>
[[nodiscard]] std::optional<std::string> mismatch(std::string_view refusal_code, const decision<Event>& actual) {
  const std::string expected = "expected the refusal '" + std::string(refusal_code) + "', got ";
  if (!actual.refused()) return expected + print_all(actual.events());
  if (actual.why().code != refusal_code) return expected + "'" + actual.why().code + "': " + actual.why().text;
  return std::nullopt;
}

/// How a decision is not these events, or nothing.
template <class Event>
[[nodiscard]] std::optional<std::string> mismatch(const std::vector<Event>& expected, const decision<Event>& actual) {
  if (!actual.refused()) return mismatch(expected, actual.events());
  return "expected " + print_all(expected) + ", got the refusal '" + actual.why().code + "': " + actual.why().text;
}

/// One holon, its history, and what it is asked. A sentence may go on: `.when(…).then(…).when(…).then_refused(…)`;
/// what was decided has happened by then.
template <holon_type T>
class scenario {
 public:
  using state_type = typename T::state;
  using command_type = typename T::command;
  using event_type = typename T::event;

  explicit scenario(const std::vector<event_type>& history) { happen(history); }

  /// What the decision may know beyond the state. Left out: nil ids, 1970.
  scenario& on(stream_id stream) { return context_.stream = stream, *this; }
  scenario& by(actor_id actor) { return context_.actor = actor, *this; }
  scenario& at(timestamp now) { return context_.now = now, *this; }

  scenario& when(const command_type& command, std::source_location where = std::source_location::current()) {
    asked_ = print_one(command);
    where_ = where;
    decided_ = std::visit([&](const auto& one) { return decide_on<T>(state_, one, context_); }, command);
    happen(decided_->events());
    return *this;
  }

  /// The command records exactly these events, in this order.
  template <class... Event>
    requires(sizeof...(Event) > 0 && (std::is_constructible_v<event_type, Event> && ...))
  scenario& then(Event... events) {
    return expect(mismatch(std::vector<event_type>{event_type(std::move(events))...}, decided()));
  }

  /// The command is refused with this code.
  scenario& then_refused(std::string_view code) { return expect(mismatch(code, decided())); }

  /// The command is accepted, and there is nothing to record.
  scenario& then_nothing() { return expect(mismatch(std::vector<event_type>(), decided())); }

  /// `check(state)` has assertions of its own, or says by its result whether the state is as it should be.
  template <std::invocable<const state_type&> Check>
  scenario& then_state(Check&& check) {
    if constexpr (std::is_void_v<std::invoke_result_t<Check, const state_type&>>) {
      std::invoke(std::forward<Check>(check), std::as_const(state_));
      return *this;
    } else {
      const bool right = std::invoke(std::forward<Check>(check), std::as_const(state_));
      return expect(right ? std::nullopt : std::optional<std::string>("the state is " + print(state_)));
    }
  }

 private:
  // Events go through their stored form, as they do when a holon is loaded: a field that its description forgot is lost
  // here, and not in production only.
  void happen(const std::vector<event_type>& events) {
    for (const auto& event : events) std::visit([&](const auto& one) { happen_one(one); }, event);
    context_.version = context_.version.plus(static_cast<std::int64_t>(events.size()));
  }

  template <class Event>
  void happen_one(const Event& event) {
    const auto stored = from_json<Event>(to_json(event));
    BOOST_TEST(stored.has_value(), print(event) << " cannot be stored: " << (stored ? "" : stored.error().text));
    if (stored) apply_to(state_, *stored);
  }

  const decision<event_type>& decided() const {
    HOLON_ASSERT(decided_.has_value(), "a scenario says `when` before `then`");
    return *decided_;
  }

  scenario& expect(const std::optional<std::string>& wrong) {
    BOOST_TEST(!wrong.has_value(), where_.file_name()
                                       << ":" << where_.line() << ": " << (asked_.empty() ? "given" : "when " + asked_)
                                       << ": " << wrong.value_or(""));
    return *this;
  }

  state_type state_{};
  decision_context context_;
  std::optional<decision<event_type>> decided_;
  std::string asked_;
  std::source_location where_ = std::source_location::current();
};

/// A holon to which this has happened; nothing: a new one.
template <holon_type T, class... Event>
  requires(std::is_constructible_v<typename T::event, Event> && ...)
[[nodiscard]] scenario<T> given(Event... history) {
  return scenario<T>({typename T::event(std::move(history))...});
}

}  // namespace holon
