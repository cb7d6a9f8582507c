#include "tools/cli/schema_folder.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "tools/cli/known_types.hpp"
#include "tools/cli/text_argument.hpp"

namespace holon::cli {
namespace {

constexpr std::string_view extension = ".json";
constexpr std::string_view version_mark = ".v";
// Leaves room for the version and the extension.
constexpr std::size_t name_bytes_max = 200;

struct schema_name {
  std::string type;
  int version = 0;
};

bool is_plain(unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; }

// Types may hold any character, and file names may not: all but the plainest become %XX.
std::string escaped(std::string_view type) {
  std::string name;
  for (const char c : type) {
    if (is_plain(static_cast<unsigned char>(c)))
      name += c;
    else
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return name;
}

std::optional<std::string> unescaped(std::string_view name) {
  std::string type;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '%') {
      type += name[i];
      continue;
    }
    unsigned value = 0;
    const auto digits = name.substr(i + 1, 2);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (problem != std::errc() || digits.size() != 2 || end != digits.data() + 2) return std::nullopt;
    type += static_cast<char>(value);
    i += 2;
  }
  return type;
}

std::optional<schema_name> parse_name(const std::string& file) {
  if (!file.ends_with(extension)) return std::nullopt;
  const auto stem = std::string_view(file).substr(0, file.size() - extension.size());
  const auto mark = stem.rfind(version_mark);
  if (mark == std::string_view::npos || mark == 0) return std::nullopt;
  schema_name name;
  const auto digits = stem.substr(mark + version_mark.size());
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), name.version);
  if (problem != std::errc() || end != digits.data() + digits.size() || name.version < 1) return std::nullopt;
  auto type = unescaped(stem.substr(0, mark));
  if (!type) return std::nullopt;
  name.type = std::move(*type);
  return name;
}

// A long name is cut into folders, for file systems take 255 bytes at most. No name has a slash of its own.
std::string joined_name(const std::filesystem::path& below) {
  std::string name;
  for (const auto& part : below) name += part.string();
  return name;
}

result<void> write_file(const std::filesystem::path& path, std::string_view text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), std::fclose);
  const bool written = file && std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() &&
                       std::fflush(file.get()) == 0 && fsync(fileno(file.get())) == 0;
  if (written) return {};
  return failure(errno == ENOSPC ? errc::no_space : errc::unavailable,
                 "the schema cannot be written to " + path.string() + ": " + std::strerror(errno));
}

}  // namespace

std::filesystem::path schema_folder::path_of(std::string_view type, int version) const {
  auto path = folder_;
  auto name = escaped(type);
  for (; name.size() > name_bytes_max; name.erase(0, name_bytes_max)) path /= name.substr(0, name_bytes_max);
  return path / fmt::format("{}{}{}{}", name, version_mark, version, extension);
}

result<void> schema_folder::load(event_catalog& into) const {
  std::error_code problem;
  std::vector<std::filesystem::path> files;
  using walk = std::filesystem::recursive_directory_iterator;
  for (walk at(folder_, problem), end; !problem && at != end; at.increment(problem))
    if (at->path().extension() == extension) files.push_back(at->path());
  if (problem && problem != std::errc::no_such_file_or_directory)
    return failure(errc::unavailable, "the schemas in " + folder_.string() + " cannot be read: " + problem.message());
  // In one order on every machine, so that the same file is blamed if two disagree.
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const auto name = parse_name(joined_name(file.lexically_relative(folder_)));
    if (!name)
      return failure(errc::invalid_argument, file.string() +
                                                 " is not named as a schema is, TYPE.vVERSION.json: "
                                                 "rename it or take it away");
    HOLON_TRY(const auto text, text_of_file(file.string()));
    auto added = into.add_schema(name->type, name->version, text);
    if (!added) return failure_in(file.string(), std::move(added).error());
  }
  return {};
}

result<std::filesystem::path> schema_folder::keep(std::string_view type, int version, std::string_view schema) const {
  std::error_code problem;
  const auto path = path_of(type, version);
  std::filesystem::create_directories(path.parent_path(), problem);
  if (std::filesystem::exists(path, problem))
    return failure(errc::invalid_argument, "version " + std::to_string(version) + " of '" + std::string(type) +
                                               "' is registered already, and a version never changes: use the next");
  // Under another name first, so that half a file never counts.
  const auto half = std::filesystem::path(path.string() + ".new");
  HOLON_CHECK(write_file(half, schema));
  std::filesystem::rename(half, path, problem);
  if (problem) return failure(errc::unavailable, path.string() + " cannot be written: " + problem.message());
  return path;
}

result<event_catalog> known_events(const std::filesystem::path& data) {
  HOLON_TRY(const auto types, known_holons());
  event_catalog events;
  HOLON_CHECK(types.list_events(events));
  HOLON_CHECK(schema_folder(data).load(events));
  return events;
}

}  // namespace holon::cli
