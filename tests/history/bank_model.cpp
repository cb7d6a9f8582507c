#include "tests/history/bank_model.hpp"

#include <variant>

#include "persistence/codec/json.hpp"

namespace holon::testing {
namespace {

using event_variant = bank::account::event;

struct as_bank_event {
  bank_event operator()(const bank::money_deposited& event) const { return {effect::deposited, event.amount}; }
  bank_event operator()(const bank::money_withdrawn& event) const { return {effect::withdrawn, event.amount}; }
  bank_event operator()(const bank::account_closed&) const { return {effect::closed, 0}; }
};

event_variant as_variant(const bank_event& event) {
  switch (event.what) {
    case effect::deposited: return bank::money_deposited{event.amount};
    case effect::withdrawn: return bank::money_withdrawn{event.amount};
    case effect::closed: return bank::account_closed{};
    case effect::none: break;
  }
  HOLON_ASSERT(false, "a check writes no event");
}

decision<event_variant> decided(const bank::balance& now, request_kind command, std::int64_t amount) {
  switch (command) {
    case request_kind::deposit: return decide(now, bank::deposit_money{amount});
    case request_kind::withdraw: return decide(now, bank::withdraw_money{amount});
    case request_kind::close: return decide(now, bank::close_account{});
    case request_kind::touch: return decide(now, bank::touch_account{});
    case request_kind::ask_state:
    case request_kind::append:
    case request_kind::check: break;
  }
  HOLON_ASSERT(false, "this is not a command of the bank");
}

template <class Event>
std::optional<bank_event> read_as(std::string_view type, std::string_view payload) {
  if (type != stored_name<Event>) return std::nullopt;
  const auto event = from_json<Event>(payload);
  return event ? std::optional(as_bank_event{}(*event)) : std::nullopt;
}

}  // namespace

bank_answer decide_as_bank(const bank::balance& now, request_kind command, std::int64_t amount) {
  const auto decision = decided(now, command, amount);
  bank_answer answer{.refused = decision.refused(), .code = decision.why().code, .events = {}};
  for (const auto& event : decision.events()) answer.events.push_back(std::visit(as_bank_event{}, event));
  return answer;
}

void apply_as_bank(bank::balance& now, const bank_event& event) {
  std::visit([&](const auto& one) { apply(now, one); }, as_variant(event));
}

std::optional<bank_event> read_bank_event(std::string_view type, std::string_view payload) {
  if (auto event = read_as<bank::money_deposited>(type, payload)) return event;
  if (auto event = read_as<bank::money_withdrawn>(type, payload)) return event;
  return read_as<bank::account_closed>(type, payload);
}

std::string_view type_of(const bank_event& event) {
  return std::visit([]<class Event>(const Event&) { return std::string_view{stored_name<Event>}; }, as_variant(event));
}

std::string payload_of(const bank_event& event) {
  return std::visit([](const auto& one) { return to_json(one); }, as_variant(event));
}

std::string state_text(const bank::balance& now) { return to_json(now); }

}  // namespace holon::testing
