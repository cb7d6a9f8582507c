#include "tools/cli/verify_command.hpp"

#include <memory>

#include <fmt/core.h>

#include "persistence/archive/archive_file.hpp"
#include "persistence/verify.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/progress_bar.hpp"

namespace holon::cli {
namespace {

std::string json_of(const problem_list& problems) {
  std::string list;
  for (const auto& each : problems.told)
    list +=
        fmt::format("{}{{\"offset\":{},\"what\":{}}}", list.empty() ? "" : ",", each.at.value, json_string(each.what));
  return "[" + list + "],\"problems_untold\":" + std::to_string(problems.untold);
}

void show_problems(const problem_list& problems, output& out) {
  for (const auto& each : problems.told)
    out.line((each.at.value > 0 ? "offset " + std::to_string(each.at.value) + ": " : "") + each.what);
  if (problems.untold > 0) out.line("… and " + grouped(problems.untold) + " more");
}

// What is in an archive was not looked at.
void show_passed_over(global_offset archived, output& out) {
  if (archived.value == 0) return;
  out.line(fmt::format("Not looked at: the events 1 to {} are in the archive (holon verify --archive FILE).",
                       grouped(archived.value)));
}

exit_code answer_to(const problem_list& problems) { return problems.empty() ? exit_code::done : exit_code::no; }

result<exit_code> verify_one(journal& store, session& with) {
  HOLON_TRY(const auto reader, store.reader());
  HOLON_TRY(const auto head, reader->head());
  verification found;
  {
    progress_bar bar("verifying", "events", !with.out.json());
    HOLON_TRY(found, verify(*reader, [&](global_offset at) { bar.show(at.value, head.offset.value); }));
  }
  if (with.out.json()) {
    with.out.line(fmt::format("{{\"events\":{},\"streams\":{},\"batches\":{},\"archived\":{},\"problems\":{}}}",
                              found.events, found.streams, found.batches, found.archived.value,
                              json_of(found.problems)));
    return answer_to(found.problems);
  }
  with.out.line(fmt::format("{}: {} events in {} streams, {} batches", store.name(), grouped(found.events),
                            grouped(found.streams), grouped(found.batches)));
  show_problems(found.problems, with.out);
  show_passed_over(found.archived, with.out);
  if (found.problems.empty())
    with.out.line("No problems: offsets dense, versions whole, ids unique, digests and chain as they were written.");
  return answer_to(found.problems);
}

result<exit_code> verify_archived(journal& store, const std::string& file, session& with) {
  HOLON_TRY(const auto reader, store.reader());
  archive_verification found;
  {
    progress_bar bar("verifying", "events", !with.out.json());
    HOLON_TRY(found, verify_archive(file, *reader, [&](global_offset at) { bar.show(at.value, 0); }));
  }
  if (with.out.json()) {
    with.out.line(fmt::format(
        "{{\"name\":{},\"events\":{},\"batches\":{},\"first_offset\":{},\"last_offset\":{},\"problems\":{}}}",
        json_string(found.manifest.name), found.events, found.batches, found.manifest.first.value,
        found.manifest.last.value, json_of(found.problems)));
    return answer_to(found.problems);
  }
  with.out.line(fmt::format("{} of {}: {} events in {} batches", found.manifest.name, store.name(),
                            grouped(found.events), grouped(found.batches)));
  show_problems(found.problems, with.out);
  if (found.problems.empty()) with.out.line("No problems: the events are those of the journal's batches, to the byte.");
  return answer_to(found.problems);
}

result<exit_code> compare_with(journal& store, const std::string& other, session& with) {
  auto against = with.settings;
  auto url = parse_journal_url(other);
  if (!url) return failure_in("--against", std::move(url).error());
  against.journal = *url;
  HOLON_TRY(const auto reader, store.reader());
  HOLON_TRY(const auto other_store, open_journal(against, opening::to_read));
  HOLON_TRY(const auto other_reader, other_store->reader());
  HOLON_TRY(const auto head, reader->head());
  comparison found;
  {
    progress_bar bar("comparing", "events", !with.out.json());
    HOLON_TRY(found, compare(*reader, *other_reader, [&](global_offset at) { bar.show(at.value, head.offset.value); }));
  }
  if (with.out.json()) {
    with.out.line(fmt::format("{{\"compared\":{},\"archived\":{},\"problems\":{}}}", found.events, found.archived.value,
                              json_of(found.problems)));
    return answer_to(found.problems);
  }
  with.out.line(fmt::format("{} and {}: {} events compared", store.name(), other_store->name(), grouped(found.events)));
  show_problems(found.problems, with.out);
  show_passed_over(found.archived, with.out);
  if (found.problems.empty()) with.out.line("No differences.");
  return answer_to(found.problems);
}

}  // namespace

void add_verify_command(command_line& line) {
  auto& command = line.add("verify", "Walk the whole journal and check everything that can be checked",
                           "  holon verify\n"
                           "  holon verify --against sqlite:/backup/journal.db --json\n"
                           "  holon verify --archive /archive/events_2025_01.json\n"
                           "\nExit code 1 if there are problems. It may run beside a writer.\n");
  auto against = std::make_shared<std::string>();
  command
      .add_option("--against", *against,
                  "Compare with another journal (sqlite:PATH or postgresql://…) instead, event for event")
      ->type_name("WHERE");
  auto archive = std::make_shared<std::string>();
  command.add_option("--archive", *archive, "Check the files of an archived month instead")
      ->type_name("FILE")
      ->excludes("--against");
  line.on_run(command, [against, archive](session& with) -> result<exit_code> {
    HOLON_TRY(const auto store, open_journal(with.settings, opening::to_read));
    if (!archive->empty()) return verify_archived(*store, *archive, with);
    return against->empty() ? verify_one(*store, with) : compare_with(*store, *against, with);
  });
}

}  // namespace holon::cli
