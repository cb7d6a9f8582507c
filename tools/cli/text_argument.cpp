#include "tools/cli/text_argument.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace holon::cli {
namespace {

// Editors put a byte order mark in front of a text. It is not a part of it.
result<std::string> without_mark(std::string text, const std::string& name) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return failure(errc::malformed, name + " is text in UTF-16: convert it with iconv -f UTF-16 -t UTF-8");
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

result<std::string> read_to_end(std::FILE* from, const std::string& name) {
  std::string text;
  std::array<char, 65536> chunk{};
  while (const auto size = std::fread(chunk.data(), 1, chunk.size(), from)) {
    text.append(chunk.data(), size);
    if (text.size() > argument_bytes_max)
      return failure(errc::malformed, name + " has more than " + std::to_string(argument_bytes_max) + " bytes");
  }
  if (std::ferror(from) != 0) return failure(errc::invalid_argument, name + " cannot be read: " + std::strerror(errno));
  return without_mark(std::move(text), name);
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
