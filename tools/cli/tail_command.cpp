#include "tools/cli/tail_command.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>

#include "tools/cli/event_filter.hpp"
#include "tools/cli/event_text.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/whole_number.hpp"

namespace holon::cli {
namespace {

/// How soon a followed journal sees that it is to stop.
constexpr std::chrono::milliseconds patience{200};
constexpr std::size_t lines_max = 100'000;

struct tail_options {
  event_filter filter;
  std::size_t lines = 10;
  bool follow = false;
};

// With a filter the last matching events may be anywhere, so all is read and the last ones are kept.
result<global_offset> show_last(const tail_options& asked, all_query query, journal_reader& reader,
                                event_lines& lines) {
  HOLON_TRY(const auto head, reader.head());
  query.until = head.offset;
  if (asked.filter.empty()) query.after = {std::max<std::int64_t>(0, head.offset.value - std::int64_t(asked.lines))};
  std::deque<recorded_event> last;
  HOLON_CHECK(reader.read_all(query, [&](const event_view& event) {
    last.push_back(to_recorded(event));
    if (last.size() > asked.lines) last.pop_front();
    return !interrupted();
  }));
  for (const auto& event : last) lines.show(view_of(event));
  return head.offset;
}

result<void> follow(all_query query, journal& store, journal_reader& reader, session& with, event_lines& lines) {
  while (!interrupted()) {
    const auto show = [&](const event_view& event) { return lines.show(event), !interrupted(); };
    HOLON_TRY(const auto read, reader.read_all(query, show));
    query.after = read.scanned;
    HOLON_CHECK(with.out.flush());
    HOLON_CHECK(store.wait_for_more(query.after, patience));
  }
  return {};
}

result<exit_code> run_tail(const tail_options& asked, session& with) {
  HOLON_TRY(const auto store, open_journal(with.settings, opening::to_read));
  HOLON_TRY(const auto reader, store->reader());
  const clean_end ending;
  HOLON_TRY(auto query, asked.filter.query());
  event_lines lines(with.out);
  HOLON_TRY(query.after, show_last(asked, query, *reader, lines));
  if (asked.follow) HOLON_CHECK(follow(query, *store, *reader, with, lines));
  return interrupted() ? exit_code::interrupted : exit_code::done;
}

}  // namespace

void add_tail_command(command_line& line) {
  auto& command = line.add("tail", "Show the last events, and with -f those that come",
                           "  holon tail -n 20\n"
                           "  holon tail -f --type TaskCreated --json\n");
  auto asked = std::make_shared<tail_options>();
  asked->filter.add_options(command);
  command.add_option("-n,--lines", asked->lines, "How many of the last events (10)")
      ->check(whole_number(0, lines_max))
      ->type_name("N");
  command.add_flag("-f,--follow", asked->follow, "Go on with the events that come, also from other processes");
  line.on_run(command, [asked](session& with) { return run_tail(*asked, with); });
}

}  // namespace holon::cli
