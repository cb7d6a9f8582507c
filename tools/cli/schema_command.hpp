// holon schema: which event types are known, and the schemas of those that no C++ knows.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_schema_command(command_line& line);

}  // namespace holon::cli
