// What a simulation changes in the product, and nothing else does: without HOLON_SIMULATED, which only its tests are
// built with, each bound is the usual one and no bug is there.
#pragma once

#ifdef HOLON_SIMULATED

#include <cstdint>

namespace holon {

/// Bugs that a simulation plants, to see whether its checker finds them; each is one line of the product.
enum class planted_bug : std::uint8_t {
  none,
  // holon_step
  unproven_refusal,
  unproven_nothing,
  unproven_state,
  load_proves_latecomers,
  own_append_proves,
  doubt_ends_by_check,
  last_error_for_doubt,
  conflict_keeps_state,
  // journal_writer
  answered_at_submit,
  // append_judge
  settled_at_any_version,
  first_check_alone,
  conflict_from_memory,
  // journal_knowledge
  unfenced_doubt,
  doubt_ends_early,
  own_commit_proves,
  number_without_chain,
  // postgres_appender, batch_transaction, postgres_shared
  earlier_look,
  heads_after_news,
  draft_of_earlier_try,
  lookups_outlive_news,
  doubted_draft_lost,
  stale_load,
};

/// The one that is planted now.
inline planted_bug planted_now = planted_bug::none;

}  // namespace holon

#define HOLON_PLANTED(name) (::holon::planted_now == ::holon::planted_bug::name)

/// A bound that is lower in a simulation, so that few commands get there.
#define HOLON_BOUND(usual, simulated) (simulated)

#else

#define HOLON_PLANTED(name) false
#define HOLON_BOUND(usual, simulated) (usual)

#endif
