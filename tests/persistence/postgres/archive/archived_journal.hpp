// A journal of three months, and words for archiving them.
#pragma once

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "persistence/archive/archive_file.hpp"
#include "persistence/postgres/archive/postgres_archive.hpp"
#include "persistence/verify.hpp"
#include "tests/persistence/postgres/reader_vocabulary.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"

namespace holon::testing {

inline timestamp day(const char* text) { return parse_timestamp(text).value(); }

/// Events 1 to 20 in January 2020, 21 to 40 in February, 41 to 60 in March; stream 1 is in all of them, stream 2 in the
/// first two, stream 3 only in January.
class archived_journal : public written_journal {
 public:
  explicit archived_journal(int major = servers_at_hand().front()) : written_journal(major) {
    clock = day("2020-01-10");  // long ago: months around today are made by themselves
    given(1, 1, 10, 3);
    given(2, 11, 15);
    given(3, 16, 20);
    clock = day("2020-02-10");
    given(1, 21, 30, 4);
    given(2, 31, 40);
    clock = day("2020-03-10");
    given(1, 41, 60, 7);
  }

  [[nodiscard]] postgres::archive_options options(const char* before) const {
    return {.journal = {.url = database().url()}, .before = day(before), .folder = folder.path()};
  }
  [[nodiscard]] postgres::archive_report archive(const postgres::archive_options& options) const {
    return must(postgres::archive(options));
  }
  [[nodiscard]] postgres::archive_report archive(const char* before) const { return archive(options(before)); }
  [[nodiscard]] postgres::restore_options restoring(const std::string& month) const {
    return {.journal = {.url = database().url()}, .file = manifest(month)};
  }

  [[nodiscard]] std::filesystem::path manifest(const std::string& month) const {
    return folder.path() / (month + ".json");
  }
  [[nodiscard]] std::filesystem::path events_file(const std::string& month) const {
    return folder.path() / (month + ".jsonl.gz");
  }
  /// "events_2020_02 events_2020_03": those with events.
  [[nodiscard]] std::string months() const {
    return database().ask("select string_agg(distinct tableoid::regclass::text, ' ') from events");
  }
  [[nodiscard]] bool has_table(const std::string& month) const {
    return database().ask("select to_regclass('" + month + "') is not null") == "t";
  }

  /// All that is in the journal behind the archive, which must be whole.
  void check_whole(std::int64_t archived) const {
    const auto from = reader();
    const auto found = must(verify(*from));
    for (const auto& each : found.problems.told) BOOST_ERROR("offset " << each.at.value << ": " << each.what);
    BOOST_TEST(found.archived.value == archived);
    BOOST_TEST(found.events == must(from->head()).offset.value - archived);
  }
  [[nodiscard]] std::vector<recorded_event> all_after(std::int64_t offset) const {
    std::vector<recorded_event> shown;
    must(reader()->read_all(after({offset}), [&](const event_view& event) {
      shown.push_back(to_recorded(event));
      return true;
    }));
    return shown;
  }

  /// Archives in a process of its own, which is killed when it has come to the end of this step of this month.
  void archive_and_kill(postgres::archive_options with, postgres::archive_step step, const std::string& month) const {
    with.progress = [&](const postgres::archive_progress& at) {
      if (at.step == step && at.month == month && at.done == at.total) raise(SIGKILL);
    };
    const auto child = fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      static_cast<void>(postgres::archive(with));
      _exit(0);
    }
    int status = 0;
    BOOST_REQUIRE(waitpid(child, &status, 0) == child);
    BOOST_REQUIRE_MESSAGE(WIFSIGNALED(status), "it came to its end, and should have been killed");
  }

  journal_folder folder;
};

/// Changes a byte in the middle of a file.
inline void damage_file(const std::filesystem::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(path) / 2);
  file.seekg(middle);
  const auto byte = static_cast<char>(file.get() ^ 1);
  file.seekp(middle);
  file.put(byte);
}

}  // namespace holon::testing
