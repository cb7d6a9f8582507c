// What makes a struct a holon type. There is nothing to derive from and nothing to register.
//
//   struct account {
//     static constexpr std::string_view name = "account";          // stored as the stream type
//     using state = balance;                                       // described, default-constructible
//     using command = std::variant<deposit_money, close_account>;  // described
//     using event = std::variant<money_deposited, account_closed>; // described
//   };
//   void apply(balance& now, const money_deposited& event);        // for each event; must not fail
//   holon::decision<account::event> decide(const balance& now, const deposit_money& asked);  // for each command
//
// `apply` may also take and give the state by value. `decide` may take a `const decision_context&` as a third argument.
// Both are pure: no clock, no random numbers, no I/O, or a replay comes to another state.
// A type whose events have a past says so: `static std::span<const holon::upcaster> upcasters();`
#pragma once

#include <concepts>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "actors/decision.hpp"
#include "persistence/catalog/upcaster.hpp"
#include "persistence/describe.hpp"
#include "persistence/event.hpp"

namespace holon {

/// What a decision may know beyond state and command.
struct decision_context {
  stream_id stream;
  stream_version version;  ///< that the state is at
  actor_id actor;          ///< who asks
  timestamp now;           ///< when it is decided; the events' occurred_at unless the caller gave another
};

namespace detail {

template <class State, class Event>
concept applies_in_place = requires(State& state, const Event& event) {
  { apply(state, event) } -> std::same_as<void>;
};
template <class State, class Event>
concept applies_by_value = requires(State state, const Event& event) {
  { apply(std::move(state), event) } -> std::same_as<State>;
};
template <class State, class Command, class Answer>
concept decides = requires(const State& state, const Command& command) {
  { decide(state, command) } -> std::convertible_to<Answer>;
};
template <class State, class Command, class Answer>
concept decides_in_context = requires(const State& state, const Command& command, const decision_context& context) {
  { decide(state, command, context) } -> std::convertible_to<Answer>;
};

template <class State, class Events>
inline constexpr bool applies_every = false;
template <class State, class... Event>
inline constexpr bool applies_every<State, std::variant<Event...>> =
    (... && (described_record<Event> && (applies_in_place<State, Event> || applies_by_value<State, Event>)));

template <class State, class Commands, class Answer>
inline constexpr bool decides_every = false;
template <class State, class... Command, class Answer>
inline constexpr bool decides_every<State, std::variant<Command...>, Answer> =
    (... &&
     (described_record<Command> && (decides<State, Command, Answer> || decides_in_context<State, Command, Answer>)));

}  // namespace detail

template <class T>
concept holon_type =
    requires {
      { T::name } -> std::convertible_to<std::string_view>;
      typename T::state;
      typename T::command;
      typename T::event;
    } && described_record<typename T::state> && std::default_initializable<typename T::state> &&
    detail::applies_every<typename T::state, typename T::event> &&
    detail::decides_every<typename T::state, typename T::command, decision<typename T::event>>;

/// Applies one event, whichever form of `apply` its type has.
template <class State, class Event>
void apply_to(State& state, const Event& event) {
  if constexpr (detail::applies_in_place<State, Event>)
    apply(state, event);
  else
    state = apply(std::move(state), event);
}

/// Decides one command, whichever form of `decide` its type has.
template <holon_type T, class Command>
[[nodiscard]] decision<typename T::event> decide_on(const typename T::state& state, const Command& command,
                                                    const decision_context& context) {
  if constexpr (detail::decides_in_context<typename T::state, Command, decision<typename T::event>>)
    return decide(state, command, context);
  else
    return decide(state, command);
}

/// The upcasters of T, none if it has no past.
template <class T>
[[nodiscard]] std::span<const upcaster> upcasters_of() {
  if constexpr (requires { T::upcasters(); })
    return T::upcasters();
  else
    return {};
}

}  // namespace holon
