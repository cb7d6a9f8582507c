// A small domain whose decisions depend on the time: an offer that can be taken as long as it is open.
#pragma once

#include <string_view>
#include <variant>

#include "actors/holon_type.hpp"

namespace market {

struct take_offer {
  holon::timestamp open_until;
};
struct offer_taken {};
struct offer_state {
  bool taken = false;
};

constexpr auto describe(holon::about<take_offer>) {
  return holon::record("TakeOffer", 1, holon::field("open_until", &take_offer::open_until));
}
constexpr auto describe(holon::about<offer_taken>) { return holon::record("OfferTaken", 1); }
constexpr auto describe(holon::about<offer_state>) {
  return holon::record("OfferState", 1, holon::field("taken", &offer_state::taken));
}

struct offer {
  static constexpr std::string_view name = "offer";
  using state = offer_state;
  using command = std::variant<take_offer>;
  using event = std::variant<offer_taken>;
};

inline void apply(offer_state& now, const offer_taken&) { now.taken = true; }
inline holon::decision<offer::event> decide(const offer_state&, const take_offer& asked,
                                            const holon::decision_context& context) {
  if (context.now > asked.open_until) return holon::refuse("expired");
  return offer_taken{};
}

}  // namespace market
