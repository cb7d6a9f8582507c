// The check of options that are whole numbers, with an error that people can read.
#pragma once

#include <cstdint>
#include <limits>

#include <CLI/CLI.hpp>

namespace holon::cli {

/// `->check(whole_number(1))`: "'x' is not a whole number from 1".
[[nodiscard]] CLI::Validator whole_number(std::int64_t least,
                                          std::int64_t most = std::numeric_limits<std::int64_t>::max());

}  // namespace holon::cli
