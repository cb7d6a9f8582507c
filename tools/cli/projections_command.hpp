// holon projections: how the read models are doing; rebuilds them, and tries parked events again.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_projections_command(command_line& line);

}  // namespace holon::cli
