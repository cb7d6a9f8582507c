// holon db archive and holon db restore: the oldest months of the journal, into files and back.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

/// Both, below `holon db`.
void add_db_archive(command_line& line, CLI::App& group);

}  // namespace holon::cli
