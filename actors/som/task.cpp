#include "actors/som/task.hpp"

#include "actors/som/text_rule.hpp"

namespace som {
namespace {

using answer = holon::decision<task::event>;

// Why nothing can happen to the task any more, or not yet.
objection check_active(const task_state& now) {
  if (!now.status) return holon::refuse("not_created", "there is no such task: create it first");
  switch (*now.status) {
    case task_status::open:
    case task_status::started: return std::nullopt;
    case task_status::completed: return holon::refuse("already_completed", "the task is completed");
    case task_status::cancelled: return holon::refuse("already_cancelled", "the task is cancelled");
  }
  return std::nullopt;
}

}  // namespace

void apply(task_state& now, const task_created& event) {
  now.status = task_status::open;
  now.title = event.title;
  now.description = event.description;
  now.priority = event.priority;
  now.due = event.due;
  now.organisation = event.organisation;
}

void apply(task_state& now, const task_assigned& event) { now.assignee = event.assignee; }

void apply(task_state& now, const task_started&) { now.status = task_status::started; }

void apply(task_state& now, const task_completed& event) {
  now.status = task_status::completed;
  now.outcome = event.outcome;
}

void apply(task_state& now, const task_cancelled& event) {
  now.status = task_status::cancelled;
  now.outcome = event.reason;
}

void apply(task_state& now, const task_rescheduled& event) { now.due = event.due; }

answer decide(const task_state& now, const create_task& asked) {
  if (now.status) return holon::refuse("already_created", "the task is there: a task is created once");
  if (const auto no = check_title("title", asked.title)) return *no;
  if (const auto no = check_note("description", asked.description)) return *no;
  const auto priority = asked.priority.value_or(usual_priority);
  if (priority < 0 || priority > lowest_priority)
    return holon::refuse("priority_out_of_range",
                         "the priority is " + std::to_string(priority) + ", and must be 0 … 4");
  return task_created{.title = asked.title,
                      .description = asked.description.value_or(""),
                      .priority = priority,
                      .due = asked.due,
                      .organisation = asked.organisation};
}

answer decide(const task_state& now, const assign_task& asked) {
  if (const auto no = check_active(now)) return *no;
  if (now.assignee == asked.assignee) return {};
  return task_assigned{.assignee = asked.assignee};
}

answer decide(const task_state& now, const start_task&) {
  if (const auto no = check_active(now)) return *no;
  if (now.status == task_status::started) return {};
  if (!now.assignee) return holon::refuse("not_assigned", "nobody is there to start the task: assign it first");
  return task_started{};
}

answer decide(const task_state& now, const complete_task& asked) {
  if (const auto no = check_active(now)) return *no;
  if (const auto no = check_note("outcome", asked.outcome)) return *no;
  return task_completed{.outcome = asked.outcome.value_or("")};
}

answer decide(const task_state& now, const cancel_task& asked) {
  if (const auto no = check_active(now)) return *no;
  if (const auto no = check_note("reason", asked.reason)) return *no;
  return task_cancelled{.reason = asked.reason.value_or("")};
}

answer decide(const task_state& now, const reschedule_task& asked) {
  if (const auto no = check_active(now)) return *no;
  if (now.due == asked.due) return {};
  return task_rescheduled{.due = asked.due};
}

}  // namespace som
