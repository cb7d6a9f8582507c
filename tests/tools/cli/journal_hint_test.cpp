#define BOOST_TEST_MODULE journal_hint
#include <boost/test/unit_test.hpp>

#include <map>

#include "tools/cli/journal_hint.hpp"

namespace holon::cli {
namespace {

environment with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  };
}

// As the command that gives the hint was called: with a flag, if `journal` is there.
journal_hint hint(const std::string& journal, const environment& variables) {
  std::vector<setting_override> flags;
  if (!journal.empty()) flags.push_back({"journal", journal});
  return hint_at(load_settings(std::nullopt, variables, flags).value(), variables);
}

BOOST_AUTO_TEST_CASE(the_usual_journal_needs_no_flag) {
  BOOST_TEST(hint("", with({})).arguments.empty());
  BOOST_TEST(hint("sqlite:holon-data/journal.db", with({})).arguments.empty());
}

BOOST_AUTO_TEST_CASE(the_usual_journal_needs_a_flag_where_the_environment_names_another) {
  const auto told = hint("sqlite:holon-data/journal.db", with({{"HOLON_DB", "sqlite:other.db"}}));
  BOOST_TEST(told.arguments == " --journal sqlite:holon-data/journal.db");
}

BOOST_AUTO_TEST_CASE(another_journal_is_named) {
  BOOST_TEST(hint("sqlite:/tmp/a.db", with({})).arguments == " --journal sqlite:/tmp/a.db");
  BOOST_TEST(hint("", with({{"HOLON_DB", "sqlite:/tmp/a.db"}})).arguments == " --journal sqlite:/tmp/a.db");
}

BOOST_AUTO_TEST_CASE(only_what_a_shell_would_take_apart_is_quoted) {
  BOOST_TEST(hint("postgresql://ada@%2Ftmp:5432/db", with({})).arguments ==
             " --journal postgresql://ada@%2Ftmp:5432/db");
  BOOST_TEST(hint("postgresql://ada@/db?host=/tmp&port=1", with({})).arguments ==
             " --journal 'postgresql://ada@/db?host=/tmp&port=1'");
  BOOST_TEST(hint("sqlite:my journals/a.db", with({})).arguments == " --journal 'sqlite:my journals/a.db'");
}

BOOST_AUTO_TEST_CASE(a_password_is_not_shown_and_what_has_one_is_left_out) {
  for (const std::string url : {"postgresql://ada:secret@host/db", "postgresql://ada@host/db?password=secret"}) {
    const auto told = hint(url, with({}));
    BOOST_TEST(told.arguments.empty());
    BOOST_TEST(told.give_again);
  }
}

BOOST_AUTO_TEST_CASE(a_password_in_the_environment_is_found_again) {
  const auto variables = with({{"HOLON_DB", "postgresql://ada:secret@host/db"}});
  BOOST_TEST(hint("", variables).arguments.empty());
  BOOST_TEST(!hint("", variables).give_again);
  BOOST_TEST(hint("postgresql://bob:secret@host/db", variables).give_again);
}

BOOST_AUTO_TEST_CASE(a_word_of_a_shell) {
  BOOST_TEST(shell_word("a-b_c=d,e%f+g@h:i/j.k") == "a-b_c=d,e%f+g@h:i/j.k");
  BOOST_TEST(shell_word("") == "''");
  BOOST_TEST(shell_word("it's") == "'it'\\''s'");
  BOOST_TEST(shell_word("$HOME") == "'$HOME'");
  BOOST_TEST(shell_word("~/a") == "'~/a'");
  BOOST_TEST(shell_word("café") == "'café'");
}

}  // namespace
}  // namespace holon::cli
