// holon settings: what can be chosen, and what is chosen.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_settings_command(command_line& line);

}  // namespace holon::cli
