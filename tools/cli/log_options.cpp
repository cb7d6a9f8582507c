#include "tools/cli/log_options.hpp"

namespace holon::cli {
namespace {

constexpr std::string_view stdin_stream_type = "case";

result<log_format> format_named(const std::string& name) {
  if (name == "auto") return log_format::automatic;
  if (name == "xes") return log_format::xes;
  if (name == "csv") return log_format::csv;
  if (name == "jsonl") return log_format::json_lines;
  return failure(errc::invalid_argument, "--format: '" + name + "' is no format: auto, xes, csv or jsonl");
}

// stdin, and what a shell passes for <(…).
bool has_no_name(const std::string& file) {
  return file == "-" || file.starts_with("/dev/") || file.starts_with("/proc/self/fd/");
}

result<char> separator_of(const std::string& text) {
  if (text == "\\t" || text == "tab") return '\t';
  if (text.size() == 1) return text.front();
  return failure(errc::invalid_argument, "--separator: '" + text + "' is not one character (tab stands for a tab)");
}

}  // namespace

void log_options::add_options(CLI::App& command) {
  command.add_option("file", file, "XES, CSV or JSON Lines, plain or gzipped; - is stdin")
      ->required()
      ->type_name("FILE");
  command.add_option("--format", format, "auto (by name, else by content), xes, csv or jsonl")->type_name("FORMAT");
  const std::string columns_group = "Columns of CSV and keys of JSON Lines";
  const auto column = [&](const char* flag, std::string& name, const char* what) {
    command.add_option(flag, name, what)->type_name("COLUMN")->capture_default_str()->group(columns_group);
  };
  column("--case", columns.case_id, "The case: each is a stream");
  column("--activity", columns.activity, "The activity: it is the event type");
  column("--timestamp", columns.time, "When it happened");
  column("--resource", columns.resource, "Who did it");
  column("--group", columns.group, "Their group");
  column("--lifecycle", columns.lifecycle, "Phase of the activity");
  command.add_option("--separator", separator, "Between the columns of CSV; tab for a tab")
      ->type_name("CHAR")
      ->capture_default_str()
      ->group(columns_group);
  command.add_option("--stream-type", stream_type, "Type of the streams (the file's name)")->type_name("NAME");
  command.add_option("--source", source, "Source system of the events")->type_name("NAME")->capture_default_str();
  command.add_option("--default-time", default_time, "For events that have no time (an error otherwise)")
      ->type_name("TIME");
  command
      .add_option("--time-format", columns.time_format,
                  "How the times are written, as for strptime: '%d.%m.%Y %H:%M:%S' (usual forms are known without)")
      ->type_name("FORMAT")
      ->group(columns_group);
  command.add_flag(
      "--merge", merge,
      "Append events that belong before some that are there to the end of their stream (an error otherwise)");
}

result<log_source> log_options::to_source() const {
  log_source from{.path = file, .csv = columns};
  HOLON_TRY(from.format, format_named(format));
  HOLON_TRY(from.csv.separator, separator_of(separator));
  return from;
}

result<log_mapping> log_options::to_mapping() const {
  log_mapping mapping{.stream_type = stream_type, .source_system = source};
  if (stream_type.empty())
    mapping.stream_type = has_no_name(file) ? std::string(stdin_stream_type) : stream_type_of(file);
  HOLON_CHECK(check_name("--stream-type", mapping.stream_type, stream_type_characters_max));
  if (mapping.stream_type.find('/') != std::string::npos)
    return failure(errc::invalid_argument,
                   "--stream-type: '" + mapping.stream_type +
                       "' has a slash, which stands between the type and the case in a stream's name: leave it out");
  HOLON_CHECK(check_name("--source", source, source_system_characters_max));
  if (default_time.empty()) return mapping;
  auto time = parse_timestamp(default_time);
  if (!time) return failure_in("--default-time", std::move(time).error());
  mapping.default_time = *time;
  return mapping;
}

std::string stream_type_of(const std::filesystem::path& file) {
  const auto name = file.filename().string();
  return name.substr(0, name.find('.', 1));
}

}  // namespace holon::cli
