// holon db: looks after the database that a journal is in.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_db_command(command_line& line);

/// The database that the settings name. errc::invalid_argument: they name a journal of another kind.
[[nodiscard]] result<std::string> database_url(const settings& settings);

}  // namespace holon::cli
