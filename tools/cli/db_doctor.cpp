#include "tools/cli/db_doctor.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "persistence/postgres/doctor/postgres_doctor.hpp"
#include "tools/cli/db_command.hpp"
#include "tools/cli/text_table.hpp"

namespace holon::cli {
namespace {

using postgres::finding;
using postgres::severity;

std::int64_t count_of(const std::vector<finding>& found, severity level) {
  return std::count_if(found.begin(), found.end(), [&](const finding& each) { return each.level == level; });
}

std::string json_of(const std::vector<finding>& found) {
  std::string list;
  for (const auto& each : found)
    list += fmt::format("{}{{\"severity\":{},\"what\":{},\"value\":{},\"advice\":{}}}", list.empty() ? "" : ",",
                        json_string(to_string(each.level)), json_string(each.what), json_string(each.value),
                        each.advice.empty() ? "null" : json_string(each.advice));
  return fmt::format("{{\"problems\":{},\"warnings\":{},\"notes\":{},\"findings\":[{}]}}",
                     count_of(found, severity::problem), count_of(found, severity::warning),
                     count_of(found, severity::note), list);
}

void show_table(const std::vector<finding>& found, output& out) {
  text_table table({{""}, {"looked at"}, {"found"}});
  for (const auto& each : found)
    table.add({each.level == severity::ok ? "" : std::string(to_string(each.level)), each.what, each.value});
  table.print(out);
}

// The worst comes first.
void show_advice(const std::vector<finding>& found, output& out) {
  for (const auto level : {severity::problem, severity::warning, severity::note})
    for (const auto& each : found)
      if (each.level == level) out.line(fmt::format("{} - {}: {}", to_string(level), each.what, each.advice));
}

result<exit_code> run_doctor(session& with) {
  HOLON_TRY(const auto url, database_url(with.settings));
  HOLON_TRY(const auto found,
            postgres::examine({.url = url, .pool_size_max = static_cast<int>(with.settings.connections)}));
  const auto problems = count_of(found, severity::problem);
  if (with.out.json()) {
    with.out.line(json_of(found));
  } else {
    show_table(found, with.out);
    with.out.line();
    show_advice(found, with.out);
    with.out.line(fmt::format("{} problems, {} warnings, {} notes.", problems, count_of(found, severity::warning),
                              count_of(found, severity::note)));
  }
  return problems == 0 ? exit_code::done : exit_code::no;
}

}  // namespace

void add_db_doctor(command_line& line, CLI::App& group) {
  line.on_run(line.add_below(group, "doctor", "What could lose events or slow them down, and what to run against it"),
              run_doctor);
}

}  // namespace holon::cli
