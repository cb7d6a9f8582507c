// A small domain for tests of the machinery: accounts that hold money.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "actors/holon_type.hpp"

namespace bank {

struct deposit_money {
  std::int64_t amount = 0;
};
struct withdraw_money {
  std::int64_t amount = 0;
};
struct close_account {};
struct touch_account {};  // never records anything

constexpr auto describe(holon::about<deposit_money>) {
  return holon::record("DepositMoney", 1, holon::field("amount", &deposit_money::amount));
}
constexpr auto describe(holon::about<withdraw_money>) {
  return holon::record("WithdrawMoney", 1, holon::field("amount", &withdraw_money::amount));
}
constexpr auto describe(holon::about<close_account>) { return holon::record("CloseAccount", 1); }
constexpr auto describe(holon::about<touch_account>) { return holon::record("TouchAccount", 1); }

struct money_deposited {
  std::int64_t amount = 0;
};
struct money_withdrawn {
  std::int64_t amount = 0;
};
struct account_closed {};

constexpr auto describe(holon::about<money_deposited>) {
  return holon::record("MoneyDeposited", 1, holon::field("amount", &money_deposited::amount));
}
constexpr auto describe(holon::about<money_withdrawn>) {
  return holon::record("MoneyWithdrawn", 1, holon::field("amount", &money_withdrawn::amount));
}
constexpr auto describe(holon::about<account_closed>) { return holon::record("AccountClosed", 1); }

struct balance {
  std::int64_t amount = 0;
  bool closed = false;
};
constexpr auto describe(holon::about<balance>) {
  return holon::record("Balance", 1, holon::field("amount", &balance::amount),
                       holon::field("closed", &balance::closed));
}

struct account {
  static constexpr std::string_view name = "account";
  using state = balance;
  using command = std::variant<deposit_money, withdraw_money, close_account, touch_account>;
  using event = std::variant<money_deposited, money_withdrawn, account_closed>;
};

inline void apply(balance& now, const money_deposited& event) { now.amount += event.amount; }
inline void apply(balance& now, const money_withdrawn& event) { now.amount -= event.amount; }
inline void apply(balance& now, const account_closed&) { now.closed = true; }

inline holon::decision<account::event> decide(const balance& now, const deposit_money& asked) {
  if (now.closed) return holon::refuse("closed", "the account is closed");
  return money_deposited{asked.amount};
}
inline holon::decision<account::event> decide(const balance& now, const withdraw_money& asked) {
  if (now.amount < asked.amount) return holon::refuse("insufficient_funds");
  return money_withdrawn{asked.amount};
}
// Pays out what is left, so closing an account with money takes two events.
inline holon::decision<account::event> decide(const balance& now, const close_account&) {
  if (now.closed) return holon::refuse("closed", "the account is closed");
  if (now.amount == 0) return account_closed{};
  return {money_withdrawn{now.amount}, account_closed{}};
}
inline holon::decision<account::event> decide(const balance&, const touch_account&) { return {}; }

}  // namespace bank
