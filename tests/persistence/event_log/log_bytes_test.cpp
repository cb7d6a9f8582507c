// Tests of what is below the formats: files that are not there, gzip whole, joined, cut off and damaged.
#define BOOST_TEST_MODULE log_bytes
#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/persistence/event_log/sample_log.hpp"

namespace holon {
namespace {

using sample::events_of;
using sample::expect_error;
using sample::gzipped;
using sample::read_source;
using sample::read_text;
using sample::write_file;

const std::string csv_header = "case:concept:name,concept:name,x\n";

// Rows that do not pack well, so that the packed file is some chunks long.
std::string rows_of(int count) {
  std::string rows;
  std::uint32_t state = 1;
  for (int i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    rows += "c" + std::to_string(state % 97) + ",a," + std::to_string(state) + "\n";
  }
  return rows;
}

BOOST_AUTO_TEST_CASE(a_gzipped_log_reads_like_the_log) {
  const std::string text = csv_header + rows_of(100'000);
  const auto plain = events_of("log.csv", text);
  const auto packed = events_of("log.csv.gz", gzipped(text));
  BOOST_REQUIRE(plain.size() == 100'000u);
  BOOST_REQUIRE(packed.size() == plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i)
    BOOST_REQUIRE(packed[i].case_id == plain[i].case_id && packed[i].attributes == plain[i].attributes);
}

BOOST_AUTO_TEST_CASE(gzip_is_known_by_its_bytes_not_by_its_name) {
  BOOST_TEST(events_of("log.csv", gzipped(csv_header + "c1,a,1\n")).size() == 1u);
  BOOST_TEST(events_of("log.csv.gz", csv_header + "c1,a,1\n").size() == 1u);
}

BOOST_AUTO_TEST_CASE(members_may_follow_one_another_with_zeros_behind) {
  const std::string joined = gzipped(csv_header + "c1,a") + gzipped("") + gzipped(",1\nc1,b,2\n");
  BOOST_TEST(events_of("log.csv.gz", joined).size() == 2u);
  BOOST_TEST(events_of("log.csv.gz", joined + std::string(512, '\0')).size() == 2u);
}

BOOST_AUTO_TEST_CASE(gzip_cut_off_anywhere_is_refused) {
  const std::string whole = gzipped(csv_header + "c1,a,1\n");
  for (std::size_t length = 0; length < whole.size(); ++length)
    expect_error(read_text("log.jsonl.gz", whole.substr(0, length)), errc::malformed, "log.jsonl.gz: ",
                 "the gzip data ends too early, after " + std::to_string(length) + " bytes: the file is truncated");
}

BOOST_AUTO_TEST_CASE(gzip_cut_off_in_the_midst_of_a_long_file_is_refused_after_its_events) {
  const std::string whole = gzipped(csv_header + rows_of(200'000));
  BOOST_REQUIRE(whole.size() > 2 * log_chunk_bytes);
  for (const std::size_t length : {whole.size() - 1, whole.size() - 8, whole.size() / 2, log_chunk_bytes}) {
    const auto read = read_text("log.csv.gz", whole.substr(0, length));
    expect_error(read, errc::malformed, "log.csv.gz: line ", "the file is truncated");
    BOOST_TEST(read.events.size() > 10'000u);
  }
}

BOOST_AUTO_TEST_CASE(a_second_member_cut_off_or_damaged_is_refused) {
  const std::string first = gzipped(csv_header + "c1,a,1\n");
  const std::string second = gzipped("c1,b,2\n");
  for (std::size_t length = 1; length < second.size(); ++length)
    expect_error(read_text("log.csv.gz", first + second.substr(0, length)), errc::malformed,
                 "log.csv.gz: ", "the file is truncated");
  expect_error(read_text("log.csv.gz", first + "\x1f\x8c" + second.substr(2)), errc::malformed,
               "log.csv.gz: ", "the gzip data is corrupt");
  expect_error(read_text("log.csv.gz", first + "rubbish"), errc::malformed, "log.csv.gz: ", "incorrect header check");
}

BOOST_AUTO_TEST_CASE(a_wrong_checksum_is_refused) {
  std::string packed = gzipped(csv_header + "c1,a,1\n");
  packed[packed.size() - 8] ^= 1;
  expect_error(read_text("log.csv.gz", packed), errc::malformed, "log.csv.gz: ", "incorrect data check");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_not_found) {
  expect_error(read_source({.path = "/no/such/log.xes"}), errc::not_found, "log.xes: ", "there is no such file");
}

BOOST_AUTO_TEST_CASE(a_folder_cannot_be_read) {
  expect_error(read_source({.path = write_file("log.csv", "").parent_path() / "."}), errc::invalid_argument, "",
               "this is a folder");
}

BOOST_AUTO_TEST_CASE(what_is_packed_in_another_way_is_told_by_its_name) {
  const auto twice = gzipped(gzipped(csv_header + "c1,a,1\n"));
  expect_error(read_text("log.csv.gz", twice), errc::malformed, "log.csv.gz: ", "unpack it once with gunzip");
  for (const auto& [begins, what] : {std::pair{"PK\x03\x04zip", "unzip"},
                                     {"\x28\xb5\x2f\xfdz", "unzstd"},
                                     {"\xfd"
                                      "7zXZz",
                                      "unxz"},
                                     {"BZh91AY&SYz", "bunzip2"},
                                     {"%PDF-1.7", "PDF"},
                                     {"SQLite format 3", "SQLite"}}) {
    expect_error(read_text("log.csv", begins), errc::malformed, "log.csv: ", what);
    expect_error(read_text("log.csv.gz", gzipped(begins)), errc::malformed, "log.csv.gz: ", what);
  }
  expect_error(read_text("log.csv", std::string_view("\xff\xfe"
                                                     "a\0",
                                                     4)),
               errc::malformed, "log.csv: ", "UTF-16");
  expect_error(read_text("log.json", "\n [ {\"a\":1}]"), errc::malformed, "log.json: ", "this is a JSON array");
  // Columns that begin like one of these are columns.
  BOOST_TEST(events_of("log.csv", "PAR1,case:concept:name,concept:name\n1,c1,a\n").size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_second_reading_sees_what_the_first_one_saw) {
  const auto text = csv_header + rows_of(30'000);
  for (const bool packed : {false, true}) {
    const auto bytes = packed ? gzipped(text) : text;
    const auto path = write_file("log.csv", bytes);
    const auto first = read_source({.path = path});
    BOOST_REQUIRE(first.outcome.has_value());
    const auto content = first.outcome->content;
    BOOST_TEST(content.bytes == static_cast<std::int64_t>(bytes.size()));
    write_file("log.csv", bytes + (packed ? gzipped("c1,late,1\n") : std::string("c1,late,1\n")));
    const auto grown = read_source({.path = path, .same_as = &content});
    BOOST_REQUIRE(grown.outcome.has_value());
    BOOST_TEST((*grown.outcome == *first.outcome));
    write_file("log.csv", bytes.substr(0, bytes.size() - 1));
    expect_error(read_source({.path = path, .same_as = &content}), errc::malformed, "log.csv: ", "was changed");
    auto other = bytes;
    other[other.size() / 2] ^= 1;
    write_file("log.csv", other);
    expect_error(read_source({.path = path, .same_as = &content}), errc::malformed, "log.csv: ", "was changed");
  }
  const log_content none;
  const auto path = write_file("log.jsonl", "");
  BOOST_TEST(read_source({.path = path, .same_as = &none}).outcome.has_value());
}

BOOST_AUTO_TEST_CASE(progress_counts_the_bytes_of_the_file_as_it_is_stored) {
  const std::string packed = gzipped(csv_header + rows_of(200'000));
  std::vector<log_progress> seen;
  const auto path = write_file("log.csv.gz", packed);
  const auto read = read_source({.path = path, .progress = [&](const log_progress& now) { seen.push_back(now); }});
  BOOST_REQUIRE(read.outcome.has_value());
  BOOST_REQUIRE(seen.size() == packed.size() / log_chunk_bytes + 1);
  BOOST_TEST(seen.front().bytes_read == static_cast<std::int64_t>(log_chunk_bytes));
  BOOST_TEST(seen.back().bytes_read == static_cast<std::int64_t>(packed.size()));
  for (const auto& each : seen) BOOST_TEST(each.bytes_total == static_cast<std::int64_t>(packed.size()));
}

}  // namespace
}  // namespace holon
