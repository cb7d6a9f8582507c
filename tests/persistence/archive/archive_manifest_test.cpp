#define BOOST_TEST_MODULE archive_manifest
#include "persistence/archive/archive_manifest.hpp"

#include <fstream>
#include <sstream>

#include "tests/persistence/sqlite/journal_folder.hpp"

namespace holon::testing {
namespace {

archive_manifest of_events(std::int64_t first, std::int64_t last) {
  return {.name = "events_2027_01",
          .journal = uuid_v5({}, "journal"),
          .from = timestamp{std::chrono::seconds{1'798'761'600}},
          .to = timestamp{std::chrono::seconds{1'801'440'000}},
          .first = {first},
          .last = {last},
          .file = "events_2027_01.jsonl.gz",
          .sha256 = std::string(64, 'a')};
}

batch_record batch(std::int64_t number) {
  batch_record made{.first = {number}, .last = {number}, .recorded_at = timestamp{std::chrono::seconds{number}}};
  made.content.fill(static_cast<std::uint8_t>(number));
  made.chain.fill(static_cast<std::uint8_t>(number + 1));
  return made;
}

struct manifest_fixture {
  void write(std::int64_t batches) {
    std::int64_t number = 0;
    const auto written =
        write_manifest(path, of_events(batches == 0 ? 0 : 1, batches), [&]() -> result<std::optional<batch_record>> {
          if (number == batches) return std::nullopt;
          return batch(++number);
        });
    BOOST_REQUIRE_MESSAGE(written, (written ? "" : written.error().text));
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream(path).rdbuf();
    return all.str();
  }
  void change(const std::string& what, const std::string& instead) {
    auto all = text();
    const auto at = all.find(what);
    BOOST_REQUIRE(at != std::string::npos);
    std::ofstream(path) << all.replace(at, what.size(), instead);
  }
  void check_refused(errc code, const std::string& why) {
    const auto read = read_manifest(path);
    BOOST_REQUIRE(!read);
    BOOST_TEST((read.error().code == code));
    BOOST_TEST(read.error().text.find(why) != std::string::npos, read.error().text << " has no '" << why << "'");
    BOOST_TEST(read.error().text.starts_with(path.string()));
  }

  journal_folder folder;
  std::filesystem::path path = folder.path() / "events_2027_01.json";
};

BOOST_FIXTURE_TEST_SUITE(archive_manifest_suite, manifest_fixture)

BOOST_AUTO_TEST_CASE(a_manifest_comes_back_as_it_was_with_its_batches) {
  write(3);
  std::int64_t shown = 0;
  const auto read = read_manifest(path, [&](const batch_record& told) -> result<void> {
    const auto expected = batch(++shown);
    BOOST_TEST((told.first == expected.first && told.last == expected.last));
    BOOST_TEST((told.recorded_at == expected.recorded_at));
    BOOST_TEST((told.content == expected.content && told.chain == expected.chain));
    return {};
  });
  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().text));
  BOOST_TEST(shown == 3);
  const auto expected = of_events(1, 3);
  BOOST_TEST(read->name == expected.name);
  BOOST_TEST((read->journal == expected.journal));
  BOOST_TEST((read->from == expected.from && read->to == expected.to));
  BOOST_TEST((read->first == expected.first && read->last == expected.last));
  BOOST_TEST(read->events() == 3);
  BOOST_TEST(read->file == expected.file);
  BOOST_TEST(read->sha256 == expected.sha256);
}

BOOST_AUTO_TEST_CASE(a_month_without_events_has_a_manifest_too) {
  write(0);
  const auto read = read_manifest(path);
  BOOST_REQUIRE(read);
  BOOST_TEST(read->events() == 0);
}

BOOST_AUTO_TEST_CASE(a_batch_stands_on_a_line_of_its_own) {
  write(2000);
  const auto all = text();
  BOOST_TEST(std::count(all.begin(), all.end(), '\n') == 2002);
  BOOST_TEST(all.find("\n{\"first\":7,\"last\":7,\"recorded_at\":\"1970-01-01T00:00:07Z\",\"content\":\"0707") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_order_of_the_members_does_not_matter) {
  write(1);
  change("\"format\":1,", "");
  change("]}", "],\"format\":1}");
  BOOST_TEST(read_manifest(path).has_value());
}

BOOST_AUTO_TEST_CASE(an_error_of_the_visitor_ends_the_reading) {
  write(3);
  int shown = 0;
  const auto read = read_manifest(path, [&](const batch_record&) -> result<void> {
    ++shown;
    return failure(errc::unavailable, "enough");
  });
  BOOST_REQUIRE(!read);
  BOOST_TEST(shown == 1);
  BOOST_TEST((read.error().code == errc::unavailable));
}

BOOST_AUTO_TEST_CASE(a_source_that_fails_leaves_no_manifest) {
  const auto written = write_manifest(path, of_events(1, 1), []() -> result<std::optional<batch_record>> {
    return failure(errc::unavailable, "the journal is gone");
  });
  BOOST_TEST(!written);
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_AUTO_TEST_CASE(what_is_no_manifest_is_refused) {
  check_refused(errc::not_found, "there is no such file");
  for (const char* other : {"", "[]", "{}", "{\"format\":1", "hello", "{\"batches\":{}}", "{\"format\":null}"}) {
    std::ofstream(path) << other;
    check_refused(errc::malformed, "");
  }
}

BOOST_AUTO_TEST_CASE(what_was_changed_is_refused_where_that_can_be_seen) {
  const auto refused = [&](const std::string& what, const std::string& instead, const std::string& why) {
    write(3);
    change(what, instead);
    check_refused(errc::malformed, why);
  };
  refused("\"count\":3", "\"count\":2", "lacks something");
  refused("\"first\":2,", "", "lacks one of its fields");
  refused("\"content\":\"02", "\"content\":\"", "'content' is not a SHA-256");
  refused("\"journal_id\":\"", "\"journal_id\":\"x", "'journal_id'");
  refused("]}", "]", "cut off");
  refused("\"name\":", "\"surname\":", "'surname'");
  refused("\"sha256\":", "\"sha256\":null,\"x\":", "null");
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_foreign) {
  write(1);
  change("\"format\":1", "\"format\":2");
  check_refused(errc::foreign, "use the newer program");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
