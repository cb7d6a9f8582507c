// holon why: what led to an event, and what came of it.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_why_command(command_line& line);

}  // namespace holon::cli
