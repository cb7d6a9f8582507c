#include "tools/cli/why_command.hpp"

#include <memory>

#include "tools/cli/causal_chain.hpp"
#include "tools/cli/event_text.hpp"
#include "tools/cli/journal_opening.hpp"

namespace holon::cli {
namespace {

std::string json_list(const std::vector<recorded_event>& events) {
  std::string list;
  for (const auto& event : events) list += (list.empty() ? "" : ",") + json_of(view_of(event));
  return "[" + list + "]";
}

void show_json(const causal_chain& chain, output& out) {
  std::vector<recorded_event> consequences;
  for (const auto& each : chain.consequences) consequences.push_back(each.event);
  out.line("{\"correlation_id\":" + (chain.correlation ? json_string(*chain.correlation) : "null") +
           ",\"chain\":" + json_list(chain.causes) +
           ",\"missing\":" + (chain.missing ? json_string(to_string(chain.missing->value)) : "null") +
           ",\"consequences\":" + json_list(consequences) + ",\"more\":" + (chain.more ? "true" : "false") + "}");
}

std::string line_of(const recorded_event& event, const output& out) {
  return out.strong(shown(event.content.type)) + "  " + to_string(event.content.id.value) + "  " +
         shown(event.stream_type) + " " + to_string(event.stream.value) + " v" + std::to_string(event.version.value) +
         "  " + out.faint(short_time(event.content.occurred_at));
}

std::string indent(std::size_t depth) { return std::string(depth * 2, ' '); }

void show_tree(const causal_chain& chain, output& out) {
  if (chain.missing)
    out.line("(caused by event " + to_string(chain.missing->value) + ", which is not in this journal)");
  std::size_t depth = 0;
  for (const auto& event : chain.causes) {
    out.line(indent(depth) + (depth == 0 ? "" : "└ ") + line_of(event, out) +
             (depth + 1 == chain.causes.size() ? "  ← this one" : ""));
    ++depth;
  }
  for (const auto& each : chain.consequences)
    out.line(indent(depth + each.depth - 1) + "└ " + line_of(each.event, out));
  if (chain.more) out.line("… and more consequences than are shown");
  out.line(out.faint(chain.correlation ? "correlation " + shown(*chain.correlation) : "no correlation"));
}

result<exit_code> run_why(const std::string& id, session& with) {
  auto event = parse_uuid(id);
  if (!event) return failure_in("the event", std::move(event).error());
  HOLON_TRY(const auto store, open_journal(with.settings, opening::to_read));
  HOLON_TRY(const auto reader, store->reader());
  HOLON_TRY(const auto chain, chain_of(*reader, {*event}));
  with.out.json() ? show_json(chain, with.out) : show_tree(chain, with.out);
  return exit_code::done;
}

}  // namespace

void add_why_command(command_line& line) {
  auto& command = line.add("why", "Show what led to an event, and what came of it",
                           "  holon why 0193480e-8c51-7a10-a2ce-0e8e1d1b6a55\n"
                           "  holon why $(holon tail -n 1 --json | jq -r .event_id) --json\n");
  auto id = std::make_shared<std::string>();
  command.add_option("event", *id, "The id of the event")->required()->type_name("EVENT_ID");
  line.on_run(command, [id](session& with) { return run_why(*id, with); });
}

}  // namespace holon::cli
