// The command line `holon`: one file for each command, and this list of them.
#include "tools/cli/append_command.hpp"
#include "tools/cli/bench_command.hpp"
#include "tools/cli/command_line.hpp"
#include "tools/cli/db_command.hpp"
#include "tools/cli/demo_command.hpp"
#include "tools/cli/import_command.hpp"
#include "tools/cli/projections_command.hpp"
#include "tools/cli/read_command.hpp"
#include "tools/cli/schema_command.hpp"
#include "tools/cli/settings_command.hpp"
#include "tools/cli/state_command.hpp"
#include "tools/cli/tail_command.hpp"
#include "tools/cli/verify_command.hpp"
#include "tools/cli/why_command.hpp"

int main(int argc, char** argv) {
  holon::cli::command_line line;
  holon::cli::add_demo_command(line);
  holon::cli::add_import_command(line);
  holon::cli::add_append_command(line);
  holon::cli::add_read_command(line);
  holon::cli::add_tail_command(line);
  holon::cli::add_state_command(line);
  holon::cli::add_why_command(line);
  holon::cli::add_projections_command(line);
  holon::cli::add_schema_command(line);
  holon::cli::add_verify_command(line);
  holon::cli::add_db_command(line);
  holon::cli::add_bench_command(line);
  holon::cli::add_settings_command(line);
  return line.run(argc, argv);
}
