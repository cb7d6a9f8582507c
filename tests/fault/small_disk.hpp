// A disk of the test's own that is soon full: a tmpfs that nobody else sees.
#pragma once

#include <cstddef>
#include <filesystem>

namespace holon::testing {

/// There from its making to its end. To be made while the program has one thread: it takes the program into a mount
/// namespace of its own, and into a user namespace if it is not root. What the program starts afterwards sees it too.
/// Throws std::runtime_error where the kernel does not allow that.
class small_disk {
 public:
  explicit small_disk(std::size_t megabytes);
  ~small_disk();
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

  /// Belongs to the user that PostgreSQL's servers run as.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Takes all room but this.
  void fill_but(std::size_t kilobytes);
  /// Gives it back.
  void make_room();

 private:
  std::filesystem::path path_;
};

}  // namespace holon::testing
