#include "tools/cli/command_line.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "config/logging.hpp"
#include "config/near_name.hpp"
#include "config/observer/log_observer.hpp"
#include "config/observer/observers.hpp"
#include "config/observer/prometheus_observer.hpp"
#include "config/version.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/metrics/metrics_server.hpp"

namespace holon::cli {
namespace {

constexpr int help_column = 32;
constexpr int parsed = -1;

constexpr const char* app_summary =
    "Holon: things with an identity and a history, as actors over a journal of events.\n"
    "The journal is sqlite:holon-data/journal.db unless you say otherwise; `holon demo` fills one to look at.";
constexpr const char* app_footer =
    "Exit codes: 0 done, 1 the answer is no, 2 bad input (nothing was written), 3 the journal is in trouble,\n"
    "130 interrupted.  More about a command: holon COMMAND --help";

// CLI11 puts examples and hints on lines of their own; an error is one line.
std::string one_sentence(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  return text;
}

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

// "--stream" for "--strem": of the commands that were named, and of all of them.
std::string near_option(const CLI::App& app, const std::string& word) {
  std::string nearest;
  const auto look_in = [&](const CLI::App& at) {
    for (const auto* option : at.get_options())
      for (const auto& name : option->get_lnames()) {
        const std::string flag = "--" + name;
        const bool nearer = nearest.empty() || name_distance(word, flag) < name_distance(word, nearest);
        if (is_near(word, flag) && nearer) nearest = flag;
      }
  };
  for (const CLI::App* at = &app; at != nullptr;) {
    look_in(*at);
    const auto chosen = at->get_subcommands();
    at = chosen.empty() ? nullptr : chosen.front();
  }
  return nearest;
}

// What CLI11 says of arguments that it cannot place is hard to read: it lists them, last first.
std::string misplaced(const CLI::App& app) {
  const auto words = app.remaining(/*recurse=*/true);
  if (words.empty()) return "there is an argument that is not expected here";
  const auto option = std::find_if(words.begin(), words.end(), is_option);
  if (option == words.end()) return "there is no command or argument '" + words.front() + "' here";
  const auto word = option->substr(0, option->find('='));
  const auto meant = near_option(app, word);
  return "there is no option '" + word + "' here" + (meant.empty() ? "" : ": did you mean '" + meant + "'?");
}

std::string sentence_of(const CLI::ParseError& wrong, const CLI::App& app) {
  if (dynamic_cast<const CLI::ExtrasError*>(&wrong) != nullptr) return misplaced(app);
  return one_sentence(wrong.what());
}

bool asks_for_json(int argc, char** argv) {
  return std::any_of(argv + 1, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; });
}

}  // namespace

command_line::command_line() : app_(app_summary, "holon") {
  app_.add_option("--config", config_, "Settings from this file instead of ./holon.json")->type_name("FILE");
  app_.add_option("--metrics", metrics_, "Serve metrics for Prometheus while the command runs: 127.0.0.1:9464")
      ->type_name("ADDRESS");
  app_.add_flag("--json", json_, "Results as JSON, for scripts");
  app_.add_flag("--no-color", no_color_, "No colours, as with NO_COLOR in the environment");
  app_.set_version_flag("--version", "holon " + std::string(program_version), "Show the version");
  app_.set_help_flag("-h,--help", "Show this help");
  app_.require_subcommand(0, 1);
  app_.footer(app_footer);
  app_.get_formatter()->column_width(help_column);
  add_settings();
}

// What other programs taught people to type.
void command_line::add_help_and_version() {
  auto& help = add("help", "Show this help, or that of a command", "  holon help import\n  holon help db archive\n");
  help.add_option("command", help_about_, "The command")->type_name("COMMAND");
  on_run(help, [this](session& with) { return show_help(with); });
  auto& version = add("version", "Show the version", "  holon version\n");
  on_run(version, [](session& with) -> result<exit_code> {
    with.out.line(with.out.json() ? "{\"version\":" + json_string(program_version) + "}"
                                  : "holon " + std::string(program_version));
    return exit_code::done;
  });
}

result<exit_code> command_line::show_help(session& with) const {
  const CLI::App* about = &app_;
  std::string named = "holon";
  for (const auto& word : help_about_) {
    const auto below = about->get_subcommands([&](const CLI::App* each) { return each->get_name() == word; });
    if (below.empty())
      return failure(errc::invalid_argument, "there is no command '" + named + " " + word + "': holon help lists them");
    about = below.front();
    named += " " + word;
  }
  // Not help(), which would give that of the command that was chosen: this one.
  with.out.text(about->get_formatter()->make_help(about, named, CLI::AppFormatMode::Normal));
  return exit_code::done;
}

// Each setting is a flag, too. The help shows the two that people use; `holon settings` tells of all.
void command_line::add_settings() {
  for (const auto& each : all_settings()) {
    auto* option = app_.add_option_function<std::string>(
        each.flag, [this, name = each.name](const std::string& value) { overrides_.push_back({name, value}); },
        each.doc);
    option->type_name(each.kind == setting_kind::number ? "N" : "TEXT");
    if (each.name != "journal" && each.name != "log_level") option->group("");
  }
}

CLI::App& command_line::add(const std::string& name, const std::string& summary, const std::string& examples) {
  CLI::App& command = *app_.add_subcommand(name, summary);
  command.fallthrough();
  command.footer("Examples:\n" + examples + "\nOptions of every command (--journal, --json, …): holon --help");
  return command;
}

CLI::App& command_line::add_below(CLI::App& parent, const std::string& name, const std::string& summary) {
  CLI::App& command = *parent.add_subcommand(name, summary);
  command.fallthrough();
  return command;
}

void command_line::on_run(CLI::App& command, command_run run) {
  command.callback([this, run = std::move(run)] { chosen_ = run; });
}

// Gives `parsed`, or the exit code if that was it: a request for help, or an error.
int command_line::parse(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
    return parsed;
  } catch (const CLI::Success& wanted) {
    return app_.exit(wanted);
  } catch (const CLI::ParseError& wrong) {
    out_.configure(asks_for_json(argc, argv), false);
    out_.fail(
        {.code = errc::invalid_argument, .text = sentence_of(wrong, app_) + " (holon --help shows what there is)"});
    return static_cast<int>(exit_code::bad_input);
  }
}

result<exit_code> command_line::run_chosen() {
  auto chosen = load_settings(config_.empty() ? std::nullopt : std::optional<std::filesystem::path>(config_),
                              process_environment, overrides_);
  // A settings file that is not there or cannot be read is a mistake of the caller, and no trouble of the journal.
  if (!chosen && (chosen.error().code == errc::not_found || chosen.error().code == errc::unavailable))
    chosen.error().code = errc::invalid_argument;
  HOLON_CHECK(chosen);
  start_logging(chosen->log_level);
  const auto counted = std::make_shared<prometheus_observer>();
  std::vector<std::shared_ptr<observer>> watching{std::make_shared<log_observer>()};
  std::unique_ptr<metrics_server> server;
  if (!metrics_.empty()) {
    watching.push_back(counted);
    HOLON_TRY(server, metrics_server::start(metrics_, [counted] { return counted->text(); }));
  }
  session with{
      .settings = *chosen, .out = out_, .wrote = false, .watching = std::make_shared<observers>(std::move(watching))};
  auto ended = chosen_(with);
  if (ended)
    if (auto shown = out_.flush(); !shown) ended = failure(std::move(shown).error());
  if (ended || !with.wrote) return ended;
  // Nobody is told that nothing was written, nor that it is well to do all of it again.
  auto why = ended.error();
  why.text += "; what was written before stays";
  out_.fail(why);
  return exit_code::half_done;
}

int command_line::run(int argc, char** argv) {
  add_help_and_version();
  if (const int ended = parse(argc, argv); ended != parsed) return ended;
  if (!chosen_) {
    out_.text(app_.help());
    return static_cast<int>(exit_code::done);
  }
  const char* no_color = std::getenv("NO_COLOR");
  out_.configure(json_, !no_color_ && (no_color == nullptr || *no_color == '\0'));
  watch_for_interruption();
  const auto ended = run_chosen();
  if (ended) return static_cast<int>(*ended);
  out_.fail(ended.error());
  return static_cast<int>(exit_code_of(ended.error().code));
}

}  // namespace holon::cli
