// An archive that was written proves itself, and each way of tampering is found.
#define BOOST_TEST_MODULE archive_file
#include "persistence/archive/archive_file.hpp"

#include <fstream>
#include <functional>
#include <sstream>

#include <zlib.h>
#include <boost/test/unit_test.hpp>

#include "persistence/archive/durable_file.hpp"
#include "persistence/memory/memory_journal.hpp"
#include "tests/contract/journal_fixture.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"

namespace holon::testing {
namespace {

class memory_under_test final : public journal_under_test {
 public:
  journal& get() override { return *journal_; }

 private:
  std::unique_ptr<journal> journal_ = make_memory_journal({.clock = [this] { return clock; }});
};

std::string text_in(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Twelve events in four batches of three; those from 4 to 9 are archived.
struct archive_fixture : journal_fixture {
  archive_fixture() {
    for (std::uint64_t batch = 0; batch < 4; ++batch) {
      given(batch % 2 + 1, events(3 * batch + 1, 3 * batch + 3));
      tested->clock += std::chrono::seconds{1};
    }
    write();
  }

  void write(std::int64_t first = 4, std::int64_t last = 9) {
    const auto written = write_archive(*reader, {.name = "events", .first = {first}, .last = {last}}, folder.path());
    BOOST_REQUIRE_MESSAGE(written, (written ? "" : written.error().text));
  }
  [[nodiscard]] archive_verification verified() const {
    auto found = verify_archive(manifest, *reader);
    BOOST_REQUIRE_MESSAGE(found, (found ? "" : found.error().text));
    return *std::move(found);
  }
  [[nodiscard]] std::string problems() const {
    std::string text;
    for (const auto& each : verified().problems.told) text += std::to_string(each.at.value) + ": " + each.what + "\n";
    return text;
  }
  void check_found(const std::string& part) const {
    const auto found = problems();
    BOOST_TEST(found.find(part) != std::string::npos, "no '" << part << "' in:\n" << found);
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    const auto file = gzopen(events_file.c_str(), "rb");
    std::vector<char> buffer(1 << 20);
    while (gzgets(file, buffer.data(), static_cast<int>(buffer.size())) != nullptr) all.emplace_back(buffer.data());
    gzclose(file);
    return all;
  }
  /// Changes the lines, and lets the manifest say that the file is the right one.
  void tamper(const std::function<void(std::vector<std::string>&)>& change) const {
    auto all = lines();
    change(all);
    const auto file = gzopen(events_file.c_str(), "wb");
    for (const auto& each : all) gzwrite(file, each.data(), static_cast<unsigned>(each.size()));
    gzclose(file);
    auto text = text_in(manifest);
    text.replace(text.find("\"sha256\":\"") + 10, 64, to_hex(digest_of_file(events_file).value()));
    std::ofstream(manifest) << text;
  }
  static void replace(std::string& in, const std::string& what, const std::string& instead) {
    const auto at = in.find(what);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, "no '" << what << "' in " << in);
    in.replace(at, what.size(), instead);
  }

  journal_folder folder;
  std::filesystem::path manifest = folder.path() / "events.json";
  std::filesystem::path events_file = folder.path() / "events.jsonl.gz";
};

BOOST_FIXTURE_TEST_SUITE(archive_file_suite, archive_fixture)

BOOST_AUTO_TEST_CASE(an_archive_proves_itself_by_either_of_its_files) {
  for (const auto& file : {manifest, events_file}) {
    const auto found = verify_archive(file, *reader);
    BOOST_REQUIRE(found);
    BOOST_TEST(found->problems.empty());
    BOOST_TEST(found->events == 6);
    BOOST_TEST(found->batches == 2);
    BOOST_TEST(found->manifest.first.value == 4);
  }
}

BOOST_AUTO_TEST_CASE(the_events_come_back_as_they_were) {
  std::vector<recorded_event> read;
  BOOST_TEST(read_archived_events(events_file, [&](const event_view& event) -> result<void> {
               read.push_back(to_recorded(event));
               return {};
             }).has_value());
  auto expected = all({.after = {3}, .until = global_offset{9}});
  BOOST_TEST((read == expected));
}

BOOST_AUTO_TEST_CASE(the_whole_of_a_journal_can_be_an_archive_and_so_can_nothing_of_it) {
  write(1, 12);
  BOOST_TEST(verified().batches == 4);
  BOOST_TEST(problems().empty());
  write(0, 0);
  BOOST_TEST(verified().events == 0);
  BOOST_TEST(problems().empty());
}

BOOST_AUTO_TEST_CASE(an_archive_of_many_batches_is_proven_page_by_page) {
  for (std::uint64_t n = 100; n < 3000; ++n) given(n % 7 + 1, events(n, n));
  write(4, 2912);
  BOOST_TEST(verified().batches == 2903);
  BOOST_TEST(problems().empty());
}

BOOST_AUTO_TEST_CASE(large_events_are_archived_too) {
  auto large = events(50, 50);
  large[0].payload = "{\"text\":\"" + std::string(3'000'000, 'x') + "\"}";
  given(5, std::move(large));
  write(4, 13);
  BOOST_TEST(problems().empty());
}

BOOST_AUTO_TEST_CASE(events_that_the_journal_does_not_have_leave_no_manifest) {
  const auto written = write_archive(*reader, {.name = "later", .first = {10}, .last = {99}}, folder.path());
  BOOST_REQUIRE(!written);
  BOOST_TEST((written.error().code == errc::corrupt));
  BOOST_TEST(!std::filesystem::exists(folder.path() / "later.json"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_no_manifest_whichever_file_it_hits) {
  for (const char* file : {"full.jsonl.gz.partial", "full.json.partial"}) {
    std::filesystem::create_symlink("/dev/full", folder.path() / file);
    const auto written = write_archive(*reader, {.name = "full", .first = {4}, .last = {9}}, folder.path());
    BOOST_REQUIRE(!written);
    BOOST_TEST((written.error().code == errc::no_space));
    BOOST_TEST(!std::filesystem::exists(folder.path() / "full.json"));
  }
}

// ---- tampering

BOOST_AUTO_TEST_CASE(a_byte_of_the_file_that_changed_is_found) {
  auto bytes = text_in(events_file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(events_file, std::ios::binary) << bytes;
  check_found("its SHA-256 is");
}

BOOST_AUTO_TEST_CASE(a_file_that_was_cut_off_is_found) {
  const auto bytes = text_in(events_file);
  for (const auto size : {bytes.size() - 1, bytes.size() / 2, std::size_t{5}}) {
    std::filesystem::resize_file(events_file, size);
    check_found("its SHA-256 is");
    check_found("truncated");
  }
}

BOOST_AUTO_TEST_CASE(an_event_that_was_changed_is_found_by_its_batch) {
  tamper([](auto& all) { replace(all[1], "\"source_system\":\"", "\"source_system\":\"X"); });
  check_found("4: the events at the offsets 4 to 6 are not those that were committed");
}

BOOST_AUTO_TEST_CASE(an_event_that_was_left_out_is_found) {
  tamper([](auto& all) { all.erase(all.begin() + 1); });
  check_found("6: event 6 stands where event 5 should");
  check_found("4: the events at the offsets 4 to 6 are not those that were committed");
}

BOOST_AUTO_TEST_CASE(events_that_are_missing_at_the_end_are_found) {
  tamper([](auto& all) { all.resize(3); });
  check_found("7: the events at the offsets 7 to 9 are missing");
  tamper([](auto& all) { all.clear(); });
  check_found("4: the events at the offsets 4 to 9 are missing");
}

BOOST_AUTO_TEST_CASE(events_that_stand_in_another_order_are_found) {
  tamper([](auto& all) { std::swap(all[0], all[1]); });
  check_found("stands where event 4 should");
}

BOOST_AUTO_TEST_CASE(an_event_that_comes_twice_is_found) {
  tamper([](auto& all) { all.push_back(all.back()); });
  check_found("9: event 9 stands where event 10 should");
}

BOOST_AUTO_TEST_CASE(a_time_of_recording_that_was_changed_is_found) {
  tamper([](auto& all) { replace(all[0], "\"recorded_at\":\"2027-", "\"recorded_at\":\"2026-"); });
  check_found("4: recorded_at is not that of its batch");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_event_is_found_by_its_number) {
  tamper([](auto& all) { all[2] = "{}\n"; });
  check_found("line 3: 'actor_id'");
  tamper([](auto& all) { all[1].pop_back(), all.resize(2); });
  check_found("line 2: the line has no end");
}

BOOST_AUTO_TEST_CASE(a_batch_of_the_manifest_that_was_changed_is_found) {
  auto text = text_in(manifest);
  const auto chain = text.find("\"chain\":\"") + 9;
  text[chain] = text[chain] == '0' ? '1' : '0';
  std::ofstream(manifest) << text;
  check_found("4: the manifest's batch of the offsets 4 to 6 is not that of the journal");
}

BOOST_AUTO_TEST_CASE(a_batch_that_the_manifest_lacks_is_found) {
  auto text = text_in(manifest);
  const auto second = text.find(",\n{");
  text.erase(second, text.find('}', second) - second + 1);
  std::ofstream(manifest) << text;
  check_found("7: the manifest lacks batches that the journal has");
}

BOOST_AUTO_TEST_CASE(an_archive_that_does_not_begin_with_a_batch_is_found) {
  write(5, 9);
  check_found("5: no batch of the journal ends in front of offset 5");
}

BOOST_AUTO_TEST_CASE(an_archive_of_another_journal_is_found) {
  const auto other = make_memory_journal();
  const auto appending = other->appender().value();
  BOOST_REQUIRE(append_one(*appending, request(1, expected_version::any(), events(21, 32))));
  const auto found = verify_archive(manifest, *other->reader().value());
  BOOST_REQUIRE(found);
  BOOST_TEST(!found->problems.empty());
}

BOOST_AUTO_TEST_CASE(files_that_were_renamed_are_found) {
  std::filesystem::rename(manifest, folder.path() / "other.json");
  std::filesystem::rename(events_file, folder.path() / "other.jsonl.gz");
  manifest = folder.path() / "other.json";
  check_found("the manifest is that of events, so the files were renamed");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_missing_is_an_error) {
  std::filesystem::remove(events_file);
  BOOST_TEST(code_of(verify_archive(manifest, *reader)) == errc::not_found);
  std::filesystem::remove(manifest);
  BOOST_TEST(code_of(verify_archive(manifest, *reader)) == errc::not_found);
  BOOST_TEST(code_of(verify_archive(folder.path() / "events.txt", *reader)) == errc::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

std::unique_ptr<journal_under_test> make_journal_under_test() { return std::make_unique<memory_under_test>(); }

}  // namespace holon::testing
