// How an event log is to be read: the options that `import` has, checked and brought into one value.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "persistence/event_log/event_log.hpp"
#include "tools/cli/log_mapping.hpp"

namespace holon::cli {

struct log_options {
  std::string file;
  std::string format = "auto";
  csv_mapping columns;
  std::string separator = ",";
  std::string stream_type;
  std::string source = "import";
  std::string default_time;
  bool merge = false;

  void add_options(CLI::App& command);

  /// errc::invalid_argument: no such format, a separator of several characters.
  [[nodiscard]] result<log_source> to_source() const;
  /// errc::invalid_argument: a stream type or source that no envelope takes. errc::malformed: no time.
  [[nodiscard]] result<log_mapping> to_mapping() const;
};

/// The stream type of a file without a --stream-type: its name without extensions, "incidents" of incidents.xes.gz.
[[nodiscard]] std::string stream_type_of(const std::filesystem::path& file);

}  // namespace holon::cli
