#include "tools/cli/read_command.hpp"

#include <memory>
#include <optional>

#include "tools/cli/event_filter.hpp"
#include "tools/cli/event_text.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/stream_name.hpp"
#include "tools/cli/whole_number.hpp"

namespace holon::cli {
namespace {

/// Events that people are shown unless they say otherwise; scripts get all.
constexpr std::size_t shown_to_people = 100;

struct read_options {
  event_filter filter;
  std::optional<std::int64_t> from;
  std::int64_t after = 0;
  std::optional<std::size_t> limit;
  bool backwards = false;
};

// Shows what passes, up to the limit, and remembers whether there was more.
class limited_view {
 public:
  limited_view(output& out, std::size_t limit) : lines_(out), limit_(limit) {}

  bool show(const event_view& event) {
    more_ = lines_.shown() == limit_;
    if (more_ || interrupted()) return false;
    lines_.show(event);
    return true;
  }

  [[nodiscard]] bool more() const { return more_; }
  [[nodiscard]] std::size_t shown() const { return lines_.shown(); }

 private:
  event_lines lines_;
  std::size_t limit_;
  bool more_ = false;
};

result<void> read_one_stream(const read_options& asked, journal_reader& reader, limited_view& view) {
  HOLON_TRY(const auto stream, parse_stream(asked.filter.stream));
  HOLON_TRY(const auto there, reader.find_stream(stream));
  if (!there)
    return failure(errc::not_found, "there is no stream " + asked.filter.stream + " (" + to_string(stream.value) + ")");
  stream_query query{.stream = stream, .from = {asked.from.value_or(asked.backwards ? 0 : 1)}};
  query.direction = asked.backwards ? direction::backwards : direction::forwards;
  HOLON_CHECK(reader.read_stream(
      query, [&](const event_view& event) { return !asked.filter.accepts(event) || view.show(event); }));
  return {};
}

result<void> read_everything(const read_options& asked, journal_reader& reader, limited_view& view) {
  HOLON_TRY(auto query, asked.filter.query());
  query.after = {asked.after};
  HOLON_CHECK(reader.read_all(query, [&](const event_view& event) { return view.show(event); }));
  return {};
}

result<exit_code> run_read(const read_options& asked, session& with) {
  HOLON_TRY(const auto store, open_journal(with.settings, opening::to_read));
  HOLON_TRY(const auto reader, store->reader());
  const clean_end ending;
  limited_view view(with.out, asked.limit.value_or(with.out.json() ? unlimited : shown_to_people));
  const bool by_stream = !asked.filter.stream.empty() && asked.after == 0;
  HOLON_CHECK(by_stream ? read_one_stream(asked, *reader, view) : read_everything(asked, *reader, view));
  if (view.more() && !asked.limit) with.out.remark("… and more: --limit N shows N of them, --json all");
  if (view.shown() == 0) with.out.remark("no events");
  return interrupted() ? exit_code::interrupted : exit_code::done;
}

}  // namespace

void add_read_command(command_line& line) {
  auto& command = line.add("read", "Show events of one stream or of the whole journal",
                           "  holon read --stream incidents/1-364285768\n"
                           "  holon read --type TaskCreated TaskCompleted --after 1000 --limit 20 --json\n");
  auto asked = std::make_shared<read_options>();
  asked->filter.add_options(command);
  auto* stream = command.get_option("--stream");
  command.add_option("--from", asked->from, "First version shown of the stream")
      ->needs(stream)
      ->check(whole_number(1))
      ->type_name("VERSION");
  auto* backwards = command.add_flag("--backwards", asked->backwards, "The newest event of the stream first");
  backwards->needs(stream);
  command.add_option("--after", asked->after, "Only events behind this offset")
      ->check(whole_number(0))
      ->excludes(backwards)
      ->excludes("--from")
      ->type_name("OFFSET");
  command.add_option("-n,--limit", asked->limit, "At most so many events (100 for people, all with --json)")
      ->check(whole_number(1))
      ->type_name("N");
  line.on_run(command, [asked](session& with) { return run_read(*asked, with); });
}

}  // namespace holon::cli
