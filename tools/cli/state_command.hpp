// holon state: what a holon is now, was at a version, or was known to be at a time.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_state_command(command_line& line);

}  // namespace holon::cli
