// The command line: options that every command has, the commands, and how a run ends.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "config/observer/observer.hpp"
#include "config/result.hpp"
#include "config/settings.hpp"
#include "tools/cli/exit_code.hpp"
#include "tools/cli/output.hpp"

namespace holon::cli {

/// What a command works with.
struct session {
  const holon::settings& settings;
  output& out;
  bool wrote = false;  ///< set by a command once something durable was written: a failure after that is half a success
  std::shared_ptr<observer> watching;  ///< the log, and the metrics if they are wanted; never null
};

using command_run = std::function<result<exit_code>(session&)>;

class command_line {
 public:
  command_line();
  command_line(const command_line&) = delete;
  command_line& operator=(const command_line&) = delete;

  /// Adds `holon NAME`. `examples` closes its help text, each a line that ends.
  CLI::App& add(const std::string& name, const std::string& summary, const std::string& examples);
  /// Adds a command below another one: `holon schema show`.
  CLI::App& add_below(CLI::App& parent, const std::string& name, const std::string& summary);
  /// What happens when `command` was chosen.
  void on_run(CLI::App& command, command_run run);

  /// Parses and runs; gives the exit code of the process.
  int run(int argc, char** argv);

 private:
  void add_settings();
  void add_help_and_version();
  [[nodiscard]] result<exit_code> show_help(session& with) const;
  [[nodiscard]] int parse(int argc, char** argv);
  [[nodiscard]] result<exit_code> run_chosen();

  CLI::App app_;
  output out_;
  std::string config_;
  std::string metrics_;  // the address to serve them on; empty: they are not wanted
  std::vector<setting_override> overrides_;
  bool json_ = false;
  bool no_color_ = false;
  std::vector<std::string> help_about_;
  command_run chosen_;
};

}  // namespace holon::cli
