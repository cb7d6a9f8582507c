// holon read: shows events of one stream or of the whole journal.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_read_command(command_line& line);

}  // namespace holon::cli
