// One of each message of the Semantic Operating Model with all of its fields filled: what the golden files hold. The
// values never change once their file is there.
#pragma once

#include <chrono>
#include <tuple>

#include "actors/som/compliance_item.hpp"
#include "actors/som/organisation.hpp"
#include "actors/som/person.hpp"
#include "actors/som/task.hpp"

namespace som::samples {

inline constexpr holon::stream_id some_holon{
    {{0x01, 0x90, 0xb5, 0xc1, 0x7d, 0x3e, 0x7c, 0x41, 0x9a, 0x53, 0x02, 0x42, 0xac, 0x12, 0x00, 0x02}}};
inline constexpr holon::timestamp some_time =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{12};

inline auto events() {
  return std::tuple{
      task_created{.title = "Review the plan",
                   .description = "Both volumes of \"Prüfung\"",
                   .priority = 2,
                   .due = some_time,
                   .organisation = some_holon},
      task_assigned{.assignee = some_holon},
      task_started{},
      task_completed{.outcome = "Done as planned"},
      task_cancelled{.reason = "Entered twice"},
      task_rescheduled{.due = some_time},
      person_registered{.name = "Ada Hansen", .email = "ada@example.org"},
      person_modified{.name = "Ada Weber", .email = "weber@example.org"},
      person_joined_organisation{.organisation = some_holon, .role = "auditor"},
      person_left_organisation{.organisation = some_holon, .reason = "Moves on"},
      organisation_founded{.name = "Northern Finance", .parent = some_holon},
      organisation_renamed{.name = "Treasury"},
      organisation_moved{.parent = some_holon},
      organisation_dissolved{.reason = "Merged"},
      compliance_item_raised{.policy = "FIRE-2",
                             .requirement = "Escape routes are free",
                             .severity = 4,
                             .subject = some_holon,
                             .due = some_time},
      compliance_evidence_added{.summary = "Photographs", .reference = "file/7"},
      compliance_item_assessed{.verdict = verdict::non_compliant, .note = "Gate 3 is blocked"},
      compliance_item_waived{.reason = "The plant closes"},
  };
}

inline auto commands() {
  return std::tuple{
      create_task{.title = "Review the plan",
                  .description = "Both volumes",
                  .priority = 2,
                  .due = some_time,
                  .organisation = some_holon},
      assign_task{.assignee = some_holon},
      start_task{},
      complete_task{.outcome = "Done as planned"},
      cancel_task{.reason = "Entered twice"},
      reschedule_task{.due = some_time},
      register_person{.name = "Ada Hansen", .email = "ada@example.org"},
      modify_person{.name = "Ada Weber", .email = "weber@example.org"},
      join_organisation{.organisation = some_holon, .role = "auditor"},
      leave_organisation{.organisation = some_holon, .reason = "Moves on"},
      found_organisation{.name = "Northern Finance", .parent = some_holon},
      rename_organisation{.name = "Treasury"},
      move_organisation{.parent = some_holon},
      dissolve_organisation{.reason = "Merged"},
      raise_compliance_item{.policy = "FIRE-2",
                            .requirement = "Escape routes are free",
                            .severity = 4,
                            .subject = some_holon,
                            .due = some_time},
      add_compliance_evidence{.summary = "Photographs", .reference = "file/7"},
      assess_compliance_item{.verdict = verdict::non_compliant, .note = "Gate 3 is blocked"},
      waive_compliance_item{.reason = "The plant closes"},
  };
}

inline auto states() {
  return std::tuple{
      task_state{.status = task_status::started,
                 .title = "Review the plan",
                 .description = "Both volumes",
                 .priority = 2,
                 .due = some_time,
                 .organisation = some_holon,
                 .assignee = some_holon,
                 .outcome = "Done"},
      person_state{.registered = true,
                   .name = "Ada Hansen",
                   .email = "ada@example.org",
                   .organisation = some_holon,
                   .role = "auditor"},
      organisation_state{.status = organisation_status::dissolved, .name = "Treasury", .parent = some_holon},
      compliance_item_state{.status = compliance_status::waived,
                            .policy = "FIRE-2",
                            .requirement = "Escape routes are free",
                            .severity = 4,
                            .subject = some_holon,
                            .due = some_time,
                            .evidence = 3},
  };
}

}  // namespace som::samples
