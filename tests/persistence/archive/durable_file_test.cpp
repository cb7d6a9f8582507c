#define BOOST_TEST_MODULE durable_file
#include "persistence/archive/durable_file.hpp"

#include <fstream>
#include <sstream>

#include "tests/persistence/sqlite/journal_folder.hpp"

namespace holon::testing {
namespace {

std::string text_in(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

template <class T>
T must(result<T> outcome) {
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text));
  return *std::move(outcome);
}

struct folder_fixture {
  [[nodiscard]] std::filesystem::path file(const char* name = "notes") const { return folder.path() / name; }
  journal_folder folder;
};

BOOST_FIXTURE_TEST_SUITE(durable_file_suite, folder_fixture)

BOOST_AUTO_TEST_CASE(a_file_has_its_name_once_it_is_finished) {
  const auto made = must(durable_file::create(file()));
  BOOST_TEST(made->write("one ").has_value());
  BOOST_TEST(!std::filesystem::exists(file()));
  BOOST_TEST(made->write("two").has_value());
  BOOST_TEST(made->finish().has_value());
  BOOST_TEST(text_in(file()) == "one two");
  BOOST_TEST(!std::filesystem::exists(file("notes.partial")));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_given_up_leaves_the_one_before_as_it_was) {
  std::ofstream(file()) << "before";
  {
    const auto made = must(durable_file::create(file()));
    BOOST_TEST(made->write("after").has_value());
  }
  BOOST_TEST(text_in(file()) == "before");
  BOOST_TEST(!std::filesystem::exists(file("notes.partial")));
}

BOOST_AUTO_TEST_CASE(what_a_killed_program_left_is_written_over) {
  std::ofstream(file("notes.partial")) << "something long that was never finished";
  const auto made = must(durable_file::create(file()));
  BOOST_TEST(made->write("short").has_value());
  BOOST_TEST(made->finish().has_value());
  BOOST_TEST(text_in(file()) == "short");
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told) {
  std::filesystem::create_symlink("/dev/full", file("notes.partial"));
  const auto made = must(durable_file::create(file()));
  const auto written = made->write("anything");
  BOOST_REQUIRE(!written);
  BOOST_TEST((written.error().code == errc::no_space));
  BOOST_TEST(written.error().text.find(file().string()) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_is_told) {
  const auto made = durable_file::create(folder.path() / "nowhere" / "notes");
  BOOST_REQUIRE(!made);
  BOOST_TEST((made.error().code == errc::unavailable));
}

BOOST_AUTO_TEST_CASE(the_digest_of_a_packed_file_is_that_of_its_bytes) {
  const auto packed = must(durable_gzip::create(file()));
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919) + "\n";
  BOOST_TEST(packed->write(text).has_value());
  const auto sum = must(packed->finish());
  BOOST_TEST(to_hex(sum) == to_hex(must(digest_of_file(file()))));
  BOOST_TEST(text_in(file()).starts_with("\x1f\x8b"));
  BOOST_TEST(std::filesystem::file_size(file()) < text.size());
}

BOOST_AUTO_TEST_CASE(the_digest_of_a_file_is_sha_256) {
  std::ofstream(file()) << "abc";
  BOOST_TEST(to_hex(must(digest_of_file(file()))) ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST((digest_of_file(file("nothing")).error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_folder_is_locked_by_one_at_a_time) {
  const auto deep = folder.path() / "a" / "b";
  {
    const auto first = must(folder_lock::take(deep));
    const auto second = folder_lock::take(deep);
    BOOST_REQUIRE(!second);
    BOOST_TEST((second.error().code == errc::locked));
  }
  BOOST_TEST(folder_lock::take(deep).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
