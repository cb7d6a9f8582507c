#include "tools/cli/db_command.hpp"

#include <algorithm>
#include <memory>

#include <fmt/core.h>

#include "persistence/postgres/postgres_migration.hpp"
#include "tools/cli/db_archive.hpp"
#include "tools/cli/db_doctor.hpp"
#include "tools/cli/text_table.hpp"

namespace holon::cli {
namespace {

struct migrate_options {
  bool dry_run = false;
  std::string payload;  // empty: not chosen
};

std::string json_of(const postgres::migration_line& line) {
  const auto& what = line.what;
  const auto or_null = [](const std::string& text) { return text.empty() ? "null" : json_string(text); };
  return fmt::format(
      "{{\"number\":{},\"name\":{},\"state\":{},\"checksum\":{},\"applied_at\":{},\"applied_by\":{},"
      "\"program_version\":{}}}",
      what.number, json_string(what.name), json_string(postgres::to_string(line.state)), json_string(what.checksum),
      or_null(what.applied_at), or_null(what.applied_by), or_null(what.program_version));
}

std::string json_of(const std::vector<postgres::migration_line>& lines) {
  std::string list;
  for (const auto& each : lines) list += (list.empty() ? "" : ",") + json_of(each);
  return "[" + list + "]";
}

std::string spoken_count(std::size_t count) { return fmt::format("{} migration{}", count, count == 1 ? "" : "s"); }

void show_report(const postgres::migration_report& report, bool dry_run, output& out) {
  for (const auto& each : report.applied)
    out.line(fmt::format("{} {:04} {}", dry_run ? "would apply" : "applied", each.what.number, each.what.name));
  if (report.applied.empty())
    out.line(fmt::format("Nothing to do: the journal in schema {} is up to date, payloads are {}.", report.schema,
                         to_string(report.payload)));
  else
    out.line(fmt::format("{} {} in schema {}, payloads are {}.", spoken_count(report.applied.size()),
                         dry_run ? "pending" : "applied", report.schema, to_string(report.payload)));
}

result<exit_code> run_migrate(const migrate_options& asked, session& with) {
  HOLON_TRY(const auto url, database_url(with.settings));
  postgres::migration_options options{.url = url, .dry_run = asked.dry_run};
  if (!asked.payload.empty())
    options.payload = asked.payload == "json" ? postgres::payload_type::json : postgres::payload_type::jsonb;
  HOLON_TRY(const auto report, postgres::migrate(options));
  if (with.out.json())
    with.out.line(fmt::format("{{\"dry_run\":{},\"schema\":{},\"payload_type\":{},\"migrations\":{}}}", asked.dry_run,
                              json_string(report.schema), json_string(to_string(report.payload)),
                              json_of(report.applied)));
  else
    show_report(report, asked.dry_run, with.out);
  return exit_code::done;
}

void show_status(const std::vector<postgres::migration_line>& lines, output& out) {
  text_table table({{"number", align::right}, {"migration"}, {"state"}, {"applied at"}, {"by"}, {"with holon"}});
  for (const auto& each : lines)
    table.add({std::to_string(each.what.number), each.what.name, std::string(postgres::to_string(each.state)),
               each.what.applied_at, each.what.applied_by, each.what.program_version});
  table.print(out);
}

// What the states come to, for people and as an exit code.
result<void> fitness_of(const std::vector<postgres::migration_line>& lines) {
  std::vector<postgres::applied_migration> applied;
  for (const auto& each : lines)
    if (each.state != postgres::migration_state::pending) applied.push_back(each.what);
  return postgres::check_schema(applied);
}

result<exit_code> run_status(session& with) {
  HOLON_TRY(const auto url, database_url(with.settings));
  HOLON_TRY(const auto lines, postgres::migration_status(url));
  const auto fits = fitness_of(lines);
  if (with.out.json()) {
    with.out.line(fmt::format("{{\"up_to_date\":{},\"migrations\":{}}}", fits.has_value(), json_of(lines)));
  } else {
    show_status(lines, with.out);
    with.out.line(fits ? "The journal is up to date." : fits.error().text);
  }
  return fits ? exit_code::done : exit_code::no;
}

void add_migrate(command_line& line, CLI::App& group) {
  auto asked = std::make_shared<migrate_options>();
  auto& command = line.add_below(group, "migrate", "Make the journal in the database, or bring it up to date");
  command.add_flag("--dry-run", asked->dry_run, "Only tell what would be applied");
  command
      .add_option("--payload", asked->payload,
                  "How a new journal keeps payloads, for good: jsonb (usual), or json as text")
      ->check(CLI::IsMember({"jsonb", "json"}))
      ->type_name("TYPE");
  line.on_run(command, [asked](session& with) { return run_migrate(*asked, with); });
}

}  // namespace

// Only a database server has a schema that people look after.
result<std::string> database_url(const settings& settings) {
  if (settings.journal.kind == journal_kind::postgresql) return settings.journal.place;
  return failure(errc::invalid_argument, "holon db is for journals in PostgreSQL, and this one is " +
                                             to_string(settings.journal) +
                                             ": name one with --journal postgresql://USER@HOST/DATABASE or HOLON_DB");
}

void add_db_command(command_line& line) {
  auto& group =
      line.add("db", "Look after the PostgreSQL database that the journal is in",
               "  holon db migrate --journal postgresql://admin@host/holon --dry-run\n"
               "  holon db migrate --payload json\n"
               "  holon db status --json\n"
               "  holon db doctor\n"
               "  holon db archive --before 2026-01-01 --to /archive --dry-run\n"
               "  holon db restore /archive/events_2025_12.json\n"
               "\nTo migrate, the user is a superuser, or owns the database and may make roles (CREATEROLE).\n"
               "status ends with exit code 1 if migrations are pending or the journal is not this program's,\n"
               "doctor if it found a problem.\n"
               "The archive is for the owner of the journal; what is in it is read again once it is restored.\n");
  group.require_subcommand(1);
  add_migrate(line, group);
  line.on_run(line.add_below(group, "status", "The versions of the schema: applied, pending, changed, unknown"),
              run_status);
  add_db_doctor(line, group);
  add_db_archive(line, group);
}

}  // namespace holon::cli
