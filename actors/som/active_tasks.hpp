// The active task list: one row for each task that is open or started.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/som/task.hpp"
#include "projections/projection.hpp"

namespace som {

struct task_row {
  holon::stream_id task;
  std::string title;
  task_status status = task_status::open;
  std::int32_t priority = 0;
  std::optional<holon::stream_id> assignee;
  std::optional<holon::stream_id> organisation;
  std::optional<holon::timestamp> due;
  holon::timestamp created_at;
  holon::timestamp changed_at;
};

constexpr auto describe(holon::about<task_row>) {
  return holon::record("tasks_view", 1, holon::field("task", &task_row::task), holon::field("title", &task_row::title),
                       holon::field("status", &task_row::status, "open or started"),
                       holon::field("priority", &task_row::priority, "0 is the most urgent"),
                       holon::field("assignee", &task_row::assignee, "Null: nobody yet"),
                       holon::field("organisation", &task_row::organisation),
                       holon::field("due", &task_row::due, "Null: no matter when"),
                       holon::field("created_at", &task_row::created_at, "Business time"),
                       holon::field("changed_at", &task_row::changed_at, "Business time of the last event"));
}

struct active_tasks {
  static constexpr std::string_view name = "active_tasks";
  static constexpr int version = 1;
  using event = task::event;
  using rows = holon::rows<task_row>;

  holon::result<void> apply(rows& to, const holon::event_view& at, const task_created& created) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const task_assigned& assigned) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const task_started& started) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const task_rescheduled& rescheduled) const;
  /// A task that is completed or cancelled leaves the list.
  holon::result<void> apply(rows& to, const holon::event_view& at, const task_completed& completed) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const task_cancelled& cancelled) const;
};

}  // namespace som
