// Tests of where settings come from, which source wins, and what is refused.
#define BOOST_TEST_MODULE settings
#include "config/settings.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace holon {
namespace {

// The sources of one load, each empty unless it is given.
struct sources {
  std::optional<std::string> file;
  std::map<std::string, std::string> variables;
  std::vector<setting_override> flags;
};

std::filesystem::path scratch_file(const std::string& content) {
  const char* folder = std::getenv("TEST_TMPDIR");
  auto path = (folder == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path(folder)) / "h.json";
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

result<settings> load(const sources& from) {
  const auto look_up = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = from.variables.find(name);
    return found == from.variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
  std::optional<std::filesystem::path> path;
  if (from.file) path = scratch_file(*from.file);
  return load_settings(path, look_up, from.flags);
}

void refuses(const sources& from, errc code, std::string_view what) {
  const auto loaded = load(from);
  BOOST_REQUIRE_MESSAGE(!loaded, "was loaded, but should say: " << what);
  BOOST_TEST(to_string(loaded.error().code) == to_string(code));
  BOOST_TEST(loaded.error().text.find(what) != std::string::npos,
             "'" << loaded.error().text << "' should say '" << what << "'");
}

std::string journal_of(const sources& from) {
  const auto loaded = load(from);
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), (loaded ? "" : loaded.error().text));
  return to_string(loaded->journal);
}

BOOST_AUTO_TEST_CASE(without_sources_all_is_at_its_default) {
  const auto loaded = load({});
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(loaded->data_directory.string() == "holon-data");
  BOOST_TEST(to_string(loaded->journal) == "sqlite:holon-data/journal.db");
  BOOST_TEST((loaded->log_level == log_level::warning));
  BOOST_TEST(loaded->batch_events_max == 512u);
}

BOOST_AUTO_TEST_CASE(flags_win_over_the_environment_which_wins_over_the_file) {
  sources from{.file = R"({"loaders":3,"pending_max":3,"snapshot_every":3})"};
  from.variables = {{"HOLON_LOADERS", "4"}, {"HOLON_PENDING_MAX", "4"}};
  from.flags = {{.name = "loaders", .value = "5"}};
  const auto loaded = load(from);
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(loaded->loaders == 5u);
  BOOST_TEST(loaded->pending_max == 4u);
  BOOST_TEST(loaded->snapshot_every == 3);
}

// Each entry of the table must change its own field and no other one.
BOOST_AUTO_TEST_CASE(every_setting_is_read_from_every_source) {
  const std::map<std::string, std::string> texts = {{"journal", "sqlite:x.db"},
                                                    {"data_directory", "elsewhere"},
                                                    {"log_level", "debug"},
                                                    {"direct_db", "postgresql://direct/holon"},
                                                    {"replica_db", "postgresql://standby/holon"}};
  for (const auto& setting : all_settings()) {
    BOOST_TEST_CONTEXT(setting.name) {
      const bool text = setting.kind == setting_kind::text;
      const std::string value = text ? texts.at(setting.name) : "17";
      const std::string json = text ? "\"" + value + "\"" : value;
      for (const auto& from : {sources{.file = "{\"" + setting.name + "\":" + json + "}"},
                               sources{.variables = {{setting.variable, value}}},
                               sources{.flags = {{.name = setting.name, .value = value}}}}) {
        const auto loaded = load(from);
        BOOST_REQUIRE(loaded.has_value());
        for (const auto& other : all_settings()) {
          const bool follows = setting.name == "data_directory" && other.name == "journal";
          const bool same = other.show(*loaded) == other.show(settings{});
          BOOST_TEST(same == (other.name != setting.name && !follows), other.name);
        }
        BOOST_TEST(setting.show(*loaded) == value);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_number_refuses_what_is_none_and_what_is_out_of_its_range) {
  for (const auto& setting : all_settings()) {
    if (setting.kind != setting_kind::number) continue;
    for (const std::string bad : {"-1", "1.5", "ten", "", " 7", "7 ", "99999999999999", "99999999999999999999"}) {
      settings into;
      const auto taken = setting.set(into, bad);
      BOOST_REQUIRE_MESSAGE(!taken, setting.name << " takes '" << bad << "'");
      BOOST_TEST(taken.error().text.starts_with("'" + bad + "' is not a whole number from "), taken.error().text);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_bad_value_is_told_with_its_source_and_its_key) {
  refuses({.file = R"({"loaders":0})"}, errc::invalid_argument,
          "h.json: loaders: '0' is not a whole number from 1 to 20");
  refuses({.file = R"({"loaders":"2"})"}, errc::invalid_argument, "h.json: loaders: this must be a whole number");
  refuses({.file = R"({"log_level":2})"}, errc::invalid_argument, "h.json: log_level: this must be a string");
  refuses({.variables = {{"HOLON_LOADERS", "21"}}}, errc::invalid_argument, "HOLON_LOADERS: '21' is not");
  refuses({.variables = {{"HOLON_LOG_LEVEL", "loud"}}}, errc::invalid_argument, "HOLON_LOG_LEVEL: 'loud' is no log");
  refuses({.variables = {{"HOLON_DB", "a.db"}}}, errc::invalid_argument, "HOLON_DB: this is no journal");
  refuses({.flags = {{.name = "idle_before_sleep_ms", .value = "1s"}}}, errc::invalid_argument,
          "--idle-before-sleep-ms: '1s' is not");
  refuses({.flags = {{.name = "data_directory", .value = ""}}}, errc::invalid_argument, "--data-directory: ");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_refused_with_the_nearest_that_is_known) {
  refuses({.file = R"({"batch_event_max":5})"}, errc::invalid_argument,
          "h.json: 'batch_event_max' is no setting: did you mean 'batch_events_max'?");
  refuses({.flags = {{.name = "journel", .value = "memory:"}}}, errc::invalid_argument, "did you mean 'journal'?");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_settings_is_refused) {
  refuses({.file = ""}, errc::malformed, "h.json: this is no JSON");
  refuses({.file = "{\n\"loaders\": 1,\n}"}, errc::malformed, "line 3");
  refuses({.file = "[1]"}, errc::malformed, "the settings are one JSON object");
  refuses({.file = R"({"loaders":1,"loaders":2})"}, errc::malformed, "'loaders' is given twice");
  refuses({.file = std::string(settings_file_bytes_max + 1, ' ')}, errc::malformed, "at most 1048576 bytes");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_named_must_be_there) {
  const auto loaded = load_settings("/no/such/holon.json", process_environment);
  BOOST_REQUIRE(!loaded);
  BOOST_TEST((loaded.error().code == errc::not_found));
  BOOST_TEST(loaded.error().text == "/no/such/holon.json: there is no such settings file");
}

BOOST_AUTO_TEST_CASE(a_folder_is_no_settings_file) {
  const auto loaded = load_settings("/", process_environment);
  BOOST_REQUIRE(!loaded);
  BOOST_TEST((loaded.error().code == errc::unavailable));
}

BOOST_AUTO_TEST_CASE(an_empty_variable_counts_as_none) {
  const auto loaded = load({.variables = {{"HOLON_LOADERS", ""}, {"HOLON_DB", ""}, {"DB_TYPE", ""}}});
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(loaded->loaders == settings{}.loaders);
}

BOOST_AUTO_TEST_CASE(the_usual_journal_lies_in_the_data_directory) {
  BOOST_TEST(journal_of({.flags = {{.name = "data_directory", .value = "/d"}}}) == "sqlite:/d/journal.db");
}

BOOST_AUTO_TEST_CASE(db_type_chooses_the_kind_of_journal) {
  BOOST_TEST(journal_of({.variables = {{"DB_TYPE", "memory"}}}) == "memory:");
  BOOST_TEST(journal_of({.variables = {{"DB_TYPE", "sqlite"}}}) == "sqlite:holon-data/journal.db");
  BOOST_TEST(journal_of({.variables = {{"DB_TYPE", "sqlite"}, {"HOLON_DB", "a/b.db"}}}) == "sqlite:a/b.db");
  BOOST_TEST(journal_of({.variables = {{"DB_TYPE", "sqlite"}, {"HOLON_DB", "sqlite:b.db"}}}) == "sqlite:b.db");
  BOOST_TEST(journal_of({.variables = {{"DB_TYPE", "postgres"}, {"HOLON_DB", "postgresql://db"}}}) ==
             "postgresql://db");
}

BOOST_AUTO_TEST_CASE(db_type_keeps_a_journal_of_its_kind_from_the_file) {
  const std::string file = R"({"journal":"sqlite:mine.db"})";
  BOOST_TEST(journal_of({.file = file, .variables = {{"DB_TYPE", "sqlite"}}}) == "sqlite:mine.db");
  BOOST_TEST(journal_of({.file = file, .variables = {{"DB_TYPE", "memory"}}}) == "memory:");
  BOOST_TEST(journal_of({.file = file,
                         .variables = {{"DB_TYPE", "sqlite"}},
                         .flags = {{.name = "journal", .value = "memory:"}}}) == "memory:");
}

BOOST_AUTO_TEST_CASE(db_type_and_journal_must_not_contradict_each_other) {
  refuses({.variables = {{"DB_TYPE", "oracle"}}}, errc::invalid_argument, "DB_TYPE: 'oracle' is no kind of journal");
  refuses({.variables = {{"DB_TYPE", "postgres"}}}, errc::invalid_argument, "HOLON_DB must be postgresql://");
  refuses({.variables = {{"DB_TYPE", "postgres"}, {"HOLON_DB", "a.db"}}}, errc::invalid_argument, "HOLON_DB: ");
  refuses({.variables = {{"DB_TYPE", "sqlite"}, {"HOLON_DB", "postgresql://db"}}}, errc::invalid_argument,
          "HOLON_DB is a journal of postgresql, but DB_TYPE says sqlite");
}

BOOST_AUTO_TEST_CASE(names_variables_and_flags_are_each_given_once) {
  std::set<std::string> seen;
  for (const auto& each : all_settings())
    for (const auto& name : {each.name, each.variable, each.flag}) BOOST_TEST(seen.insert(name).second, name);
}

BOOST_AUTO_TEST_CASE(the_help_tells_each_setting_in_lines_that_fit) {
  const std::string help = settings_help();
  for (const auto& each : all_settings()) {
    BOOST_TEST(help.find("  " + each.flag + " ") != std::string::npos, each.flag);
    BOOST_TEST(help.find(each.variable + " ") != std::string::npos, each.variable);
    BOOST_TEST(help.find(each.doc) != std::string::npos, each.name);
  }
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 120u, line);
}

}  // namespace
}  // namespace holon
