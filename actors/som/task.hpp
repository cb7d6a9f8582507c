// A task: something to be done, by somebody, until it is completed or cancelled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/holon_type.hpp"

namespace som {

enum class task_status : std::uint8_t { open, started, completed, cancelled };

constexpr auto describe(holon::about<task_status>) {
  return holon::enumeration(holon::value("open", task_status::open), holon::value("started", task_status::started),
                            holon::value("completed", task_status::completed),
                            holon::value("cancelled", task_status::cancelled));
}

inline constexpr std::int32_t lowest_priority = 4;  ///< 0 is the most urgent
inline constexpr std::int32_t usual_priority = 2;

// Events.

struct task_created {
  std::string title;
  std::string description;
  std::int32_t priority = 0;
  std::optional<holon::timestamp> due;
  std::optional<holon::stream_id> organisation;
};

struct task_assigned {
  holon::stream_id assignee;
};

struct task_started {};

struct task_completed {
  std::string outcome;
};

struct task_cancelled {
  std::string reason;
};

struct task_rescheduled {
  std::optional<holon::timestamp> due;
};

constexpr auto describe(holon::about<task_created>) {
  return holon::record("TaskCreated", 1, holon::field("title", &task_created::title, "What is to be done"),
                       holon::field("description", &task_created::description, "The details; may be empty"),
                       holon::field("priority", &task_created::priority, "0, the most urgent, to 4"),
                       holon::field("due", &task_created::due, "When it should be completed; absent: no matter when"),
                       holon::field("organisation", &task_created::organisation, "The organisation that it is for"));
}

constexpr auto describe(holon::about<task_assigned>) {
  return holon::record("TaskAssigned", 1,
                       holon::field("assignee", &task_assigned::assignee, "The person who is to do it from now on"));
}

constexpr auto describe(holon::about<task_started>) { return holon::record("TaskStarted", 1); }

constexpr auto describe(holon::about<task_completed>) {
  return holon::record("TaskCompleted", 1,
                       holon::field("outcome", &task_completed::outcome, "What came of it; may be empty"));
}

constexpr auto describe(holon::about<task_cancelled>) {
  return holon::record("TaskCancelled", 1,
                       holon::field("reason", &task_cancelled::reason, "Why it is not done; may be empty"));
}

constexpr auto describe(holon::about<task_rescheduled>) {
  return holon::record("TaskRescheduled", 1,
                       holon::field("due", &task_rescheduled::due, "The new date; absent: no matter when"));
}

// Commands.

struct create_task {
  std::string title;
  std::optional<std::string> description;
  std::optional<std::int32_t> priority;
  std::optional<holon::timestamp> due;
  std::optional<holon::stream_id> organisation;
};

struct assign_task {
  holon::stream_id assignee;
};

struct start_task {};

struct complete_task {
  std::optional<std::string> outcome;
};

struct cancel_task {
  std::optional<std::string> reason;
};

struct reschedule_task {
  std::optional<holon::timestamp> due;
};

constexpr auto describe(holon::about<create_task>) {
  return holon::record("CreateTask", 1, holon::field("title", &create_task::title, "What is to be done, 1 … 200 bytes"),
                       holon::field("description", &create_task::description, "The details, up to 4000 bytes"),
                       holon::field("priority", &create_task::priority, "0, the most urgent, to 4; absent: 2"),
                       holon::field("due", &create_task::due, "When it should be completed; absent: no matter when"),
                       holon::field("organisation", &create_task::organisation, "The organisation that it is for"));
}

constexpr auto describe(holon::about<assign_task>) {
  return holon::record("AssignTask", 1, holon::field("assignee", &assign_task::assignee, "The person who is to do it"));
}

constexpr auto describe(holon::about<start_task>) { return holon::record("StartTask", 1); }

constexpr auto describe(holon::about<complete_task>) {
  return holon::record("CompleteTask", 1,
                       holon::field("outcome", &complete_task::outcome, "What came of it, up to 4000 bytes"));
}

constexpr auto describe(holon::about<cancel_task>) {
  return holon::record("CancelTask", 1,
                       holon::field("reason", &cancel_task::reason, "Why it is not done, up to 4000 bytes"));
}

constexpr auto describe(holon::about<reschedule_task>) {
  return holon::record("RescheduleTask", 1,
                       holon::field("due", &reschedule_task::due, "The new date; absent: no matter when"));
}

// The holon.

struct task_state {
  std::optional<task_status> status;  ///< nothing: not created yet
  std::string title;
  std::string description;
  std::int32_t priority = 0;
  std::optional<holon::timestamp> due;
  std::optional<holon::stream_id> organisation;
  std::optional<holon::stream_id> assignee;
  std::string outcome;  ///< of a completed task, or why it was cancelled
};

constexpr auto describe(holon::about<task_state>) {
  return holon::record("TaskState", 1, holon::field("status", &task_state::status, "Absent: not created yet"),
                       holon::field("title", &task_state::title), holon::field("description", &task_state::description),
                       holon::field("priority", &task_state::priority), holon::field("due", &task_state::due),
                       holon::field("organisation", &task_state::organisation),
                       holon::field("assignee", &task_state::assignee),
                       holon::field("outcome", &task_state::outcome, "What came of it, or why it was cancelled"));
}

struct task {
  static constexpr std::string_view name = "task";
  using state = task_state;
  using command = std::variant<create_task, assign_task, start_task, complete_task, cancel_task, reschedule_task>;
  using event =
      std::variant<task_created, task_assigned, task_started, task_completed, task_cancelled, task_rescheduled>;
};

void apply(task_state& now, const task_created& event);
void apply(task_state& now, const task_assigned& event);
void apply(task_state& now, const task_started& event);
void apply(task_state& now, const task_completed& event);
void apply(task_state& now, const task_cancelled& event);
void apply(task_state& now, const task_rescheduled& event);

// All but create_task refuse with "not_created", "already_completed" or "already_cancelled" unless the task is open or
// started.

/// "already_created", "priority_out_of_range", and what check_title and check_note say.
[[nodiscard]] holon::decision<task::event> decide(const task_state& now, const create_task& asked);
/// Nothing to do for the present assignee.
[[nodiscard]] holon::decision<task::event> decide(const task_state& now, const assign_task& asked);
/// "not_assigned": nobody is there to start it. Nothing to do for a started task.
[[nodiscard]] holon::decision<task::event> decide(const task_state& now, const start_task& asked);
[[nodiscard]] holon::decision<task::event> decide(const task_state& now, const complete_task& asked);
[[nodiscard]] holon::decision<task::event> decide(const task_state& now, const cancel_task& asked);
/// Nothing to do for the present date.
[[nodiscard]] holon::decision<task::event> decide(const task_state& now, const reschedule_task& asked);

}  // namespace som
