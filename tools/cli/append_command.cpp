#include "tools/cli/append_command.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/canonical_members.hpp"
#include "tools/cli/causal_chain.hpp"
#include "tools/cli/journal_hint.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/known_types.hpp"
#include "tools/cli/schema_folder.hpp"
#include "tools/cli/stream_name.hpp"
#include "tools/cli/text_argument.hpp"

namespace holon::cli {
namespace {

constexpr std::size_t value_shown_max = 40;

struct append_options {
  std::string stream;
  std::string type;
  std::string data;
  std::string stream_type;
  std::string expected = "any";
  std::string event_id;
  std::string command_id;
  std::string actor;
  std::string source = "cli";
  std::string occurred_at;
  std::string valid_from;
  std::string valid_to;
  std::string metadata = "{}";
  std::string caused_by;
  std::vector<std::string> checks;
};

// What was asked, checked as far as that is possible without the journal.
struct append_plan {
  stream_id stream;
  expected_version expected = expected_version::any();
  std::optional<event_id> caused_by;
  bool id_given = false;
  bool time_given = false;
  std::string metadata;    // a canonical object, without what complete_metadata adds
  append_request request;  // one write of one event
};

result<expected_version> parse_expected(const std::string& text) {
  if (text == "any") return expected_version::any();
  if (text == "none") return expected_version::no_stream();
  if (text == "exists") return expected_version::stream_exists();
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc() && end == text.data() + text.size() && number >= 0)
    return expected_version::exactly({number});
  return failure(errc::invalid_argument, "--expected: '" + text + "' is no version: a number, none, exists or any");
}

// "STREAM@VERSION"; a stream's name may have an @ in it.
result<stream_check> parse_check(const std::string& text) {
  const auto at = text.rfind('@');
  const auto sentence = "--check: '" + text + "' is no STREAM@VERSION, whose version is a number or none";
  if (at == std::string::npos || at == 0) return failure(errc::invalid_argument, sentence);
  HOLON_TRY(const auto stream, parse_stream(text.substr(0, at)));
  const auto version = parse_expected(text.substr(at + 1));
  if (!version || !version->is_exact()) return failure(errc::invalid_argument, sentence);
  return stream_check{.stream = stream, .expected = *version};
}

result<uuid> parse_id(const char* flag, const std::string& text) {
  auto id = parse_uuid(text);
  if (!id) return failure_in(flag, std::move(id).error());
  return id;
}

result<std::optional<timestamp>> parse_time(const char* flag, const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto time = parse_timestamp(text);
  if (!time) return failure_in(flag, std::move(time).error());
  return *time;
}

result<std::string> parse_metadata(const std::string& argument) {
  HOLON_TRY(const auto text, text_argument(argument));
  auto canonical = canonical_object(text);
  if (!canonical) return failure_in("--metadata", std::move(canonical).error());
  return canonical;
}

result<void> plan_ids(const append_options& asked, append_plan& plan, new_event& event) {
  const auto& given = asked.command_id.empty() ? asked.event_id : asked.command_id;
  plan.id_given = !given.empty();
  if (!plan.id_given) {
    event.id = {make_uuid_v7()};
    return {};
  }
  HOLON_TRY(const auto id, parse_id(asked.command_id.empty() ? "--event-id" : "--command-id", given));
  event.id = {id};
  if (!asked.command_id.empty()) plan.request.command = command_id{id};
  return {};
}

result<void> plan_times(const append_options& asked, append_plan& plan, new_event& event) {
  HOLON_TRY(const auto occurred_at, parse_time("--occurred-at", asked.occurred_at));
  HOLON_TRY(event.valid_from, parse_time("--valid-from", asked.valid_from));
  HOLON_TRY(event.valid_to, parse_time("--valid-to", asked.valid_to));
  plan.time_given = occurred_at.has_value();
  event.occurred_at = occurred_at.value_or(now());
  return {};
}

// Activities of an imported log are event types that nobody has described.
result<std::string> checked_payload(const event_catalog& known, const std::string& type, const std::string& payload) {
  auto checked = known.check(type, payload);
  if (!checked && checked.error().code == errc::unknown_type)
    checked.error().text += ". To record it, describe it first: holon schema register " + shell_word(type) +
                            " FILE, whose file may be {} for any payload";
  return checked;
}

result<append_plan> plan_append(const append_options& asked, const event_catalog& known) {
  append_plan plan;
  auto& write = plan.request.writes.emplace_back();
  auto& event = write.events.emplace_back();
  HOLON_TRY(plan.stream, parse_stream(asked.stream));
  HOLON_TRY(plan.expected, parse_expected(asked.expected));
  if (asked.data == "-" && asked.metadata == "-")
    return failure(errc::invalid_argument,
                   "--data and --metadata cannot both come from stdin, which is read once: give one of them as @FILE");
  HOLON_TRY(const auto payload, text_argument(asked.data));
  HOLON_TRY(event.payload, checked_payload(known, asked.type, payload));
  HOLON_TRY(plan.metadata, parse_metadata(asked.metadata));
  HOLON_CHECK(plan_ids(asked, plan, event));
  HOLON_CHECK(plan_times(asked, plan, event));
  if (!asked.caused_by.empty()) {
    HOLON_TRY(const auto cause, parse_id("--caused-by", asked.caused_by));
    plan.caused_by = event_id{cause};
  }
  event.type = asked.type;
  event.schema_version = known.find(asked.type)->version;
  event.actor = parse_actor(asked.actor);
  event.source_system = asked.source;
  write.stream = plan.stream;
  write.expected = plan.expected;
  for (const auto& each : asked.checks) {
    HOLON_TRY(plan.request.checks.emplace_back(), parse_check(each));
  }
  return plan;
}

// The holon type that the event goes to: as said, as the stream is, or the one type that has such events.
result<std::string> choose_stream_type(const append_options& asked, const event_type& event,
                                       const std::optional<stream_info>& there) {
  if (!asked.stream_type.empty()) return asked.stream_type;
  if (there) return there->type;
  if (event.stream_types.size() == 1) return event.stream_types.front();
  return failure(errc::invalid_argument, "the stream " + asked.stream + " is new: say with --stream-type what it is");
}

// An event that a C++ holon type does not have would make its holon unreadable for ever.
result<void> check_belongs(const event_type& event, const std::string& stream_type) {
  HOLON_TRY(const auto built_in, known_holons());
  const auto& owners = event.stream_types;
  if (std::find(owners.begin(), owners.end(), stream_type) != owners.end()) return {};
  if (built_in.find(stream_type) != nullptr)
    return failure(errc::type_conflict, "the built-in holon type '" + stream_type + "' has no event '" + event.name +
                                            "': holon schema list shows which ones it has");
  return check_name("--stream-type", stream_type, stream_type_characters_max);
}

// As text, since a tree would round long numbers.
void add_member(std::string& object, const std::string& name, const std::string& text) {
  object.insert(1, "\"" + name + "\":" + json_string(text) + (object == "{}" ? "" : ","));
}

// The ids of a conversation are the sender's, in whatever form: order-4711, a trace id without dashes. But they are
// texts.
result<bool> has_text(const std::string& metadata, std::string_view name) {
  bool there = false;
  HOLON_CHECK(for_each_member(metadata, [&](std::string_view key, std::string_view value) -> result<void> {
    if (key != name) return {};
    there = true;
    if (value.starts_with('"') && value.size() > 2) return {};
    return failure(errc::invalid_argument, "--metadata: " + std::string(name) +
                                               " must be a text that is not empty, and it is " +
                                               std::string(value.substr(0, value_shown_max)));
  }));
  return there;
}

// The conversation goes on with the cause, or begins here.
result<void> complete_metadata(append_plan& plan, journal_reader& reader, new_event& event) {
  HOLON_TRY(const bool has_correlation, has_text(plan.metadata, "correlation_id"));
  HOLON_TRY(const bool has_causation, has_text(plan.metadata, "causation_id"));
  if (has_causation && plan.caused_by)
    return failure(errc::invalid_argument,
                   "--caused-by and the causation_id in --metadata say the same thing twice: leave one of them out");
  auto correlation = to_string(event.id.value);
  if (plan.caused_by) {
    HOLON_TRY(const auto cause, reader.find_event(*plan.caused_by));
    if (!cause)
      return failure(errc::invalid_argument,
                     "--caused-by: there is no event " + to_string(plan.caused_by->value) + " in this journal");
    correlation = causal_ids_of(cause->content.metadata).correlation.value_or(to_string(cause->content.id.value));
    add_member(plan.metadata, "causation_id", to_string(plan.caused_by->value));
  }
  if (!has_correlation) add_member(plan.metadata, "correlation_id", correlation);
  auto canonical = canonical_object(plan.metadata);
  if (!canonical) return failure_in("--metadata", std::move(canonical).error());
  event.metadata = std::move(*canonical);
  return {};
}

// Sent again under its id, an event without a time of its own has the time that it had.
result<void> recall_time(const append_plan& plan, journal_reader& reader, new_event& event) {
  if (!plan.id_given || plan.time_given) return {};
  HOLON_TRY(const auto before, reader.find_event(event.id));
  if (before) event.occurred_at = before->content.occurred_at;
  return {};
}

void show(const append_plan& plan, const append_result& done, output& out) {
  const auto& write = plan.request.writes.front();
  const auto& event = write.events.front();
  if (out.json())
    return out.line(
        fmt::format("{{\"event_id\":\"{}\",\"stream_id\":\"{}\",\"stream_type\":{},\"version\":{},"
                    "\"global_offset\":{},\"already\":{}}}",
                    to_string(event.id.value), to_string(write.stream.value), json_string(write.stream_type),
                    done.versions.front().value, done.last.value, done.already));
  out.line(fmt::format("{} {} v{}  {}  offset {}{}", shown(write.stream_type), to_string(write.stream.value),
                       done.versions.front().value, shown(event.type), grouped(done.last.value),
                       done.already ? "  (it was there already)" : ""));
  out.line("event " + to_string(event.id.value));
}

result<exit_code> run_append(const append_options& asked, session& with) {
  HOLON_TRY(const auto known, known_events(folder_of(with.settings)));
  HOLON_TRY(auto plan, plan_append(asked, known));
  auto& write = plan.request.writes.front();
  auto& event = write.events.front();
  HOLON_CHECK(check_envelope(event));
  HOLON_TRY(const auto store, open_journal(with.settings, opening::to_write));
  HOLON_TRY(const auto reader, store->current_reader());
  HOLON_TRY(const auto there, reader->find_stream(plan.stream));
  const auto& type = *known.find(asked.type);
  HOLON_TRY(write.stream_type, choose_stream_type(asked, type, there));
  HOLON_CHECK(check_belongs(type, write.stream_type));
  HOLON_CHECK(complete_metadata(plan, *reader, event));
  HOLON_CHECK(recall_time(plan, *reader, event));
  HOLON_TRY(const auto appender, store->appender());
  HOLON_TRY(const auto done, append_one(*appender, plan.request));
  with.wrote = true;
  show(plan, done, with.out);
  return exit_code::done;
}

}  // namespace

void add_append_command(command_line& line) {
  auto& command = line.add(
      "append", "Record one event, checked against its schema",
      "  holon append task-4711 --type TaskAssigned --data '{\"assignee\":\"3f0c9a52-6a5e-5c0b-9d0e-2f4f5f4f9a11\"}'\n"
      "  holon append invoice/7 --type InvoicePaid --data @paid.json --stream-type invoice --expected 3\n"
      "  holon append order/9 --type OrderPlaced --data @order.json --check customer/3@12 --check promotion/5@none\n"
      "\nIt records what happened, so the rules of a holon type are not asked. Under the same --event-id it is "
      "recorded\n"
      "once, however often it is sent.\n");
  auto asked = std::make_shared<append_options>();
  const auto option = [&](const char* flag, std::string& value, const char* type, const char* what) -> CLI::Option& {
    return *command.add_option(flag, value, what)->type_name(type);
  };
  option("stream", asked->stream, "STREAM", "Its id, or any name, which always leads to the same id").required();
  option("--type", asked->type, "TYPE", "The event type (holon schema list)").required();
  option("--data", asked->data, "JSON", "The payload: JSON, @FILE or - for stdin").required();
  option("--stream-type", asked->stream_type, "TYPE", "What the stream is, if it is new");
  option("--expected", asked->expected, "VERSION", "The version of the stream: a number, none, exists or any");
  command
      .add_option("--check", asked->checks,
                  "Another stream that must be at this version, or be none; any number of them")
      ->type_name("STREAM@VERSION");
  auto& id = option("--event-id", asked->event_id, "UUID", "The event's id; a new one otherwise");
  option("--command-id", asked->command_id, "UUID", "The command that records it").excludes(&id);
  option("--actor", asked->actor, "ACTOR", "Who did it: an id or a name");
  option("--source", asked->source, "NAME", "The source system").capture_default_str();
  option("--occurred-at", asked->occurred_at, "TIME", "When it happened (now)");
  option("--valid-from", asked->valid_from, "TIME", "Since when it holds");
  option("--valid-to", asked->valid_to, "TIME", "Until when it holds");
  option("--metadata", asked->metadata, "JSON", "More metadata: JSON, @FILE or -");
  option("--caused-by", asked->caused_by, "EVENT_ID", "The event that led to it; the conversation goes on");
  line.on_run(command, [asked](session& with) { return run_append(*asked, with); });
}

}  // namespace holon::cli
