#include "tools/cli/whole_number.hpp"

#include <charconv>
#include <string>

namespace holon::cli {

CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
  std::string wanted = "a whole number from " + std::to_string(least);
  if (most != std::numeric_limits<std::int64_t>::max()) wanted += " to " + std::to_string(most);
  const auto check = [least, most, wanted](const std::string& text) {
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = problem == std::errc() && end == text.data() + text.size() && number >= least && number <= most;
    return good ? std::string() : "'" + text + "' is not " + wanted;
  };
  return CLI::Validator(check, "");
}

}  // namespace holon::cli
