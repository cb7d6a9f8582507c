// holon bench: the benchmarks, each beside the raw way of the same work.
#pragma once

#include "tools/cli/command_line.hpp"

namespace holon::cli {

void add_bench_command(command_line& line);

}  // namespace holon::cli
