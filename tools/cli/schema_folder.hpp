// The registered JSON Schemas of event types that no C++ knows: files beside the journal, schemas/TYPE.vVERSION.json
// (long names in folders of their pieces).
#pragma once

#include <filesystem>
#include <string_view>

#include "persistence/catalog/event_catalog.hpp"

namespace holon::cli {

class schema_folder {
 public:
  /// `data`: the folder of the journal.
  explicit schema_folder(const std::filesystem::path& data) : folder_(data / "schemas") {}

  /// Adds all registered schemas to the catalog. errc::invalid_argument, malformed, corrupt: names the file that is
  /// wrong.
  [[nodiscard]] result<void> load(event_catalog& into) const;

  /// Keeps a schema that a catalog has taken. errc::invalid_argument: this version is there already.
  /// errc::no_space, unavailable: it cannot be written.
  [[nodiscard]] result<std::filesystem::path> keep(std::string_view type, int version, std::string_view schema) const;

  [[nodiscard]] std::filesystem::path path_of(std::string_view type, int version) const;

 private:
  std::filesystem::path folder_;
};

/// The events of the built-in domain and the registered ones.
[[nodiscard]] result<event_catalog> known_events(const std::filesystem::path& data);

}  // namespace holon::cli
