// Under which conditions figures were taken: a rate without its machine says nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace holon::bench {

/// One line below a table of figures.
struct condition {
  std::string name;
  std::string value;
};

/// When, and on what machine: cores, processor, memory, kernel, and the filesystem that `data` is on. What cannot be
/// found out is "unknown".
[[nodiscard]] std::vector<condition> machine_conditions(const std::filesystem::path& data);

/// "ext4 on /dev/vda" by the lines of /proc/mounts: of the mount that `path` (absolute) lies in. Pure.
[[nodiscard]] std::string filesystem_of(const std::filesystem::path& path, const std::string& mounts);

}  // namespace holon::bench
