// holon db doctor: what could lose events, what will slow the journal down, and what to run against it.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

/// Below `holon db`.
void add_db_doctor(command_line& line, CLI::App& group);

}  // namespace holon::cli
