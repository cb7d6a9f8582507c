// Histories as files: what was written is read again, and what is not right is named by file, line and member.
#define BOOST_TEST_MODULE history_files
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "tests/history/answer_checker.hpp"
#include "tests/history/history_files.hpp"
#include "tests/history/told_history.hpp"

namespace holon::testing {
namespace {

namespace fs = std::filesystem;

struct fixture {
  fixture() { fs::remove_all(folder); }
  ~fixture() { fs::remove_all(folder); }

  void put(const std::string& name, const std::string& text) const {
    fs::create_directories(folder);
    std::ofstream(folder / name) << text;
  }
  void put_run() const { put("run.json", R"({"format":1,"seed":7,"nodes":2,"clock":"ns","journal":"memory:"})"); }

  void expect(errc code, const std::string& text) const {
    const auto read = read_history(folder);
    BOOST_TEST_REQUIRE(!read);
    BOOST_TEST(read.error().text == text);
    BOOST_TEST((read.error().code == code));
  }
  void expect_bad_line(const std::string& line, const std::string& why) const {
    put_run();
    put("client-1.jsonl", "{\"at\":1,\"k\":\"fault\",\"what\":\"none\"}\n" + line + "\n");
    expect(errc::malformed, "client-1.jsonl, line 2: " + why);
  }

  fs::path folder = fs::temp_directory_path() / ("holon-history-" + std::to_string(::getpid()));
};

#define IT(name) BOOST_FIXTURE_TEST_CASE(name, fixture)

// Operations of all kinds, with everything that a line can have.
told_history rich_history() {
  told_history all;
  all.run = {.seed = 7,
             .nodes = 2,
             .clock = time_unit::steps,
             .journal = "memory:",
             .readers_saw_all = true,
             .local_may_go_back = true};
  all.begin_batch(3);
  all.deposit(1, 10).with_id(1).during(0, 10).happened();
  all.again(1).during(20, 30).as_before(1);
  all.withdraw(1, 50).during(40, 50).refused("insufficient_funds", 1);
  all.touch(1).during(40, 50).locally().nothing(1);
  all.ask(1).during(40, 50).state(1);
  all.ask(1).during(40, 50).state(1).op().text = 0;
  all.begin_batch(4);
  all.append({deposits(2, 5), is_at(1, 1)}).during(60, 70).done();
  all.check({is_at(1, 1), is_at(2, 1)}).during(80, 90).held();
  all.check({is_at(1, 1), is_at(2, 0)}).during(80, 90).conflict({no_version, 1});
  all.close(2).during(80, 90).failed("unavailable");
  all.touch(1).with_checks({is_at(2, 1)}).during(80, 90).nothing(1);
  all.touch(1).with_checks({is_at(2, 0)}).during(80, 90).conflict({no_version, 1});
  all.saw(1, 1, 20);
  all.saw(1, 2, 100);
  all.faults.push_back({15, "nothing"});
  return all;
}

std::string all_lines(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& each : fs::directory_iterator(folder)) files.push_back(each.path());
  std::sort(files.begin(), files.end());
  std::string text;
  for (const auto& each : files) {
    std::ifstream in(each);
    text += each.filename().string() + "\n" + std::string{std::istreambuf_iterator<char>(in), {}};
  }
  return text;
}

IT(what_was_written_is_read_again) {
  const auto all = rich_history();
  BOOST_TEST(!contradiction(all));
  BOOST_TEST_REQUIRE(write_history(all, folder).has_value());
  const auto first = all_lines(folder);
  const auto read = read_history(folder);
  BOOST_TEST_REQUIRE(read.has_value(), read.error().text);
  BOOST_TEST((read->run == all.run));
  BOOST_TEST(to_string(count(*read)) == to_string(count(all)));
  BOOST_TEST(!contradiction(*read));
  fs::remove_all(folder);
  BOOST_TEST_REQUIRE(write_history(*read, folder).has_value());
  BOOST_TEST(all_lines(folder) == first);
}

IT(a_lie_is_told_in_the_same_words_from_a_file) {
  auto all = rich_history();
  all.ask(1).during(100, 110).state(0);
  BOOST_TEST_REQUIRE(write_history(all, folder).has_value());
  BOOST_TEST(to_string(*contradiction(*read_history(folder))) == to_string(*contradiction(all)));
}

IT(what_is_left_out_of_a_line_has_its_default) {
  put_run();
  put("client-1.jsonl", R"({"k":"op","op":1,"client":1,"node":0,"do":"touch","stream":1,"call":5,"out":"unknown"})");
  const auto read = read_history(folder);
  BOOST_TEST_REQUIRE(read.has_value());
  const auto& op = read->operations.front();
  BOOST_TEST(op.ret == never);
  BOOST_TEST(op.version == no_version);
  BOOST_TEST(op.send == 1u);
  BOOST_TEST((op.level == read_level::linearizable));
}

IT(a_folder_that_is_not_there_or_has_no_history_is_told) {
  expect(errc::not_found, "there is no history in " + folder.string() + ": it has no run.json");
  put("client-1.jsonl", "");
  expect(errc::not_found, "there is no history in " + folder.string() + ": it has no run.json");
}

IT(another_format_is_told) {
  put("run.json", R"({"format":2,"seed":7,"nodes":2,"clock":"ns","journal":"memory:"})");
  expect(errc::foreign, "run.json is of format 2, and this program reads 1");
}

IT(a_bad_run_is_told) {
  put("run.json", R"({"format":1,"nodes":2,"clock":"ns","journal":"memory:"})");
  const auto read = read_history(folder);
  BOOST_TEST_REQUIRE(!read);
  BOOST_TEST(read.error().text.starts_with("run.json: Run"), read.error().text);
}

IT(a_bad_line_is_told_with_its_place) {
  const std::string op = R"({"k":"op","op":1,"client":1,"node":0,"call":5,)";
  expect_bad_line(R"({"k":"note"})", "'k' is 'note', and may be op, seen, fault or event");
  expect_bad_line(op + R"("do":"append","out":"unknown"})", "'parts' is missing");
  expect_bad_line(op + R"("do":"touch","stream":1,"parts":[{"stream":2}],"out":"unknown"})",
                  "a part of what is no append has 'expected' and no 'writes'");
  expect_bad_line(op + R"("do":"check","parts":[{"stream":1,"expected":0,"writes":"closed"}],"out":"unknown"})",
                  "a part of what is no append has 'expected' and no 'writes'");
  expect_bad_line(op + R"("do":"touch","out":"unknown"})", "'stream' is missing");
  expect_bad_line(op + R"("do":"check","stream":1,"parts":[{"stream":1}],"out":"unknown"})",
                  "'stream' is not for an append or a check");
  expect_bad_line(op + R"("do":"state","stream":1,"out":"refused"})",
                  "'out' is 'refused', which is no answer to 'state'");
  expect_bad_line(op + R"("do":"check","parts":[{"stream":1,"expected":0}],"out":"done"})",
                  "'out' is 'done', which is no answer to 'check'");
  expect_bad_line(op + R"("do":"state","stream":1,"out":"state","v":1})", "'state' is missing, and 'hash' as well");
  expect_bad_line(op + R"("do":"touch","stream":1,"out":"nothing","v":-1})",
                  "'v' is -1, and may be 0 to 4611686018427387903");
  expect_bad_line(op + R"("do":"deposit","stream":1,"amount":2000000000,"out":"unknown"})",
                  "'amount' is 2000000000, and may be -1000000000 to 1000000000");
  expect_bad_line(op + R"("do":"append","parts":[{"stream":1,"writes":"deposited","count":5000}],"out":"unknown"})",
                  "'count' is 5000, and may be 0 to 4096");
}

IT(a_line_that_is_not_json_is_told_with_its_place) {
  put_run();
  put("journal.jsonl", "{\"k\":\"event\",\n");
  const auto read = read_history(folder);
  BOOST_TEST_REQUIRE(!read);
  BOOST_TEST(read.error().text.starts_with("journal.jsonl, line 1: "), read.error().text);
  BOOST_TEST((read.error().code == errc::malformed));
}

IT(a_place_that_cannot_be_written_is_told) {
  std::ofstream(folder) << "a file";
  const auto written = write_history(rich_history(), folder);
  BOOST_TEST_REQUIRE(!written);
  BOOST_TEST((written.error().code == errc::unavailable));
  BOOST_TEST(written.error().text.find(folder.string()) != std::string::npos);
}

}  // namespace
}  // namespace holon::testing
