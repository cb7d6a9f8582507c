// Tests of how the place of a journal is read and shown.
#define BOOST_TEST_MODULE journal_url
#include "config/journal_url.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace holon {
namespace {

std::string shown(const std::string& text) { return to_string(parse_journal_url(text).value()); }

BOOST_AUTO_TEST_CASE(each_kind_is_known_by_its_scheme) {
  BOOST_TEST((parse_journal_url("memory:") == journal_url{.kind = journal_kind::memory, .place = ""}));
  BOOST_TEST((parse_journal_url("sqlite:a/b.db") == journal_url{.kind = journal_kind::sqlite, .place = "a/b.db"}));
  const std::string uri = "postgresql://holon@db:5432/holon";
  BOOST_TEST((parse_journal_url(uri) == journal_url{.kind = journal_kind::postgresql, .place = uri}));
  BOOST_TEST((parse_journal_url("postgres://db")->kind == journal_kind::postgresql));
}

BOOST_AUTO_TEST_CASE(what_is_no_journal_is_refused_and_the_text_says_what_would_be_one) {
  for (const std::string text : {"", "a.db", "sqlite:", "mysql://db", "memory:x", "sqlite::memory:"}) {
    const auto url = parse_journal_url(text);
    BOOST_REQUIRE_MESSAGE(!url, text);
    BOOST_TEST((url.error().code == errc::invalid_argument));
    BOOST_TEST(url.error().text.find("memory:") != std::string::npos, url.error().text);
  }
  BOOST_TEST(!parse_journal_url(std::string("sqlite:a\0b", 10)).has_value());
}

BOOST_AUTO_TEST_CASE(a_name_that_an_env_file_has_spoilt_or_that_may_mean_two_files_is_refused) {
  for (const std::string text : {"sqlite:j.db\r", "sqlite:j.db ", " sqlite:j.db", "sqlite:j.db\n", "sqlite:j\x7f.db",
                                 "sqlite://rel.db", "sqlite:///abs.db", "sqlite:j.db?mode=ro",
                                 "memory: ", "postgresql://holon@db/holon\r", "postgresql://db/holon "})
    BOOST_TEST(!parse_journal_url(text).has_value(), text);
  BOOST_TEST(parse_journal_url("sqlite:a folder/j.db").has_value());
  BOOST_TEST(parse_journal_url("postgresql://db/holon?application_name=a").has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_does_not_tell_the_password) {
  const auto url = parse_journal_url("mysql://holon:secret@db");
  BOOST_REQUIRE(!url);
  BOOST_TEST(url.error().text.starts_with("'mysql:…' is no journal"), url.error().text);
  BOOST_TEST(url.error().text.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(passwords_are_not_shown) {
  BOOST_TEST(shown("postgresql://holon:secret@db/holon") == "postgresql://holon:***@db/holon");
  BOOST_TEST(shown("postgresql://holon:se:c@ret@db") == "postgresql://holon:***@db");
  BOOST_TEST(shown("postgresql://db:5432/holon?user=a&password=secret&sslpassword=more") ==
             "postgresql://db:5432/holon?user=a&password=***&sslpassword=***");
}

BOOST_AUTO_TEST_CASE(all_else_is_shown_as_it_was_written) {
  for (const std::string text : {"memory:", "sqlite:a/b.db", "postgresql://db:5432/holon", "postgresql://holon@db:5432",
                                 "postgresql://db/holon?application_name=a@b:c"})
    BOOST_TEST(shown(text) == text);
}

}  // namespace
}  // namespace holon
