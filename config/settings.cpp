#include "config/settings.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "config/near_name.hpp"

namespace holon {
namespace {

using nlohmann::json;

tl::unexpected<error> unknown_setting(std::string_view source, const std::string& name) {
  const auto shown = std::string_view(name).substr(0, 64);
  const auto nearest = std::min_element(
      all_settings().begin(), all_settings().end(),
      [&](const auto& a, const auto& b) { return name_distance(shown, a.name) < name_distance(shown, b.name); });
  return failure(errc::invalid_argument, std::string(source) + ": '" + std::string(shown) +
                                             "' is no setting: did you mean '" + nearest->name + "'?");
}

const setting_description* find_setting(std::string_view name) {
  const auto found =
      std::find_if(all_settings().begin(), all_settings().end(), [&](const auto& each) { return each.name == name; });
  return found == all_settings().end() ? nullptr : &*found;
}

// Empty, and not an error, if there is no file and none was named.
result<std::string> read_file(const std::filesystem::path& path, bool must_exist) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file && errno == ENOENT && !must_exist) return std::string();
  if (!file && errno == ENOENT) return failure(errc::not_found, "there is no such settings file");
  std::string text(settings_file_bytes_max + 1, '\0');
  const std::size_t size = file ? std::fread(text.data(), 1, text.size(), file.get()) : 0;
  if (!file || std::ferror(file.get()))
    return failure(errc::unavailable, "the settings file cannot be read: " + std::generic_category().message(errno));
  if (size > settings_file_bytes_max)
    return failure(errc::malformed,
                   "a settings file has at most " + std::to_string(settings_file_bytes_max) + " bytes");
  text.resize(size);
  // Editors put a byte order mark in front of a text. It is not a part of it.
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

result<json> parse_object(const std::string& text) {
  std::set<std::string> names;
  std::string twice;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::key && depth == 1 && !names.insert(parsed.get<std::string>()).second)
      twice = parsed.get<std::string>();
    return true;
  };
  try {
    auto object = json::parse(text, watch);
    if (!object.is_object()) return failure(errc::malformed, "the settings are one JSON object, and this is none");
    if (!twice.empty()) return failure(errc::malformed, "'" + twice.substr(0, 64) + "' is given twice");
    return object;
  } catch (const json::exception& problem) {
    return failure(errc::malformed, std::string("this is no JSON: ") + problem.what());
  }
}

result<void> take_value(settings& into, const setting_description& setting, const json& value) {
  if (setting.kind == setting_kind::number && !value.is_number_integer())
    return failure(errc::invalid_argument, "this must be a whole number, without quotes");
  if (setting.kind == setting_kind::text && !value.is_string())
    return failure(errc::invalid_argument, "this must be a string");
  return setting.set(into, setting.kind == setting_kind::number ? value.dump() : value.get<std::string>());
}

result<void> take_file(settings& into, const std::filesystem::path& path, bool must_exist) {
  const std::string name = path.string();
  const auto text = read_file(path, must_exist);
  if (!text) return failure_in(name, text.error());
  if (text->empty() && !must_exist) return {};
  const auto object = parse_object(*text);
  if (!object) return failure_in(name, object.error());
  for (const auto& [key, value] : object->items()) {
    const auto* setting = find_setting(key);
    if (setting == nullptr) return unknown_setting(name, key);
    if (const auto taken = take_value(into, *setting, value); !taken)
      return failure_in(name + ": " + key, taken.error());
  }
  return {};
}

std::string value_of(const environment& look_up, const std::string& variable) { return look_up(variable).value_or(""); }

result<journal_kind> parse_db_type(std::string_view text) {
  if (text == "sqlite") return journal_kind::sqlite;
  if (text == "postgres" || text == "postgresql") return journal_kind::postgresql;
  if (text == "memory") return journal_kind::memory;
  return failure(errc::invalid_argument, "DB_TYPE: '" + std::string(text.substr(0, 32)) +
                                             "' is no kind of journal: sqlite, postgres or memory");
}

// What DB_TYPE and HOLON_DB say together.
result<journal_url> journal_of_kind(journal_kind kind, const std::string& place, const journal_url& so_far) {
  if (place.empty() && so_far.kind == kind) return so_far;
  if (place.empty() && kind == journal_kind::postgresql)
    return failure(errc::invalid_argument, "DB_TYPE is postgres, so HOLON_DB must be postgresql://USER@HOST/DATABASE");
  if (place.empty()) return journal_url{.kind = kind, .place = ""};
  const bool mere_path = kind == journal_kind::sqlite && place.find(':') == std::string::npos;
  auto url = parse_journal_url(mere_path ? "sqlite:" + place : place);
  if (!url) return failure_in("HOLON_DB", url.error());
  if (url->kind != kind)
    return failure(errc::invalid_argument, "HOLON_DB is a journal of " + std::string(to_string(url->kind)) +
                                               ", but DB_TYPE says " + std::string(to_string(kind)) +
                                               ": change or unset one of them");
  return url;
}

result<void> take_environment(settings& into, const environment& look_up) {
  const std::string db_type = value_of(look_up, "DB_TYPE");
  for (const auto& setting : all_settings()) {
    const std::string value = value_of(look_up, setting.variable);
    if (value.empty() || (setting.name == "journal" && !db_type.empty())) continue;
    if (const auto taken = setting.set(into, value); !taken) return failure_in(setting.variable, taken.error());
  }
  if (db_type.empty()) return {};
  HOLON_TRY(const auto kind, parse_db_type(db_type));
  HOLON_TRY(into.journal, journal_of_kind(kind, value_of(look_up, "HOLON_DB"), into.journal));
  return {};
}

result<void> take_override(settings& into, const setting_override& given) {
  const auto* setting = find_setting(given.name);
  if (setting == nullptr) return unknown_setting("flags", given.name);
  if (const auto taken = setting->set(into, given.value); !taken) return failure_in(setting->flag, taken.error());
  return {};
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

result<settings> load_settings(const std::optional<std::filesystem::path>& file, const environment& look_up,
                               std::span<const setting_override> overrides) {
  settings loaded;
  HOLON_CHECK(take_file(loaded, file.value_or(settings_file_usual), file.has_value()));
  HOLON_CHECK(take_environment(loaded, look_up));
  for (const auto& each : overrides) HOLON_CHECK(take_override(loaded, each));
  if (loaded.journal.kind == journal_kind::sqlite && loaded.journal.place.empty())
    loaded.journal.place = (loaded.data_directory / "journal.db").string();
  return loaded;
}

}  // namespace holon
