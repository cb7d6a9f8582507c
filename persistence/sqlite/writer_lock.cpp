#include "persistence/sqlite/writer_lock.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace holon::sqlite {
namespace {

constexpr int process_id_digits_max = 20;

std::string holder_of(int file) {
  char text[process_id_digits_max];
  const auto length = pread(file, text, sizeof text, 0);
  std::string digits(text, length > 0 ? static_cast<std::size_t>(length) : 0);
  while (!digits.empty() && digits.back() == '\n') digits.pop_back();
  return digits;
}

error locked(const std::filesystem::path& journal, const std::string& holder) {
  const std::string where = "journal " + journal.string() + " is being written by ";
  if (holder == std::to_string(getpid()))
    return {.code = errc::locked, .text = where + "an earlier appender of this process: let that one go first"};
  return {.code = errc::locked,
          .text = where + (holder.empty() ? "another process" : "process " + holder) +
                  ": stop it, or open the journal read-only"};
}

}  // namespace

result<writer_lock> writer_lock::take(const std::filesystem::path& journal) {
  const auto path = journal.string() + ".lock";
  const auto unavailable = [&] {
    return failure(errc::unavailable, "journal " + journal.string() + ": cannot lock " + path + ": " +
                                          std::generic_category().message(errno) + ": make its folder writable");
  };
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return unavailable();
  writer_lock lock{file};
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return unavailable();
    return failure(locked(journal, holder_of(file)));
  }
  const auto text = std::to_string(getpid()) + "\n";
  // The lock holds without it; the process id is for people, and on a full disk they do without.
  if (ftruncate(file, 0) == 0) static_cast<void>(!pwrite(file, text.data(), text.size(), 0));
  return lock;
}

writer_lock::writer_lock(writer_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

writer_lock::~writer_lock() {
  if (file_ >= 0) close(file_);
}

}  // namespace holon::sqlite
