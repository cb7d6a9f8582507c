// stdin as a file: an import reads its input twice, and a pipe can be read only once.
#pragma once

#include <filesystem>

#include "config/result.hpp"

namespace holon::cli {

class spooled_input {
 public:
  /// Copies stdin to the end. errc::no_space, unavailable: the text says where to.
  [[nodiscard]] static result<spooled_input> from_stdin();

  spooled_input(spooled_input&& other) noexcept : folder_(std::move(other.folder_)) { other.folder_.clear(); }
  spooled_input& operator=(spooled_input&&) = delete;
  /// Deletes the copy.
  ~spooled_input();

  [[nodiscard]] std::filesystem::path path() const { return folder_ / "stdin"; }

 private:
  explicit spooled_input(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace holon::cli
