#include "tools/cli/spooled_input.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>

namespace holon::cli {
namespace {

tl::unexpected<error> cannot_copy(const std::filesystem::path& to, int problem) {
  return failure(problem == ENOSPC ? errc::no_space : errc::unavailable,
                 "stdin cannot be copied to " + to.string() + ": " + std::strerror(problem));
}

}  // namespace

result<spooled_input> spooled_input::from_stdin() {
  std::error_code no_folder;
  auto name = (std::filesystem::temp_directory_path(no_folder) / "holon-XXXXXX").string();
  if (no_folder || mkdtemp(name.data()) == nullptr) return cannot_copy(name, no_folder ? no_folder.value() : errno);
  spooled_input spooled{name};
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(spooled.path().c_str(), "wb"), std::fclose);
  if (!file) return cannot_copy(spooled.path(), errno);
  std::array<char, 65536> chunk{};
  while (const auto size = std::fread(chunk.data(), 1, chunk.size(), stdin))
    if (std::fwrite(chunk.data(), 1, size, file.get()) != size) return cannot_copy(spooled.path(), errno);
  if (std::fflush(file.get()) != 0) return cannot_copy(spooled.path(), errno);
  if (std::ferror(stdin) != 0) return failure(errc::unavailable, "stdin cannot be read to its end");
  return spooled;
}

spooled_input::~spooled_input() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

}  // namespace holon::cli
