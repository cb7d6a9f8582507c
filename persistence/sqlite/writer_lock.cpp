#include "persistence/sqlite/writer_lock.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace holon::sqlite {
namespace {

constexpr int process_id_digits_max = 20;
constexpr std::chrono::milliseconds look_again_after{5};

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
                  ": try again once it has ended; reading needs no lock"};
}

}  // namespace

result<writer_lock> writer_lock::take(const std::filesystem::path& journal, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const auto path = journal.string() + ".lock";
  const auto unavailable = [&] {
    return failure(errc::unavailable, "journal " + journal.string() + ": cannot lock " + path + ": " +
                                          std::generic_category().message(errno) + ": make its folder writable");
  };
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return unavailable();
  writer_lock lock{file};
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return unavailable();
    const auto holder = holder_of(file);
    if (holder == std::to_string(getpid()) || std::chrono::steady_clock::now() >= deadline)
      return failure(locked(journal, holder));
    // flock itself waits without end, and it cannot be told how long.
    std::this_thread::sleep_for(look_again_after);
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
