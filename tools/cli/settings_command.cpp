#include "tools/cli/settings_command.hpp"

namespace holon::cli {
namespace {

result<exit_code> run_settings(session& with) {
  if (!with.out.json()) {
    with.out.text(settings_help());
    with.out.line();
    with.out.line("Now:");
    for (const auto& each : all_settings()) with.out.line("  " + each.name + " = " + each.show(with.settings));
    return exit_code::done;
  }
  std::string members;
  for (const auto& each : all_settings())
    members += (members.empty() ? "" : ",") + json_string(each.name) + ":" +
               (each.kind == setting_kind::number ? each.show(with.settings) : json_string(each.show(with.settings)));
  with.out.line("{" + members + "}");
  return exit_code::done;
}

}  // namespace

void add_settings_command(command_line& line) {
  auto& command = line.add("settings", "Show what can be chosen in holon.json, the environment and by flags",
                           "  holon settings\n"
                           "  HOLON_DB=sqlite:/var/lib/holon/journal.db holon settings --json\n");
  line.on_run(command, run_settings);
}

}  // namespace holon::cli
