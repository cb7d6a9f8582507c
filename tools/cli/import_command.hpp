// holon import: takes over an event log (XES, CSV, JSON Lines), a stream for each case.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_import_command(command_line& line);

}  // namespace holon::cli
