// holon tail: shows the last events, and with -f those that come.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_tail_command(command_line& line);

}  // namespace holon::cli
