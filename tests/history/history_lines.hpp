// The lines of history files, as the codecs write and read them. What has its default is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "persistence/describe.hpp"
#include "persistence/uuid.hpp"
#include "tests/history/answer_history.hpp"

namespace holon::testing {

constexpr auto describe(about<request_kind>) {
  return enumeration(value("deposit", request_kind::deposit), value("withdraw", request_kind::withdraw),
                     value("close", request_kind::close), value("touch", request_kind::touch),
                     value("state", request_kind::ask_state), value("append", request_kind::append),
                     value("check", request_kind::check));
}
constexpr auto describe(about<read_level>) {
  return enumeration(value("linearizable", read_level::linearizable), value("local", read_level::local));
}
constexpr auto describe(about<outcome_kind>) {
  return enumeration(value("done", outcome_kind::done), value("nothing", outcome_kind::nothing),
                     value("refused", outcome_kind::refused), value("state", outcome_kind::state),
                     value("held", outcome_kind::held), value("conflict", outcome_kind::conflict),
                     value("error", outcome_kind::error), value("unknown", outcome_kind::unknown));
}
constexpr auto describe(about<effect>) {
  return enumeration(value("nothing", effect::none), value("deposited", effect::deposited),
                     value("withdrawn", effect::withdrawn), value("closed", effect::closed));
}
constexpr auto describe(about<time_unit>) {
  return enumeration(value("ns", time_unit::nanoseconds), value("steps", time_unit::steps));
}

struct run_line {
  std::int64_t format = 0;
  std::uint64_t seed = 0;
  std::uint32_t nodes = 0;
  time_unit clock = time_unit::nanoseconds;
  std::string journal;
  std::optional<bool> readers_saw_all;
  std::optional<bool> local_may_go_back;
};
constexpr auto describe(about<run_line>) {
  return record("Run", 1, field("format", &run_line::format), field("seed", &run_line::seed),
                field("nodes", &run_line::nodes), field("clock", &run_line::clock),
                field("journal", &run_line::journal), field("readers_saw_all", &run_line::readers_saw_all),
                field("local_may_go_back", &run_line::local_may_go_back));
}

/// Which of the next ones a line is.
struct line_kind {
  std::string k;
};
constexpr auto describe(about<line_kind>) { return record("Line", 1, field("k", &line_kind::k)); }

struct part_line {
  std::uint32_t stream = 0;
  std::optional<std::int64_t> expected;
  std::optional<effect> writes;
  std::optional<std::int64_t> amount;
  std::optional<std::uint32_t> count;
  std::optional<std::int64_t> told;
};
constexpr auto describe(about<part_line>) {
  return record("Part", 1, field("stream", &part_line::stream), field("expected", &part_line::expected),
                field("writes", &part_line::writes), field("amount", &part_line::amount),
                field("count", &part_line::count), field("told", &part_line::told));
}

struct op_line {
  std::string k = "op";
  std::uint32_t op = 0;
  std::uint32_t client = 0;
  std::uint16_t node = 0;
  request_kind asked = request_kind::touch;
  std::optional<std::uint32_t> stream;
  std::optional<std::int64_t> amount;
  std::optional<std::vector<part_line>> parts;
  std::optional<uuid> id;
  std::optional<std::uint16_t> send;
  std::optional<read_level> level;
  std::int64_t call = 0;
  std::optional<std::int64_t> ret;
  outcome_kind out = outcome_kind::unknown;
  std::optional<std::int64_t> v;
  std::optional<std::int64_t> offset;
  std::optional<std::uint32_t> events;
  std::optional<std::string> code;
  std::optional<std::string> state;
  std::optional<std::uint64_t> hash;
  std::optional<bool> already;
};
constexpr auto describe(about<op_line>) {
  return record("Op", 1, field("k", &op_line::k), field("op", &op_line::op), field("client", &op_line::client),
                field("node", &op_line::node), field("do", &op_line::asked), field("stream", &op_line::stream),
                field("amount", &op_line::amount), field("parts", &op_line::parts), field("id", &op_line::id),
                field("send", &op_line::send), field("level", &op_line::level), field("call", &op_line::call),
                field("ret", &op_line::ret), field("out", &op_line::out), field("v", &op_line::v),
                field("offset", &op_line::offset), field("events", &op_line::events), field("code", &op_line::code),
                field("state", &op_line::state), field("hash", &op_line::hash), field("already", &op_line::already));
}

struct seen_line {
  std::string k = "seen";
  std::uint32_t reader = 0;
  std::int64_t offset = 0;
  std::uint32_t stream = 0;
  std::int64_t v = 0;
  std::optional<uuid> id;
  std::int64_t at = 0;
};
constexpr auto describe(about<seen_line>) {
  return record("Seen", 1, field("k", &seen_line::k), field("reader", &seen_line::reader),
                field("offset", &seen_line::offset), field("stream", &seen_line::stream), field("v", &seen_line::v),
                field("id", &seen_line::id), field("at", &seen_line::at));
}

struct fault_line {
  std::string k = "fault";
  std::string what;
  std::int64_t at = 0;
};
constexpr auto describe(about<fault_line>) {
  return record("Fault", 1, field("k", &fault_line::k), field("what", &fault_line::what), field("at", &fault_line::at));
}

struct event_line {
  std::string k = "event";
  std::int64_t offset = 0;
  std::uint32_t stream = 0;
  std::int64_t v = 0;
  uuid id;
  std::string type;
  std::string payload;  // JSON text, as it is stored
  std::optional<std::int64_t> batch;
  std::optional<std::uint32_t> op;
  std::optional<uuid> command;
};
constexpr auto describe(about<event_line>) {
  return record("Event", 1, field("k", &event_line::k), field("offset", &event_line::offset),
                field("stream", &event_line::stream), field("v", &event_line::v), field("id", &event_line::id),
                field("type", &event_line::type), field("payload", &event_line::payload),
                field("batch", &event_line::batch), field("op", &event_line::op),
                field("command", &event_line::command));
}

}  // namespace holon::testing
