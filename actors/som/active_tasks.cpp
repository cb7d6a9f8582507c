#include "actors/som/active_tasks.hpp"

#include "actors/som/missing_row.hpp"

namespace som {
namespace {

template <class Change>
holon::result<void> change_row(active_tasks::rows& to, const holon::event_view& at, Change&& change) {
  HOLON_TRY(const bool found, to.of<task_row>().update(at.stream, [&](task_row& row) {
    change(row);
    row.changed_at = at.occurred_at;
  }));
  if (!found) return missing_row("tasks_view", at);
  return {};
}

holon::result<void> remove_row(active_tasks::rows& to, const holon::event_view& at) {
  HOLON_TRY(const bool found, to.of<task_row>().erase(at.stream));
  if (!found) return missing_row("tasks_view", at);
  return {};
}

}  // namespace

holon::result<void> active_tasks::apply(rows& to, const holon::event_view& at, const task_created& created) const {
  return to.of<task_row>().put({.task = at.stream,
                                .title = created.title,
                                .priority = created.priority,
                                .organisation = created.organisation,
                                .due = created.due,
                                .created_at = at.occurred_at,
                                .changed_at = at.occurred_at});
}

holon::result<void> active_tasks::apply(rows& to, const holon::event_view& at, const task_assigned& assigned) const {
  return change_row(to, at, [&](task_row& row) { row.assignee = assigned.assignee; });
}

holon::result<void> active_tasks::apply(rows& to, const holon::event_view& at, const task_started&) const {
  return change_row(to, at, [](task_row& row) { row.status = task_status::started; });
}

holon::result<void> active_tasks::apply(rows& to, const holon::event_view& at,
                                        const task_rescheduled& rescheduled) const {
  return change_row(to, at, [&](task_row& row) { row.due = rescheduled.due; });
}

holon::result<void> active_tasks::apply(rows& to, const holon::event_view& at, const task_completed&) const {
  return remove_row(to, at);
}

holon::result<void> active_tasks::apply(rows& to, const holon::event_view& at, const task_cancelled&) const {
  return remove_row(to, at);
}

}  // namespace som
