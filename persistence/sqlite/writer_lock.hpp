// One writer per journal file: a lock that the operating system lets go of when its process ends, however it ends.
#pragma once

#include <chrono>
#include <filesystem>

#include "config/result.hpp"

namespace holon::sqlite {

class writer_lock {
 public:
  /// Takes the lock of a journal, the file `PATH.lock` with the writer's process id in it. The file stays: to delete it
  /// would let two processes lock two files of the same name. Waits for another process up to `patience`, but not for
  /// an earlier appender of this one. errc::locked: names the process that has it. errc::unavailable: the lock file
  /// cannot be made.
  [[nodiscard]] static result<writer_lock> take(const std::filesystem::path& journal,
                                                std::chrono::milliseconds patience);

  writer_lock(writer_lock&& other) noexcept;
  writer_lock& operator=(writer_lock&&) = delete;
  ~writer_lock();

 private:
  explicit writer_lock(int file) : file_(file) {}
  int file_;
};

}  // namespace holon::sqlite
