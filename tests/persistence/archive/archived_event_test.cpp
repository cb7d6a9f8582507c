#define BOOST_TEST_MODULE archived_event
#include "persistence/archive/archived_event.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/contract/contract_vocabulary.hpp"

namespace holon::testing {
namespace {

recorded_event an_event() {
  recorded_event made{.offset = {7},
                      .stream = stream_number(1),
                      .stream_type = "task",
                      .version = {3},
                      .recorded_at = timestamp{std::chrono::microseconds{1'800'000'000'000'001}},
                      .content = event(9)};
  made.content.type = "Task\"Ünïcode\n";
  made.content.payload = R"({"a":[1,2.5,{"b":"}\"]"}],"big":123456789012345678901234567890})";
  made.content.metadata = R"({"correlation_id":"x"})";
  return made;
}

std::string line_of(const recorded_event& what) {
  std::string line;
  append_line(line, view_of(what));
  return line;
}

// What the reader makes of a line, or its error in the place of the type.
recorded_event read_back(std::string line) {
  archived_line_reader reader;
  const auto read = reader.read(line);
  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().text));
  return to_recorded(*read);
}

void check_refused(std::string line, const std::string& why) {
  archived_line_reader reader;
  const auto read = reader.read(line);
  BOOST_REQUIRE_MESSAGE(!read, "was read: " << line);
  BOOST_TEST((read.error().code == errc::malformed));
  BOOST_TEST(read.error().text.find(why) != std::string::npos, read.error().text << " has no '" << why << "'");
}

std::string with(std::string line, const std::string& what, const std::string& instead) {
  const auto at = line.find(what);
  BOOST_REQUIRE(at != std::string::npos);
  return line.replace(at, what.size(), instead);
}

BOOST_AUTO_TEST_CASE(an_event_comes_back_as_it_was) {
  auto what = an_event();
  BOOST_TEST((read_back(line_of(what)) == what));
  what.content.valid_from = timestamp{std::chrono::microseconds{-1}};
  what.content.valid_to = timestamp{std::chrono::seconds{5}};
  what.content.actor = {};
  what.content.payload = what.content.metadata = "{}";
  BOOST_TEST((read_back(line_of(what)) == what));
}

BOOST_AUTO_TEST_CASE(a_line_is_json_with_sorted_keys_and_no_line_break) {
  auto what = an_event();
  what.content.payload = R"({"title":"x"})";
  what.content.type = "TaskCreated";
  const auto line = line_of(what);
  BOOST_TEST(line.find('\n') == std::string::npos);
  BOOST_TEST(line.starts_with("{\"actor_id\":\""));
  BOOST_TEST(line.find(R"("event_type":"TaskCreated","global_offset":7,"metadata":{"correlation_id":"x"},)") !=
             std::string::npos);
  BOOST_TEST(line.find(R"("payload":{"title":"x"},"recorded_at":"2027-01-15T08:00:00.000001Z",)") != std::string::npos);
  BOOST_TEST(line.ends_with(R"("stream_type":"task","version":3})"));
}

BOOST_AUTO_TEST_CASE(one_reader_reads_many_lines) {
  archived_line_reader reader;
  for (std::uint64_t n = 1; n < 100; ++n) {
    auto what = an_event();
    what.content = event(n);
    auto line = line_of(what);
    const auto read = reader.read(line);
    BOOST_REQUIRE(read);
    BOOST_TEST((to_recorded(*read) == what));
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_such_a_line_is_refused_with_its_reason) {
  const auto line = line_of(an_event());
  check_refused("", "not a JSON object");
  check_refused("[1]", "not a JSON object");
  check_refused(line.substr(0, line.size() / 2), "");
  check_refused(with(line, "\"version\":3", "\"version\":0"), "'version'");
  check_refused(with(line, "\"version\":3", "\"version\":3000000000"), "'version'");
  check_refused(with(line, "\"version\":3", "\"version\":\"3\""), "'version'");
  check_refused(with(line, "\"stream_type\":\"task\"", "\"stream_type\":5"), "'stream_type'");
  check_refused(with(line, "\"event_id\":\"", "\"event_id\":\"x"), "'event_id' is not a UUID");
  check_refused(with(line, "\"recorded_at\":\"", "\"recorded_at\":\"x"), "'recorded_at' is not a time");
  check_refused(with(line, "\"metadata\":{", "\"metadata\":[{"), "'metadata'");
  check_refused(with(line, "\"schema_version\":1,", ""), "'schema_version'");
}

BOOST_AUTO_TEST_CASE(what_says_the_same_in_another_form_is_refused) {
  const auto line = line_of(an_event());
  const std::string why = "not an event in the form in which it was written";
  check_refused(line + " ", why);
  check_refused(line + "{}", "");
  check_refused(with(line, "\"version\":3", "\"version\": 3"), why);
  check_refused(with(line, "\"version\":3", "\"version\":3,\"version\":3"), why);
  check_refused(with(line, "\"version\":3", "\"verified\":true,\"version\":3"), why);
  check_refused(with(line, "\"payload\":{", "\"payload\": {"), why);
  check_refused(with(line, ".000001Z", ".0000010Z"), why);
}

}  // namespace
}  // namespace holon::testing
