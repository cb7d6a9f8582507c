// holon db: looks after the database that a journal is in.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_db_command(command_line& line);

}  // namespace holon::cli
