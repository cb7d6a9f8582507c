#include "tools/cli/spooled_input.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holon::cli {
namespace {

std::string told(int problem) { return std::generic_category().message(problem); }

// Closed when it goes; stdin stays open.
struct input_file {
  explicit input_file(int opened) : file(opened) {}
  ~input_file() {
    if (file > STDIN_FILENO) close(file);
  }
  input_file(const input_file&) = delete;
  input_file& operator=(const input_file&) = delete;
  int file;
};

tl::unexpected<error> cannot_copy(const std::string& name, const std::string& folder, int problem) {
  const bool full = problem == ENOSPC || problem == EDQUOT || problem == EFBIG;
  return failure(full ? errc::no_space : errc::unavailable,
                 name + " cannot be copied to " + folder + ": " + told(problem) + " (TMPDIR names another folder)");
}

// A file without a name, or one whose name is taken away at once where the file system has no such files.
int make_nameless(const std::string& folder) {
  const int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  auto name = folder + "/holon-XXXXXX";
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

bool spooled_input::is_needed_for(const std::string& file) {
  if (file == "-") return true;
  struct stat found{};
  return stat(file.c_str(), &found) == 0 && !S_ISREG(found.st_mode);
}

result<spooled_input> spooled_input::copy_of(const std::string& file) {
  const std::string name = file == "-" ? "stdin" : file;
  const input_file from(file == "-" ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (from.file < 0) return failure(errc::invalid_argument, name + " cannot be opened: " + told(errno));
  std::error_code no_folder;
  const auto folder = std::filesystem::temp_directory_path(no_folder).string();
  if (no_folder) return cannot_copy(name, "TMPDIR", no_folder.value());
  spooled_input spooled{make_nameless(folder)};
  if (spooled.file_ < 0) return cannot_copy(name, folder, errno);
  std::array<char, 65536> chunk{};
  for (;;) {
    const auto size = read(from.file, chunk.data(), chunk.size());
    if (size == 0) return spooled;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failure(errc::invalid_argument, name + " cannot be read: " + told(errno));
    if (!write_all(spooled.file_, {chunk.data(), static_cast<std::size_t>(size)}))
      return cannot_copy(name, folder, errno);
  }
}

spooled_input::~spooled_input() {
  if (file_ >= 0) close(file_);
}

std::filesystem::path spooled_input::path() const { return "/proc/self/fd/" + std::to_string(file_); }

}  // namespace holon::cli
