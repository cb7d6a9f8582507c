// What a holon says to a command: yes with events, yes with nothing to do, or no with a reason.
#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace holon {

/// The domain's no. It is an answer, not an error: nothing went wrong and nothing is written.
struct refusal {
  std::string code;  ///< stable, for programs: "insufficient_funds"
  std::string text;  ///< for people; may be empty
  friend bool operator==(const refusal&, const refusal&) = default;
};

[[nodiscard]] inline refusal refuse(std::string code, std::string text = {}) {
  return {.code = std::move(code), .text = std::move(text)};
}

/// Answer of `decide(state, command)` for a holon whose events are the variant `Event`.
///   return refuse("closed");
///   return money_withdrawn{.amount = asked.amount};
///   return {money_withdrawn{…}, account_closed{}};     // in this order
///   return {};                                         // fine as it is: accepted, nothing to record
template <class Event>
class decision {
 public:
  decision() = default;
  decision(refusal no)
      : refusal_(std::move(no)), refused_(true) {}  // NOLINT(google-explicit-constructor): reads as an answer
  decision(std::vector<Event> events) : events_(std::move(events)) {}  // NOLINT(google-explicit-constructor)

  template <class One>
    requires std::is_constructible_v<Event, One&&> && (!std::is_same_v<std::remove_cvref_t<One>, decision>)
  decision(One&& event) {  // NOLINT(google-explicit-constructor)
    events_.emplace_back(std::forward<One>(event));
  }

  template <class First, class Second, class... More>
    requires std::is_constructible_v<Event, First&&> && std::is_constructible_v<Event, Second&&>
  decision(First&& first, Second&& second, More&&... more) {
    events_.reserve(2 + sizeof...(more));
    events_.emplace_back(std::forward<First>(first));
    events_.emplace_back(std::forward<Second>(second));
    (events_.emplace_back(std::forward<More>(more)), ...);
  }

  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] const refusal& why() const { return refusal_; }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }

 private:
  std::vector<Event> events_;
  refusal refusal_;
  bool refused_ = false;
};

}  // namespace holon
