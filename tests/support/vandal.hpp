// A holon type that does what it must not do, where it is told to: it throws, or hangs until it is let go.
#pragma once

#include <atomic>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/holon_type.hpp"

namespace vandal {

/// While true, an event that was told to spoil the replay does.
inline std::atomic<bool> spoils_replay{false};
/// "hang" ends when this is true. At the end of a test.
inline std::atomic<bool> let_go{false};

/// how: "int", "exception", "memory", "hang".
inline void misbehave(std::string_view how) {
  if (how == "int") throw 42;
  if (how == "exception") throw std::runtime_error("I did it");
  if (how == "memory") throw std::bad_alloc();
  if (how == "hang") let_go.wait(false);
}

struct act {
  std::string where;  // "decide", "apply", "replay", "project", or "nowhere"
  std::string how;
};
struct acted {
  std::string where;
  std::string how;
};
struct record_of_acts {
  std::int64_t count = 0;
};
constexpr auto describe(holon::about<act>) {
  return holon::record("Act", 1, holon::field("where", &act::where), holon::field("how", &act::how));
}
constexpr auto describe(holon::about<acted>) {
  return holon::record("Acted", 1, holon::field("where", &acted::where), holon::field("how", &acted::how));
}
constexpr auto describe(holon::about<record_of_acts>) {
  return holon::record("RecordOfActs", 1, holon::field("count", &record_of_acts::count));
}

struct vandal {
  static constexpr std::string_view name = "vandal";
  using state = record_of_acts;
  using command = std::variant<act>;
  using event = std::variant<acted>;
};

inline void apply(record_of_acts& now, const acted& event) {
  ++now.count;
  if (event.where == "apply" || (event.where == "replay" && spoils_replay)) misbehave(event.how);
}
inline holon::decision<vandal::event> decide(const record_of_acts&, const act& asked) {
  if (asked.where == "decide") misbehave(asked.how);
  return acted{asked.where, asked.how};
}

}  // namespace vandal
