// holon append: records one event, checked against its schema.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_append_command(command_line& line);

}  // namespace holon::cli
