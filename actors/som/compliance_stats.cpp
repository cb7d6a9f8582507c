#include "actors/som/compliance_stats.hpp"

#include <tuple>
#include <utility>

#include "actors/som/missing_row.hpp"

namespace som {
namespace {

using rows = compliance_stats::rows;

std::int64_t& count_of(policy_row& row, compliance_status status) {
  switch (status) {
    case compliance_status::open: return row.open;
    case compliance_status::compliant: return row.compliant;
    case compliance_status::non_compliant: return row.non_compliant;
    case compliance_status::waived: return row.waived;
  }
  HOLON_ASSERT(false, "every status has its count");
}

bool to_be_done(compliance_status status) {
  return status == compliance_status::open || status == compliance_status::non_compliant;
}

holon::result<compliance_row> item_of(rows& to, const holon::event_view& at) {
  HOLON_TRY(auto item, to.of<compliance_row>().find(at.stream));
  if (!item) return missing_row("compliance_items", at);
  return *std::move(item);
}

holon::result<void> keep_in_due_list(rows& to, const compliance_row& item) {
  if (!item.due) return {};
  if (to_be_done(item.status))
    return to.of<due_row>().put(
        {.due = *item.due, .item = item.item, .policy = item.policy, .severity = item.severity});
  HOLON_CHECK(to.of<due_row>().erase(std::tuple(*item.due, item.item)));
  return {};
}

holon::result<void> change_status(rows& to, const holon::event_view& at, compliance_status after) {
  HOLON_TRY(auto item, item_of(to, at));
  const auto before = std::exchange(item.status, after);
  HOLON_CHECK(to.of<compliance_row>().put(item));
  HOLON_CHECK(to.of<policy_row>().upsert(item.policy, [&](policy_row& policy) {
    --count_of(policy, before);
    ++count_of(policy, after);
  }));
  return keep_in_due_list(to, item);
}

}  // namespace

holon::result<void> compliance_stats::apply(rows& to, const holon::event_view& at,
                                            const compliance_item_raised& raised) const {
  const compliance_row item{.item = at.stream, .policy = raised.policy, .severity = raised.severity, .due = raised.due};
  HOLON_CHECK(to.of<compliance_row>().put(item));
  HOLON_CHECK(to.of<policy_row>().upsert(item.policy, [](policy_row& policy) {
    ++policy.raised;
    ++policy.open;
  }));
  return keep_in_due_list(to, item);
}

holon::result<void> compliance_stats::apply(rows& to, const holon::event_view& at,
                                            const compliance_evidence_added&) const {
  HOLON_TRY(const auto item, item_of(to, at));
  return to.of<policy_row>().upsert(item.policy, [](policy_row& policy) { ++policy.evidence; });
}

holon::result<void> compliance_stats::apply(rows& to, const holon::event_view& at,
                                            const compliance_item_assessed& assessed) const {
  return change_status(to, at, status_after(assessed.verdict));
}

holon::result<void> compliance_stats::apply(rows& to, const holon::event_view& at,
                                            const compliance_item_waived&) const {
  return change_status(to, at, compliance_status::waived);
}

holon::result<std::vector<due_row>> overdue(holon::table<due_row>& rows, holon::timestamp now, std::size_t limit) {
  std::vector<due_row> found;
  HOLON_CHECK(rows.scan([&](const due_row& row) {
    if (row.due >= now || found.size() == limit) return false;
    found.push_back(row);
    return true;
  }));
  return found;
}

}  // namespace som
