// holon verify: walks the whole journal and checks everything that can be checked.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_verify_command(command_line& line);

}  // namespace holon::cli
