// A compliance item: one duty under a policy, for which evidence is gathered until it is assessed or waived.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/holon_type.hpp"

namespace som {

inline constexpr std::int32_t severity_min = 1;
inline constexpr std::int32_t severity_max = 5;  ///< the most severe

enum class verdict : std::uint8_t { compliant, non_compliant };

constexpr auto describe(holon::about<verdict>) {
  return holon::enumeration(holon::value("compliant", verdict::compliant),
                            holon::value("non_compliant", verdict::non_compliant));
}

// Events.

struct compliance_item_raised {
  std::string policy;
  std::string requirement;
  std::int32_t severity = severity_min;
  std::optional<holon::stream_id> subject;
  std::optional<holon::timestamp> due;
};

struct compliance_evidence_added {
  std::string summary;
  std::string reference;
};

struct compliance_item_assessed {
  som::verdict verdict = verdict::compliant;
  std::string note;
};

struct compliance_item_waived {
  std::string reason;
};

constexpr auto describe(holon::about<compliance_item_raised>) {
  return holon::record(
      "ComplianceItemRaised", 1,
      holon::field("policy", &compliance_item_raised::policy, "The policy's name, such as GDPR-30"),
      holon::field("requirement", &compliance_item_raised::requirement, "What it asks for"),
      holon::field("severity", &compliance_item_raised::severity, "1 to 5, the most severe"),
      holon::field("subject", &compliance_item_raised::subject, "The holon that must comply"),
      holon::field("due", &compliance_item_raised::due, "When it must comply; absent: no matter when"));
}

constexpr auto describe(holon::about<compliance_evidence_added>) {
  return holon::record("ComplianceEvidenceAdded", 1,
                       holon::field("summary", &compliance_evidence_added::summary, "What it shows"),
                       holon::field("reference", &compliance_evidence_added::reference, "Where it is; may be empty"));
}

constexpr auto describe(holon::about<compliance_item_assessed>) {
  return holon::record("ComplianceItemAssessed", 1,
                       holon::field("verdict", &compliance_item_assessed::verdict, "What the assessment found"),
                       holon::field("note", &compliance_item_assessed::note, "Why; may be empty"));
}

constexpr auto describe(holon::about<compliance_item_waived>) {
  return holon::record("ComplianceItemWaived", 1,
                       holon::field("reason", &compliance_item_waived::reason, "Why it need not comply"));
}

// Commands.

struct raise_compliance_item {
  std::string policy;
  std::string requirement;
  std::int32_t severity = severity_min;
  std::optional<holon::stream_id> subject;
  std::optional<holon::timestamp> due;
};

struct add_compliance_evidence {
  std::string summary;
  std::optional<std::string> reference;
};

struct assess_compliance_item {
  som::verdict verdict = verdict::compliant;
  std::optional<std::string> note;
};

struct waive_compliance_item {
  std::string reason;
};

constexpr auto describe(holon::about<raise_compliance_item>) {
  return holon::record("RaiseComplianceItem", 1,
                       holon::field("policy", &raise_compliance_item::policy, "The policy's name, 1 … 200 bytes"),
                       holon::field("requirement", &raise_compliance_item::requirement, "1 … 200 bytes"),
                       holon::field("severity", &raise_compliance_item::severity, "1 to 5, the most severe"),
                       holon::field("subject", &raise_compliance_item::subject, "The holon that must comply"),
                       holon::field("due", &raise_compliance_item::due, "When it must comply; absent: no matter when"));
}

constexpr auto describe(holon::about<add_compliance_evidence>) {
  return holon::record("AddComplianceEvidence", 1,
                       holon::field("summary", &add_compliance_evidence::summary, "What it shows, 1 … 200 bytes"),
                       holon::field("reference", &add_compliance_evidence::reference, "Where it is, up to 4000 bytes"));
}

constexpr auto describe(holon::about<assess_compliance_item>) {
  return holon::record("AssessComplianceItem", 1,
                       holon::field("verdict", &assess_compliance_item::verdict, "What the assessment found"),
                       holon::field("note", &assess_compliance_item::note, "Why, up to 4000 bytes"));
}

constexpr auto describe(holon::about<waive_compliance_item>) {
  return holon::record("WaiveComplianceItem", 1,
                       holon::field("reason", &waive_compliance_item::reason, "Why it need not comply, 1 … 200 bytes"));
}

// The holon.

enum class compliance_status : std::uint8_t { open, compliant, non_compliant, waived };

constexpr auto describe(holon::about<compliance_status>) {
  return holon::enumeration(holon::value("open", compliance_status::open),
                            holon::value("compliant", compliance_status::compliant),
                            holon::value("non_compliant", compliance_status::non_compliant),
                            holon::value("waived", compliance_status::waived));
}

/// The status of an item after an assessment.
[[nodiscard]] compliance_status status_after(verdict found);

struct compliance_item_state {
  std::optional<compliance_status> status;  ///< nothing: not raised yet
  std::string policy;
  std::string requirement;
  std::int32_t severity = 0;
  std::optional<holon::stream_id> subject;
  std::optional<holon::timestamp> due;
  std::int32_t evidence = 0;  ///< how many pieces; what they are is in the events
};

constexpr auto describe(holon::about<compliance_item_state>) {
  return holon::record(
      "ComplianceItemState", 1, holon::field("status", &compliance_item_state::status, "Absent: not raised yet"),
      holon::field("policy", &compliance_item_state::policy),
      holon::field("requirement", &compliance_item_state::requirement),
      holon::field("severity", &compliance_item_state::severity),
      holon::field("subject", &compliance_item_state::subject), holon::field("due", &compliance_item_state::due),
      holon::field("evidence", &compliance_item_state::evidence, "How many pieces there are"));
}

struct compliance_item {
  static constexpr std::string_view name = "compliance_item";
  using state = compliance_item_state;
  using command =
      std::variant<raise_compliance_item, add_compliance_evidence, assess_compliance_item, waive_compliance_item>;
  using event =
      std::variant<compliance_item_raised, compliance_evidence_added, compliance_item_assessed, compliance_item_waived>;
};

void apply(compliance_item_state& now, const compliance_item_raised& event);
void apply(compliance_item_state& now, const compliance_evidence_added& event);
void apply(compliance_item_state& now, const compliance_item_assessed& event);
void apply(compliance_item_state& now, const compliance_item_waived& event);

// All but raise_compliance_item refuse with "not_raised" before that and with "waived" after a waiver. All texts are
// checked by check_title or check_note.

/// "already_raised", "severity_out_of_range".
[[nodiscard]] holon::decision<compliance_item::event> decide(const compliance_item_state& now,
                                                             const raise_compliance_item& asked);
/// Also after an assessment: it may lead to another one.
[[nodiscard]] holon::decision<compliance_item::event> decide(const compliance_item_state& now,
                                                             const add_compliance_evidence& asked);
/// "no_evidence": nothing shows that it is compliant. Nothing to do for the verdict that it has.
[[nodiscard]] holon::decision<compliance_item::event> decide(const compliance_item_state& now,
                                                             const assess_compliance_item& asked);
/// "already_assessed": what was assessed cannot be waived.
[[nodiscard]] holon::decision<compliance_item::event> decide(const compliance_item_state& now,
                                                             const waive_compliance_item& asked);

}  // namespace som
