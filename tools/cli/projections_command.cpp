#include "tools/cli/projections_command.hpp"

#include <memory>
#include <optional>

#include <fmt/core.h>

#include "projections/checkpoint.hpp"
#include "projections/projection_engine.hpp"
#include "tools/cli/event_text.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/known_types.hpp"
#include "tools/cli/read_model_update.hpp"
#include "tools/cli/read_model_view.hpp"
#include "tools/cli/text_table.hpp"
#include "tools/cli/whole_number.hpp"

namespace holon::cli {
namespace {

constexpr std::size_t parked_page = 1000;
constexpr std::size_t parked_shown_max = 100'000;
constexpr std::size_t rows_shown = 20;

struct projections_options {
  std::string name;
  std::string on_error = "stop";
  std::size_t rows = rows_shown;
};

// Everything that a projection stands on, for the time of one command.
struct workplace {
  std::shared_ptr<journal> store;
  std::unique_ptr<journal_reader> reader;
  std::shared_ptr<row_store> views;
  std::unique_ptr<row_session> session;
  projection_set known;
};

result<workplace> open_workplace(const settings& settings) {
  workplace open{.known = known_read_models()};
  HOLON_TRY(open.store, open_journal(settings, opening::to_read));
  HOLON_TRY(open.reader, open.store->reader());
  HOLON_TRY(open.views, open_read_models(settings));
  HOLON_TRY(open.session, open.views->session());
  return open;
}

projection_settings settings_of(const projections_options& asked) {
  projection_settings chosen;
  chosen.on_error = asked.on_error == "park" ? error_policy::park : error_policy::stop;
  return chosen;
}

result<std::vector<parked_event>> parked_of(projection_ledger& ledger, std::string_view name) {
  std::vector<parked_event> all;
  global_offset after;
  while (all.size() < parked_shown_max) {
    HOLON_TRY(auto page, ledger.parked(name, after, parked_page));
    if (page.empty()) break;
    after = page.back().offset;
    all.insert(all.end(), page.begin(), page.end());
  }
  return all;
}

std::string state_of(const projection_checkpoint& at, std::int64_t lag) {
  switch (at.state) {
    case projection_state::running: return lag == 0 ? "up to date" : "behind";
    case projection_state::paused: return "paused";
    case projection_state::stopped: return "stopped";
  }
  return "unknown";
}

result<exit_code> run_list(session& with) {
  HOLON_TRY(auto open, open_workplace(with.settings));
  HOLON_TRY(auto ledger, projection_ledger::open(*open.session));
  HOLON_TRY(const auto head, open.reader->head());
  text_table table({{"projection"},
                    {"version", align::right},
                    {"state"},
                    {"offset", align::right},
                    {"lag", align::right},
                    {"events", align::right},
                    {"parked", align::right},
                    {"error"}});
  std::string json;
  for (const auto& each : open.known.all()) {
    HOLON_TRY(const auto stored, ledger.checkpoint(each->name()));
    const auto at = stored.value_or(projection_checkpoint{});
    const auto lag = std::max<std::int64_t>(0, head.offset.value - at.offset.value);
    HOLON_TRY(const auto parked, parked_of(ledger, each->name()));
    const std::string state = stored ? state_of(at, lag) : "never run";
    table.add({std::string(each->name()), std::to_string(each->version()), state, grouped(at.offset.value),
               grouped(lag), grouped(at.events), grouped(std::int64_t(parked.size())), at.error});
    json += fmt::format(
        "{}{{\"name\":{},\"version\":{},\"state\":{},\"last_processed_offset\":{},\"lag\":{},"
        "\"events\":{},\"parked\":{},\"error\":{}}}",
        json.empty() ? "" : ",", json_string(each->name()), each->version(), json_string(state), at.offset.value, lag,
        at.events, parked.size(), json_string(at.error));
  }
  with.out.json() ? with.out.line("{\"head\":" + std::to_string(head.offset.value) + ",\"projections\":[" + json + "]}")
                  : table.print(with.out);
  return exit_code::done;
}

void show_status(const projection_status& status, output& out) {
  if (out.json())
    return out.line(
        fmt::format("{{\"name\":{},\"phase\":{},\"last_processed_offset\":{},\"head\":{},\"lag\":{},"
                    "\"events\":{},\"parked\":{},\"error\":{}}}",
                    json_string(status.name), json_string(to_string(status.phase)), status.offset.value,
                    status.head.value, status.lag, status.events, status.parked, json_string(status.error)));
  out.line(fmt::format("{}: {} at offset {}, {} events, {} parked{}", status.name, to_string(status.phase),
                       grouped(status.offset.value), grouped(status.events), status.parked,
                       status.error.empty() ? "" : ": " + status.error));
}

enum class bringing_up : std::uint8_t { on, from_the_beginning };

result<exit_code> bring_up(const projections_options& asked, const projection& what, bringing_up how, workplace& open,
                           session& with) {
  const clean_end ending;
  projection_engine engine(*open.reader, *open.session, what, settings_of(asked));
  if (how == bringing_up::from_the_beginning) {
    HOLON_CHECK(engine.rebuild());
  } else {
    HOLON_CHECK(engine.start());
  }
  HOLON_TRY(const auto outcome, catch_up(engine, std::string(what.name()), with.out));
  show_status(engine.status(), with.out);
  if (interrupted()) return exit_code::interrupted;
  return outcome == step_outcome::stopped ? exit_code::no : exit_code::done;
}

result<exit_code> run_rebuild(const projections_options& asked, session& with) {
  HOLON_TRY(auto open, open_workplace(with.settings));
  HOLON_TRY(const auto* what, open.known.get(asked.name));
  return bring_up(asked, *what, bringing_up::from_the_beginning, open, with);
}

result<exit_code> run_update(const projections_options& asked, session& with) {
  HOLON_TRY(auto open, open_workplace(with.settings));
  if (!asked.name.empty()) HOLON_CHECK(open.known.get(asked.name));
  auto worst = exit_code::done;
  for (const auto& each : open.known.all()) {
    if (!asked.name.empty() && each->name() != asked.name) continue;
    HOLON_TRY(const auto ended, bring_up(asked, *each, bringing_up::on, open, with));
    worst = std::max(worst, ended);
  }
  return worst;
}

result<exit_code> run_show(const projections_options& asked, session& with) {
  HOLON_TRY(auto open, open_workplace(with.settings));
  HOLON_CHECK(open.known.get(asked.name));
  HOLON_CHECK(show_tables_of(*open.session, asked.name, with.out, asked.rows));
  return exit_code::done;
}

void show_parked(const std::vector<parked_event>& parked, text_table& table, output& out) {
  for (const auto& each : parked) {
    if (out.json())
      out.line(
          fmt::format("{{\"projection\":{},\"global_offset\":{},\"event_id\":\"{}\",\"stream_id\":\"{}\","
                      "\"attempts\":{},\"parked_at\":\"{}\",\"error\":{}}}",
                      json_string(each.projection), each.offset.value, to_string(each.event.value),
                      to_string(each.stream.value), each.attempts, to_string(each.at), json_string(each.error)));
    else
      table.add({each.projection, grouped(each.offset.value), to_string(each.event.value),
                 std::to_string(each.attempts), short_time(each.at), each.error});
  }
}

result<exit_code> run_park_list(const projections_options& asked, session& with) {
  HOLON_TRY(auto open, open_workplace(with.settings));
  if (!asked.name.empty()) HOLON_CHECK(open.known.get(asked.name));
  HOLON_TRY(auto ledger, projection_ledger::open(*open.session));
  text_table table(
      {{"projection"}, {"offset", align::right}, {"event"}, {"attempts", align::right}, {"parked"}, {"error"}});
  for (const auto& each : open.known.all()) {
    if (!asked.name.empty() && each->name() != asked.name) continue;
    HOLON_TRY(const auto parked, parked_of(ledger, each->name()));
    show_parked(parked, table, with.out);
  }
  if (table.empty())
    with.out.note("no parked events");
  else
    table.print(with.out);
  return exit_code::done;
}

result<exit_code> run_park_replay(const projections_options& asked, session& with) {
  HOLON_TRY(auto open, open_workplace(with.settings));
  HOLON_TRY(const auto* what, open.known.get(asked.name));
  projection_engine engine(*open.reader, *open.session, *what, settings_of(asked));
  HOLON_CHECK(engine.start());
  HOLON_TRY(const auto report, engine.replay_parked());
  if (with.out.json())
    with.out.line(fmt::format("{{\"name\":{},\"applied\":{},\"still_parked\":{}}}", json_string(asked.name),
                              report.applied, report.still_parked));
  else
    with.out.line(fmt::format("{}: {} applied, {} still parked", asked.name, report.applied, report.still_parked));
  return report.still_parked == 0 ? exit_code::done : exit_code::no;
}

void add_name(CLI::App& command, const std::shared_ptr<projections_options>& asked, bool required) {
  auto* name = command.add_option("name", asked->name, required ? "The projection" : "The projection (all of them)");
  name->type_name("NAME");
  if (required) name->required();
}

void add_on_error(CLI::App& command, const std::shared_ptr<projections_options>& asked) {
  command.add_option("--on-error", asked->on_error, "An event that cannot be applied: stop before it, or park it")
      ->check(CLI::IsMember({"stop", "park"}))
      ->capture_default_str();
}

}  // namespace

void add_projections_command(command_line& line) {
  auto& group = line.add("projections", "See how the read models are doing, rebuild them, see parked events",
                         "  holon projections list\n"
                         "  holon projections show active_tasks --rows 50\n"
                         "  holon projections rebuild org_chart --on-error park\n"
                         "  holon projections park replay org_chart\n");
  group.require_subcommand(1);
  auto asked = std::make_shared<projections_options>();
  const auto on_run = [&](CLI::App& command, auto run) {
    line.on_run(command, [asked, run](session& with) { return run(*asked, with); });
  };

  auto& list = line.add_below(group, "list", "All projections: state, offset, lag, parked events");
  line.on_run(list, run_list);

  auto& show = line.add_below(group, "show", "The tables of one projection");
  add_name(show, asked, true);
  show.add_option("--rows", asked->rows, "Rows shown of each table")->check(whole_number(1))->capture_default_str();
  on_run(show, run_show);

  auto& update = line.add_below(group, "update", "Bring projections to the end of the journal");
  add_name(update, asked, false);
  add_on_error(update, asked);
  on_run(update, run_update);

  auto& rebuild = line.add_below(group, "rebuild", "Drop the rows of a projection and build them anew");
  add_name(rebuild, asked, true);
  add_on_error(rebuild, asked);
  on_run(rebuild, run_rebuild);

  auto& park = line.add_below(group, "park", "Events that could not be applied");
  park.require_subcommand(1);
  auto& park_list = line.add_below(park, "list", "Which ones, and why");
  add_name(park_list, asked, false);
  on_run(park_list, run_park_list);
  auto& replay = line.add_below(park, "replay", "Try them again");
  add_name(replay, asked, true);
  on_run(replay, run_park_replay);
}

}  // namespace holon::cli
