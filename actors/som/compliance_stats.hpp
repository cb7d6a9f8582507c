// How each policy is kept: counts by policy, and which duties are due when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/som/compliance_item.hpp"
#include "projections/projection.hpp"

namespace som {

/// One policy. Every item that was raised is in one of the four counts behind `raised`.
struct policy_row {
  std::string policy;
  std::int64_t raised = 0;
  std::int64_t open = 0;
  std::int64_t compliant = 0;
  std::int64_t non_compliant = 0;
  std::int64_t waived = 0;
  std::int64_t evidence = 0;
};

constexpr auto describe(holon::about<policy_row>) {
  return holon::record("compliance_stats", 1, holon::field("policy", &policy_row::policy),
                       holon::field("raised", &policy_row::raised, "All items of the policy"),
                       holon::field("open", &policy_row::open), holon::field("compliant", &policy_row::compliant),
                       holon::field("non_compliant", &policy_row::non_compliant),
                       holon::field("waived", &policy_row::waived),
                       holon::field("evidence", &policy_row::evidence, "Pieces of evidence for all of its items"));
}

/// One item: what later events of it do not say again.
struct compliance_row {
  holon::stream_id item;
  std::string policy;
  std::int32_t severity = 0;
  compliance_status status = compliance_status::open;
  std::optional<holon::timestamp> due;
};

constexpr auto describe(holon::about<compliance_row>) {
  return holon::record("compliance_items", 1, holon::field("item", &compliance_row::item),
                       holon::field("policy", &compliance_row::policy),
                       holon::field("severity", &compliance_row::severity),
                       holon::field("status", &compliance_row::status),
                       holon::field("due", &compliance_row::due, "Null: no matter when"));
}

/// An item that is open or non-compliant and has a date, in the order of the dates: what is overdue depends on the
/// clock, so the reader cuts this list at its own now.
struct due_row {
  static constexpr std::size_t key_fields = 2;
  holon::timestamp due;
  holon::stream_id item;
  std::string policy;
  std::int32_t severity = 0;
};

constexpr auto describe(holon::about<due_row>) {
  return holon::record("compliance_due", 1, holon::field("due", &due_row::due), holon::field("item", &due_row::item),
                       holon::field("policy", &due_row::policy), holon::field("severity", &due_row::severity));
}

struct compliance_stats {
  static constexpr std::string_view name = "compliance_stats";
  static constexpr int version = 1;
  using event = compliance_item::event;
  using rows = holon::rows<policy_row, compliance_row, due_row>;

  holon::result<void> apply(rows& to, const holon::event_view& at, const compliance_item_raised& raised) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const compliance_evidence_added& added) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const compliance_item_assessed& assessed) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const compliance_item_waived& waived) const;
};

/// What was due before `now` and is still to be done, the longest overdue first, up to `limit`.
[[nodiscard]] holon::result<std::vector<due_row>> overdue(holon::table<due_row>& rows, holon::timestamp now,
                                                          std::size_t limit);

}  // namespace som
