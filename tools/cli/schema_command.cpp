#include "tools/cli/schema_command.hpp"

#include <memory>
#include <optional>

#include <fmt/core.h>
#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/canonical_members.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/schema_folder.hpp"
#include "tools/cli/text_argument.hpp"
#include "tools/cli/text_table.hpp"
#include "tools/cli/whole_number.hpp"

namespace holon::cli {
namespace {

struct schema_options {
  std::string type;
  std::string file;
  std::string payload;
  std::optional<int> version;
};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string json_list(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ",") + json_string(name);
  return "[" + list + "]";
}

const char* origin_of(const event_type& type) { return type.in_code ? "C++" : "schema"; }

result<exit_code> run_list(session& with) {
  HOLON_TRY(const auto known, known_events(folder_of(with.settings)));
  text_table table({{"event type"}, {"version", align::right}, {"from"}, {"recorded by"}});
  for (const auto* type : known.types()) {
    table.add({type->name, std::to_string(type->version), origin_of(*type), joined(type->stream_types)});
    if (with.out.json())
      with.out.line(fmt::format("{{\"event_type\":{},\"version\":{},\"from\":\"{}\",\"stream_types\":{}}}",
                                json_string(type->name), type->version, origin_of(*type),
                                json_list(type->stream_types)));
  }
  if (!with.out.json()) table.print(with.out);
  return exit_code::done;
}

result<exit_code> run_show(const schema_options& asked, session& with) {
  HOLON_TRY(const auto known, known_events(folder_of(with.settings)));
  const auto* type = known.find(asked.type);
  if (type == nullptr)
    return failure(errc::not_found,
                   "there is no event type '" + asked.type + "': holon schema list shows what there is");
  if (with.out.json())
    with.out.line(type->schema);
  else
    with.out.line(pretty_json(type->schema));
  return exit_code::done;
}

int next_version(const event_catalog& known, const std::string& type) {
  const auto* there = known.find(type);
  return there == nullptr ? 1 : there->version + 1;
}

// The last version, if it has the same schema however it is written: what is registered twice is there once.
const event_type* registered_already(const schema_options& asked, const event_catalog& known, const std::string& text) {
  const auto* there = known.find(asked.type);
  if (there == nullptr || there->in_code || asked.version.value_or(there->version) != there->version) return nullptr;
  const auto canonical = canonical_json(text);
  return canonical && *canonical == there->schema ? there : nullptr;
}

void show_registered(const std::string& type, int version, const std::filesystem::path& file, output& out,
                     bool already) {
  if (out.json())
    return out.line(fmt::format("{{\"event_type\":{},\"version\":{},\"file\":{},\"already\":{}}}", json_string(type),
                                version, json_string(file.string()), already));
  out.line(fmt::format("{} version {} is registered in {}{}", shown(type), version, shown(file.string()),
                       already ? " (it was there already)" : ""));
}

result<exit_code> run_register(const schema_options& asked, session& with) {
  const auto data = folder_of(with.settings);
  HOLON_TRY(const auto text, text_argument(asked.file == "-" ? asked.file : "@" + asked.file));
  HOLON_TRY(auto known, known_events(data));
  if (const auto* there = registered_already(asked, known, text)) {
    show_registered(asked.type, there->version, schema_folder(data).path_of(asked.type, there->version), with.out,
                    true);
    return exit_code::done;
  }
  const int version = asked.version.value_or(next_version(known, asked.type));
  HOLON_CHECK(known.add_schema(asked.type, version, text));
  HOLON_TRY(const auto path, schema_folder(data).keep(asked.type, version, text));
  with.wrote = true;
  show_registered(asked.type, version, path, with.out, false);
  return exit_code::done;
}

result<exit_code> run_check(const schema_options& asked, session& with) {
  HOLON_TRY(const auto known, known_events(folder_of(with.settings)));
  HOLON_TRY(const auto payload, text_argument(asked.payload));
  HOLON_TRY(const auto canonical, known.check(asked.type, payload));
  with.out.line(with.out.json() ? "{\"valid\":true,\"canonical\":" + canonical + "}" : canonical);
  return exit_code::done;
}

}  // namespace

void add_schema_command(command_line& line) {
  auto& group = line.add("schema", "See the known event types; register and check JSON Schemas (draft-07)",
                         "  holon schema show TaskCreated\n"
                         "  holon schema register InvoicePaid invoice_paid.schema.json\n"
                         "\nRegistered schemas are files beside the journal: schemas/TYPE.vVERSION.json.\n");
  group.require_subcommand(1);
  auto asked = std::make_shared<schema_options>();
  const auto add = [&](const char* name, const char* summary, auto run) -> CLI::App& {
    auto& command = line.add_below(group, name, summary);
    line.on_run(command, [asked, run](session& with) { return run(*asked, with); });
    command.add_option("type", asked->type, "The event type")->required()->type_name("TYPE");
    return command;
  };
  line.on_run(line.add_below(group, "list", "All event types"), run_list);
  add("show", "The JSON Schema of a type", run_show);
  auto& registering = add("register", "Keep the JSON Schema of a type that no C++ knows", run_register);
  registering.add_option("file", asked->file, "The schema; - is stdin")->required()->type_name("FILE");
  registering.add_option("--schema-version", asked->version, "Its version (the one after the last)")
      ->check(whole_number(1))
      ->type_name("N");
  auto& check = add("check", "Check a payload without recording anything", run_check);
  check.add_option("payload", asked->payload, "JSON, @FILE or -")->required()->type_name("JSON");
}

}  // namespace holon::cli
