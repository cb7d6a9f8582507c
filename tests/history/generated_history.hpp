// Small histories by seed, true ones and true ones that one change has spoilt, on which both checkers must agree.
//
// They would not agree on any history: the search knows neither journal nor versions. So
//  * each history has questions that may stand anywhere and tell each state that there was (all different: each command
//    moves another power of two), and checks that tell each pair of versions of two accounts. There is only one order
//    of the events that explains them, that of the journal, and a last question after all else, so that no event is too
//    many;
//  * what is spoilt is what clients were told and when, never the journal, a told offset or a batch;
//  * a refusal or "nothing to record" may be true on another version than was told. The search finds an order if the
//    checker finds the same answers true on some versions: is_true_on_some_versions.
#pragma once

#include <cstdint>
#include <functional>

#include "tests/history/told_history.hpp"

namespace holon::testing {

/// Of one account, or of two that some requests join. Batches hold the checker to one moment for several events.
[[nodiscard]] told_history generate_history(std::uint64_t seed, bool with_batches);

/// Changes one operation: its times, or what was told, or whether anything was told at all. It may stay true.
void spoil(told_history& all, std::uint64_t seed);

/// Whether the history would be true if each refusal, nothing and state had told some other version on which it is
/// right.
[[nodiscard]] bool is_true_on_some_versions(told_history all, const std::function<bool(const told_history&)>& is_true);

}  // namespace holon::testing
