// The table of all settings: one entry says how a setting is called, read, shown and explained.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.hpp"

namespace holon {
namespace {

setting_description named_setting(std::string name, setting_kind kind, std::string doc) {
  setting_description setting;
  setting.variable = "HOLON_" + name;
  std::transform(setting.variable.begin(), setting.variable.end(), setting.variable.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  setting.flag = "--" + name;
  std::replace(setting.flag.begin(), setting.flag.end(), '_', '-');
  setting.name = std::move(name);
  setting.kind = kind;
  setting.doc = std::move(doc);
  return setting;
}

struct range {
  std::int64_t least;
  std::int64_t most;
};

result<std::int64_t> parse_number(std::string_view text, range within) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  if (!whole || number < within.least || number > within.most)
    return failure(errc::invalid_argument, "'" + std::string(text.substr(0, 32)) + "' is not a whole number from " +
                                               std::to_string(within.least) + " to " + std::to_string(within.most));
  return number;
}

template <class Number>
setting_description number(std::string name, Number settings::* field, range within, const std::string& doc) {
  auto setting = named_setting(std::move(name), setting_kind::number,
                               doc + "; " + std::to_string(within.least) + " to " + std::to_string(within.most));
  setting.set = [field, within](settings& into, std::string_view text) -> result<void> {
    HOLON_TRY(const auto value, parse_number(text, within));
    into.*field = Number(value);
    return {};
  };
  setting.show = [field](const settings& of) {
    if constexpr (std::is_same_v<Number, std::chrono::milliseconds>)
      return std::to_string((of.*field).count());
    else
      return std::to_string(of.*field);
  };
  return setting;
}

setting_description journal_setting() {
  auto setting = named_setting("journal", setting_kind::text,
                               "where events are kept: sqlite:PATH, memory: or postgresql://USER@HOST/DATABASE");
  setting.variable = "HOLON_DB";
  setting.set = [](settings& into, std::string_view text) -> result<void> {
    HOLON_TRY(into.journal, parse_journal_url(text));
    return {};
  };
  setting.show = [](const settings& of) {
    return of.journal == journal_url{} ? "sqlite:" + (of.data_directory / "journal.db").string()
                                       : to_string(of.journal);
  };
  return setting;
}

setting_description data_directory_setting() {
  auto setting = named_setting("data_directory", setting_kind::text, "folder of what Holon keeps itself");
  setting.set = [](settings& into, std::string_view text) -> result<void> {
    if (text.empty() || text.find('\0') != std::string_view::npos)
      return failure(errc::invalid_argument, "this must be the path of a folder");
    into.data_directory = text;
    return {};
  };
  setting.show = [](const settings& of) { return of.data_directory.string(); };
  return setting;
}

setting_description log_level_setting() {
  auto setting = named_setting("log_level", setting_kind::text,
                               "what is told on stderr: off, error, warning, info, debug or trace");
  setting.set = [](settings& into, std::string_view text) -> result<void> {
    HOLON_TRY(into.log_level, parse_log_level(text));
    return {};
  };
  setting.show = [](const settings& of) { return std::string(to_string(of.log_level)); };
  return setting;
}

// A second address of the PostgreSQL database that is the journal.
setting_description database_setting(std::string name, std::string settings::* field, std::string doc) {
  auto setting = named_setting(std::move(name), setting_kind::text, std::move(doc));
  setting.set = [field](settings& into, std::string_view text) -> result<void> {
    HOLON_TRY(const auto url, parse_journal_url(text));
    if (url.kind != journal_kind::postgresql)
      return failure(errc::invalid_argument, "this must be a postgresql://USER@HOST/DATABASE");
    into.*field = url.place;
    return {};
  };
  setting.show = [field](const settings& of) {
    return (of.*field).empty() ? "none" : to_string(journal_url{.kind = journal_kind::postgresql, .place = of.*field});
  };
  return setting;
}

constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;

std::vector<setting_description> make_table() {
  return {
      data_directory_setting(),
      journal_setting(),
      log_level_setting(),
      number("batch_events_max", &settings::batch_events_max, {1, 4096}, "events in one transaction"),
      number("commands_open_max", &settings::commands_open_max, {1, 10 * million},
             "commands accepted and not yet answered; past it callers get 'overloaded'"),
      number("commands_open_bytes_max", &settings::commands_open_bytes_max, {1, 1024 * 1024 * million},
             "bytes of open commands and of what they record; past it callers get 'overloaded'"),
      number("pending_max", &settings::pending_max, {1, million},
             "commands of one holon that wait or are in flight; past it callers get 'overloaded'"),
      number("decide_again_max", &settings::decide_again_max, {0, 100},
             "how often a command that lost a race is decided again"),
      number("snapshot_every", &settings::snapshot_every, {0, million}, "events between snapshots of a holon, 0: none"),
      number("loaders", &settings::loaders, {1, 20}, "connections that load holons"),
      number("connections", &settings::connections, {5, 20},
             "connections of a node to PostgreSQL: one writes, the others are its loaders"),
      database_setting("direct_db", &settings::direct_db,
                       "PostgreSQL past a pooler in transaction mode, for LISTEN; none: there is no pooler"),
      database_setting("replica_db", &settings::replica_db, "a standby of PostgreSQL that takes over reads"),
      number("outage_patience_ms", &settings::outage_patience, {0, day_ms},
             "milliseconds that accepted work waits for PostgreSQL to come back"),
      number("scheduler_threads", &settings::scheduler_threads, {0, 1024},
             "threads of the actors, 0: one less than cores"),
      number("awake_target", &settings::awake_target, {1, 100 * million},
             "holons in memory; beyond it the longest unused are put to sleep"),
      number("idle_before_sleep_ms", &settings::idle_before_sleep, {1, 30 * day_ms},
             "milliseconds after which an unused holon leaves memory"),
      number("poll_every_ms", &settings::poll_every, {1, day_ms},
             "milliseconds between looks for what other processes wrote"),
  };
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

}  // namespace

std::span<const setting_description> all_settings() {
  static const std::vector<setting_description> table = make_table();
  return table;
}

std::string settings_help() {
  constexpr std::size_t flag_width = 24;
  constexpr std::size_t variable_width = 30;
  std::string help = "Settings. " + std::string(settings_file_usual) +
                     " (or --config FILE) is read first, then the environment, then flags.\n";
  for (const auto& each : all_settings()) {
    help += "\n  " + padded(each.flag, flag_width) + padded(each.variable, variable_width) + "default " +
            each.show(settings{}) + "\n      " + each.doc + "\n";
  }
  return help +
         "\nDB_TYPE=sqlite, postgres or memory says of which kind HOLON_DB is; with sqlite it may be a mere path.\n";
}

}  // namespace holon
