// A file that is there whole or not at all: written under another name, on the disk before it gets its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "persistence/digest.hpp"

namespace holon {

/// What a file is called until it is whole. One that was left by a killed program is written over.
inline constexpr std::string_view unfinished_suffix = ".partial";

/// One thread at a time. Errors name the file. errc::no_space: the disk is full. errc::unavailable: it says no
/// otherwise.
class durable_file {
 public:
  [[nodiscard]] static result<std::unique_ptr<durable_file>> create(const std::filesystem::path& path);
  /// Unless it was finished, nothing stays.
  ~durable_file();
  durable_file(const durable_file&) = delete;
  durable_file& operator=(const durable_file&) = delete;

  [[nodiscard]] result<void> write(std::string_view bytes);
  /// The file is on the disk and has its name, in the place of one that had it before. Nothing may be written after it.
  [[nodiscard]] result<void> finish();

 private:
  explicit durable_file(const std::filesystem::path& path);
  [[nodiscard]] tl::unexpected<error> problem(std::string_view doing) const;

  std::filesystem::path path_;
  std::filesystem::path unfinished_;
  int file_ = -1;
};

/// A gzipped file, whose SHA-256 is known when it is finished. As durable_file.
class durable_gzip {
 public:
  [[nodiscard]] static result<std::unique_ptr<durable_gzip>> create(const std::filesystem::path& path);
  ~durable_gzip();
  durable_gzip(const durable_gzip&) = delete;
  durable_gzip& operator=(const durable_gzip&) = delete;

  [[nodiscard]] result<void> write(std::string_view text);
  /// Gives the SHA-256 of the file as it is stored.
  [[nodiscard]] result<digest> finish();

 private:
  struct packer;
  explicit durable_gzip(std::unique_ptr<durable_file> file);
  [[nodiscard]] result<void> pack(std::string_view text, bool is_end);

  std::unique_ptr<durable_file> file_;
  std::unique_ptr<packer> packer_;
};

/// SHA-256 of a file. errc::not_found, errc::unavailable.
[[nodiscard]] result<digest> digest_of_file(const std::filesystem::path& path);

/// Held by one program at a time for a folder; let go with this, or when the program ends.
class folder_lock {
 public:
  /// Makes the folder if it is not there. errc::locked: another program has it. errc::no_space, errc::unavailable.
  [[nodiscard]] static result<folder_lock> take(const std::filesystem::path& folder);
  ~folder_lock();
  folder_lock(folder_lock&& other) noexcept;
  folder_lock& operator=(folder_lock&&) = delete;

 private:
  explicit folder_lock(int file) : file_(file) {}
  int file_;
};

}  // namespace holon
