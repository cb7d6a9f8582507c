#include "tools/cli/text_argument.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace holon::cli {
namespace {

result<std::string> read_to_end(std::FILE* from, const std::string& name) {
  std::string text;
  std::array<char, 65536> chunk{};
  while (const auto size = std::fread(chunk.data(), 1, chunk.size(), from)) {
    text.append(chunk.data(), size);
    if (text.size() > argument_bytes_max)
      return failure(errc::malformed, name + " has more than " + std::to_string(argument_bytes_max) + " bytes");
  }
  if (std::ferror(from) != 0) return failure(errc::invalid_argument, name + " cannot be read: " + std::strerror(errno));
  return text;
}

}  // namespace

result<std::string> text_argument(std::string_view argument) {
  if (argument == "-") return read_to_end(stdin, "stdin");
  if (argument.starts_with('@')) return text_of_file(std::string(argument.substr(1)));
  return std::string(argument);
}

result<std::string> text_of_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return failure(errc::invalid_argument, "the file " + path + " cannot be read: " + std::strerror(errno));
  return read_to_end(file.get(), path);
}

}  // namespace holon::cli
