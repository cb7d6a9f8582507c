// What readers were shown, against the journal: all of it, once, in order.
#pragma once

#include "tests/history/answer_history.hpp"
#include "tests/history/clue.hpp"
#include "tests/history/commit_times.hpp"
#include "tests/history/journal_index.hpp"

namespace holon::testing {

/// Each reader saw offsets 1, 2, 3 … as they are in the journal, and all of them if the run says so. What was seen
/// bounds the commits.
[[nodiscard]] finding in_seen_order(const answer_history& all, const journal_index& journal, commit_times& times);

}  // namespace holon::testing
