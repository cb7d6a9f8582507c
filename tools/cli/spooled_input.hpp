// An input that can be read only once (stdin, a pipe, <(…), a FIFO, a device) as one that can be read twice, as an
// import does.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "config/result.hpp"

namespace holon::cli {

class spooled_input {
 public:
  /// Whether `file` must be copied: "-" for stdin, or anything that is there and is no regular file.
  [[nodiscard]] static bool is_needed_for(const std::string& file);

  /// Copies it to the end, into a file that has no name, so that nothing stays behind however the process ends.
  /// errc::invalid_argument: it is a folder, or cannot be read. errc::no_space, unavailable: it cannot be copied; the
  /// text says where to.
  [[nodiscard]] static result<spooled_input> copy_of(const std::string& file);

  spooled_input(spooled_input&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  spooled_input& operator=(spooled_input&&) = delete;
  ~spooled_input();

  /// Where the copy can be opened, any number of times while this lives.
  [[nodiscard]] std::filesystem::path path() const;

 private:
  explicit spooled_input(int file) : file_(file) {}
  int file_;
};

}  // namespace holon::cli
