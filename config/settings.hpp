// What an operator may choose: read from a file, then the environment, then flags; what comes later wins.
//
// One table (all_settings) knows each setting: its name, its variable, its flag, its default and what it is good for.
// It reads all three sources and prints the help, so these cannot differ. `main` loads the settings once and hands
// them down; nothing reads settings on its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/journal_url.hpp"
#include "config/log_level.hpp"
#include "config/result.hpp"

namespace holon {

/// What each is good for, and its range, stands in setting_table.cpp.
struct settings {
  std::filesystem::path data_directory = "holon-data";
  journal_url journal;  ///< load_settings fills in data_directory/journal.db if none is named
  enum log_level log_level = log_level::warning;
  std::size_t batch_events_max = 512;
  std::int64_t commands_open_max = 65'536;
  std::size_t commands_open_bytes_max = 256 * 1024 * 1024;
  std::uint32_t pending_max = 8192;
  int decide_again_max = 5;
  std::int64_t snapshot_every = 500;
  std::size_t loaders = 2;
  std::size_t connections = 5;
  std::string direct_db = {};
  std::string replica_db = {};
  std::chrono::milliseconds outage_patience{30'000};
  std::size_t scheduler_threads = 0;
  std::size_t awake_target = 1'000'000;
  std::chrono::milliseconds idle_before_sleep{60'000};
  std::chrono::milliseconds poll_every{1000};
};

enum class setting_kind : std::uint8_t { text, number };

struct setting_description {
  std::string name;      ///< in the file: "batch_events_max"
  std::string variable;  ///< in the environment: "HOLON_BATCH_EVENTS_MAX"
  std::string flag;      ///< "--batch-events-max"
  setting_kind kind = setting_kind::text;
  std::string doc;
  /// errc::invalid_argument: the text says what would be good.
  std::function<result<void>(settings&, std::string_view)> set;
  std::function<std::string(const settings&)> show;  ///< without passwords
};

[[nodiscard]] std::span<const setting_description> all_settings();

/// All settings with their defaults and meanings, for people, in lines of at most 120 characters.
[[nodiscard]] std::string settings_help();

/// The value of a variable; nothing if there is none. An empty value counts as none.
using environment = std::function<std::optional<std::string>(const std::string& name)>;

/// That of this process. To be used while no thread changes it.
[[nodiscard]] std::optional<std::string> process_environment(const std::string& name);

/// What a flag says: the name of a setting and its value.
struct setting_override {
  std::string name;
  std::string value;
};

inline constexpr std::string_view settings_file_usual = "holon.json";
inline constexpr std::size_t settings_file_bytes_max = std::size_t{1024} * 1024;

/// Reads the file (without a name: holon.json of the working directory, if it is there), the environment and the flags.
///
/// HOLON_DB names the journal. DB_TYPE=sqlite, postgres or memory beside it allows a mere path there, or nothing for
/// sqlite (the usual file) and memory; a HOLON_DB of another kind contradicts it.
///
/// Errors begin with their source and key, "holon.json: batch_events_max: …", "HOLON_LOADERS: …", "--loaders: …".
/// errc::invalid_argument: a bad value, or a name that is not known (the text has the nearest that is).
/// errc::malformed: the file is not one JSON object. errc::not_found: the file that is named is not there.
/// errc::unavailable: it cannot be read.
[[nodiscard]] result<settings> load_settings(const std::optional<std::filesystem::path>& file,
                                             const environment& look_up,
                                             std::span<const setting_override> overrides = {});

}  // namespace holon
