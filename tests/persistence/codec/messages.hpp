// Messages with every kind of field there is, for the tests of the codecs and of the catalog.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/describe.hpp"
#include "persistence/event.hpp"

namespace holon::test {

enum class mood : std::uint8_t { calm = 1, busy = 7 };

constexpr auto describe(about<mood>) { return enumeration(value("calm", mood::calm), value("busy", mood::busy)); }

struct place {
  std::string name;
  std::optional<double> height;
  friend bool operator==(const place&, const place&) = default;
};

constexpr auto describe(about<place>) {
  return record("Place", 1, field("name", &place::name, "What people call it"), field("height", &place::height));
}

using task_number = named<std::int32_t, struct task_number_tag>;

struct everything {
  bool flag = false;
  std::int64_t big = 0;
  std::uint64_t huge = 0;
  std::int8_t tiny = 0;
  double ratio = 0;
  std::string text;
  timestamp when;
  uuid id;
  stream_id stream;
  task_number number;
  mood feeling = mood::calm;
  place home;
  std::optional<std::string> note;
  std::optional<place> work;
  std::vector<std::string> labels;
  std::vector<place> route;
  std::vector<bool> switches;
  std::map<std::string, std::int64_t> counts;
  std::map<std::string, std::optional<mood>> moods;
  friend bool operator==(const everything&, const everything&) = default;
};

constexpr auto describe(about<everything>) {
  return record("Everything", 1, field("flag", &everything::flag), field("big", &everything::big),
                field("huge", &everything::huge), field("tiny", &everything::tiny, "A small number"),
                field("ratio", &everything::ratio), field("text", &everything::text), field("when", &everything::when),
                field("id", &everything::id), field("stream", &everything::stream),
                field("number", &everything::number), field("feeling", &everything::feeling, "How it is"),
                field("home", &everything::home), field("note", &everything::note), field("work", &everything::work),
                field("labels", &everything::labels), field("route", &everything::route),
                field("switches", &everything::switches), field("counts", &everything::counts),
                field("moods", &everything::moods));
}

inline everything full_example() {
  const auto at = parse_timestamp("2026-11-20T12:35:00.123456Z");
  const auto id = parse_uuid("0190b5c1-7d3e-7c41-9a53-0242ac120002");
  return {.flag = true,
          .big = -9007199254740993,
          .huge = 18446744073709551615u,
          .tiny = -128,
          .ratio = 0.1,
          .text = "quote \" backslash \\ newline \n bell \x07 e\xCC\x81 \xF0\x9F\x98\x80",
          .when = *at,
          .id = *id,
          .stream = {*id},
          .number = {42},
          .feeling = mood::busy,
          .home = {.name = "Hall 4", .height = -12.5},
          .note = "",
          .work = place{.name = "Yard", .height = std::nullopt},
          .labels = {"urgent", ""},
          .route = {{.name = "Gate", .height = 1e22}, {.name = "Pump", .height = 3.0}},
          .switches = {true, false, true},
          .counts = {{"a", 1}, {"a\"b", -2}, {"\xC3\xA9", 3}},
          .moods = {{"ann", mood::calm}, {"ben", std::nullopt}}};
}

struct task_created {
  std::string title;
  std::int64_t priority = 0;
  std::optional<timestamp> due;
  friend bool operator==(const task_created&, const task_created&) = default;
};

constexpr auto describe(about<task_created>) {
  return record("TaskCreated", 1, field("title", &task_created::title, "What is to be done"),
                field("priority", &task_created::priority, "0 is the most urgent"), field("due", &task_created::due));
}

struct nothing_happened {
  friend bool operator==(const nothing_happened&, const nothing_happened&) = default;
};

constexpr auto describe(about<nothing_happened>) { return record("NothingHappened", 1); }

/// A record within itself.
struct branch {
  std::string name;
  std::vector<branch> twigs;
  friend bool operator==(const branch&, const branch&) = default;
};

constexpr auto describe(about<branch>) {
  return record("Branch", 1, field("name", &branch::name), field("twigs", &branch::twigs));
}

}  // namespace holon::test
