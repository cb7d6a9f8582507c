#include "tools/bench/conditions.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <system_error>

#include <sys/utsname.h>
#include <unistd.h>

#include "persistence/time.hpp"

namespace holon::bench {
namespace {

constexpr const char* unknown = "unknown";

std::string text_of(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What stands behind "KEY   : " in one of the files of /proc.
std::string value_in(const std::string& text, std::string_view key) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    if (!line.starts_with(key) || colon == std::string::npos) continue;
    const auto start = line.find_first_not_of(" \t", colon + 1);
    return start == std::string::npos ? unknown : line.substr(start);
  }
  return unknown;
}

std::string memory_of_machine() {
  const auto bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return std::to_string(static_cast<int>(bytes / (1024.0 * 1024 * 1024) + 0.5)) + " GiB";
}

std::string kernel() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release : unknown;
}

bool lies_in(const std::string& path, const std::string& mount) {
  if (mount == "/") return true;
  return path.starts_with(mount) && (path.size() == mount.size() || path[mount.size()] == '/');
}

}  // namespace

std::string filesystem_of(const std::filesystem::path& path, const std::string& mounts) {
  std::string longest;
  std::string found = unknown;
  std::istringstream lines(mounts);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string device, mount, kind;
    if (!(words >> device >> mount >> kind)) continue;
    // Of two mounts at one place the later one is seen.
    if (!lies_in(path.string(), mount) || mount.size() < longest.size()) continue;
    longest = mount;
    found = kind + " on " + device;
  }
  return found;
}

std::vector<condition> machine_conditions(const std::filesystem::path& data) {
  std::error_code no_such_path;
  const auto place = std::filesystem::weakly_canonical(data, no_such_path);
  return {{"date", to_string(std::chrono::floor<std::chrono::seconds>(now()))},
          {"processor", value_in(text_of("/proc/cpuinfo"), "model name")},
          {"cores", std::to_string(sysconf(_SC_NPROCESSORS_ONLN))},
          {"memory", memory_of_machine()},
          {"kernel", kernel()},
          {"filesystem", filesystem_of(place, text_of("/proc/mounts"))}};
}

}  // namespace holon::bench
