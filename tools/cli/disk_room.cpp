#include "tools/cli/disk_room.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/core.h>

namespace holon::cli {
namespace {

constexpr double megabyte = 1e6;

std::filesystem::path nearest_folder(const std::filesystem::path& file) {
  std::error_code problem;
  auto folder = std::filesystem::absolute(file, problem).parent_path();
  while (!std::filesystem::exists(folder, problem) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

std::int64_t size_of(const std::filesystem::path& file) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(file, problem);
  return problem ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace

result<void> check_room(const settings& settings, std::int64_t bytes) {
  if (settings.journal.kind != journal_kind::sqlite) return {};
  std::error_code problem;
  const std::filesystem::path journal = settings.journal.place;
  const auto folder = nearest_folder(journal);
  const auto room = std::filesystem::space(folder, problem);
  if (problem) return {};
  const auto needed = bytes - size_of(journal) - size_of(settings.journal.place + "-wal");
  // The log holds each page that a batch touches, so it may be larger than what is appended, up to its own bound.
  const auto with_log = std::max<std::int64_t>(0, needed) + std::clamp<std::int64_t>(2 * needed, 0, journal_log_bytes);
  if (with_log <= static_cast<std::int64_t>(std::min<std::uintmax_t>(room.available, INT64_MAX))) return {};
  return failure(errc::no_space,
                 fmt::format("the disk of {} has {:.1f} MB free, and these events need about {:.1f} MB: nothing was "
                             "written, make room or name a journal elsewhere with --journal",
                             folder.string(), static_cast<double>(room.available) / megabyte,
                             static_cast<double>(with_log) / megabyte));
}

}  // namespace holon::cli
