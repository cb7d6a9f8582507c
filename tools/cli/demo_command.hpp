// holon demo: the main job on one screen: thousands of holons at work, and the read models that follow them.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_demo_command(command_line& line);

}  // namespace holon::cli
