// Speaks to one account of the bank through one node, and gives what it is told in a few words, so that a test compares
// answers as one reads them: "v2", "v2 already", "v2 nothing", "refused insufficient_funds", "in_doubt".
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "actors/runtime/node.hpp"
#include "tests/support/bank.hpp"

namespace holon::testing {

/// "v2" with events, "v2 nothing" without, " already" behind it when it is a first result told again; "refused CODE";
/// the name of the errc otherwise.
[[nodiscard]] std::string in_words(const result<command_result>& outcome);
/// "v2 15", "v2 15 closed"; the name of the errc otherwise.
[[nodiscard]] std::string in_words(const result<state_answer>& outcome);

/// An answer that may still be on its way. Copies are the same answer.
class awaited_answer {
 public:
  [[nodiscard]] bool is_there() const;
  /// Waits for it; "no answer" if it does not come in time.
  [[nodiscard]] std::string words(std::chrono::milliseconds patience = std::chrono::milliseconds{60'000}) const;

 private:
  friend class teller;
  template <class Outcome>
  [[nodiscard]] auto reply() {
    return [promise = promise_](const result<Outcome>& outcome) { promise->set_value(in_words(outcome)); };
  }

  std::shared_ptr<std::promise<std::string>> promise_ = std::make_shared<std::promise<std::string>>();
  std::shared_future<std::string> words_ = promise_->get_future().share();
};

class teller {
 public:
  using number = std::optional<std::uint64_t>;  // of a command_number; nothing: a command without an id

  /// `account` is a stream_number.
  explicit teller(node& at, std::uint64_t account = 1) : at_(at), account_(account) {}

  [[nodiscard]] awaited_answer send(bank::account::command asked, number command = {}) const;
  [[nodiscard]] awaited_answer ask() const;

  [[nodiscard]] std::string deposit(std::int64_t amount, number command = {}) const {
    return send(bank::deposit_money{.amount = amount}, command).words();
  }
  [[nodiscard]] std::string withdraw(std::int64_t amount, number command = {}) const {
    return send(bank::withdraw_money{.amount = amount}, command).words();
  }
  [[nodiscard]] std::string close(number command = {}) const { return send(bank::close_account{}, command).words(); }
  [[nodiscard]] std::string touch(number command = {}) const { return send(bank::touch_account{}, command).words(); }
  [[nodiscard]] std::string state() const { return ask().words(); }

 private:
  node& at_;
  std::uint64_t account_;
};

}  // namespace holon::testing
