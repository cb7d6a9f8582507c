#include "tools/cli/state_command.hpp"

#include <memory>
#include <optional>

#include "actors/rehydrate.hpp"
#include "persistence/codec/canonical_members.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/known_types.hpp"
#include "tools/cli/stream_name.hpp"
#include "tools/cli/whole_number.hpp"

namespace holon::cli {
namespace {

struct state_options {
  std::string stream;
  std::optional<std::int64_t> version;
  std::string at;
};

result<as_of> moment_of(const state_options& asked) {
  as_of when;
  if (asked.version) when.version = stream_version{*asked.version};
  if (!asked.at.empty()) {
    auto parsed = parse_timestamp(asked.at);
    if (!parsed) return failure_in("--at", std::move(parsed).error());
    when.recorded_at = *parsed;
  }
  return when;
}

tl::unexpected<error> not_yet(const state_options& asked, const stream_info& stream) {
  const std::string which = "stream " + asked.stream;
  if (asked.version)
    return failure(errc::not_found, which + " has no version " + std::to_string(*asked.version) + " yet: it is at " +
                                        std::to_string(stream.version.value));
  return failure(errc::not_found, which + " was not there at that time: its first event was recorded at " +
                                      to_string(stream.created_at));
}

void show(session& with, const stream_info& stream, stream_version version, const std::string& state) {
  const auto id = to_string(stream.stream.value);
  if (with.out.json())
    return with.out.line("{\"stream_id\":\"" + id + "\",\"stream_type\":" + json_string(stream.type) +
                         ",\"version\":" + std::to_string(version.value) +
                         ",\"last_version\":" + std::to_string(stream.version.value) + ",\"state\":" + state + "}");
  with.out.line(with.out.strong(shown(stream.type) + " " + id) + "  version " + std::to_string(version.value) + " of " +
                std::to_string(stream.version.value));
  with.out.line(pretty_json(state));
}

result<exit_code> run_state(const state_options& asked, session& with) {
  HOLON_TRY(const auto id, parse_stream(asked.stream));
  HOLON_TRY(const auto when, moment_of(asked));
  HOLON_TRY(const auto store, open_journal(with.settings, opening::to_read));
  HOLON_TRY(const auto reader, store->reader());
  HOLON_TRY(const auto stream, reader->find_stream(id));
  if (!stream) return failure(errc::not_found, "there is no stream " + asked.stream + " (" + to_string(id.value) + ")");
  HOLON_TRY(const auto types, known_holons(stream->type));
  const auto& model = *types.find(stream->type);
  HOLON_TRY(const auto holon, rehydrate(model, *reader, id, when));
  if (holon.version.value == 0 || (when.version && holon.version < *when.version)) return not_yet(asked, *stream);
  HOLON_TRY(const auto text, model.to_json(*holon.state));
  show(with, *stream, holon.version, text);
  return exit_code::done;
}

}  // namespace

void add_state_command(command_line& line) {
  auto& command = line.add("state", "Show what a holon is, was at a version, or was known to be at a time",
                           "  holon state incidents/1-364285768\n"
                           "  holon state 3f0c9a52-6a5e-5c0b-9d0e-2f4f5f4f9a11 --at 2026-11-20T12:00:00Z --json\n");
  auto asked = std::make_shared<state_options>();
  command.add_option("stream", asked->stream, "Its id, or a name")->required()->type_name("STREAM");
  auto* version = command.add_option("--version", asked->version, "The state after this version");
  version->check(whole_number(1))->type_name("VERSION");
  command.add_option("--at", asked->at, "The state as it was recorded at this time (RFC 3339)")
      ->excludes(version)
      ->type_name("TIME");
  line.on_run(command, [asked](session& with) { return run_state(*asked, with); });
}

}  // namespace holon::cli
