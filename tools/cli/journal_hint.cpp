#include "tools/cli/journal_hint.hpp"

namespace holon::cli {
namespace {

constexpr std::string_view plain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    "%+,-./:=@_";

// By the environment and the usual file, or because nobody named one.
bool is_found_without(const journal_url& journal, const environment& look_up) {
  const auto without = load_settings(std::nullopt, look_up);
  return without && without->journal == journal;
}

// Who runs one command with HOLON_DB before it does not have it for the next one; only the usual place is sure.
bool is_usual(const settings& chosen, const environment& look_up) {
  return chosen.journal == journal_url{.kind = journal_kind::sqlite, .place = "holon-data/journal.db"} &&
         is_found_without(chosen.journal, look_up);
}

}  // namespace

journal_hint hint_at(const settings& chosen, const environment& look_up) {
  const bool secret =
      chosen.journal.kind == journal_kind::postgresql && to_string(chosen.journal) != chosen.journal.place;
  if (secret) return {.arguments = "", .give_again = !is_found_without(chosen.journal, look_up)};
  if (is_usual(chosen, look_up)) return {};
  return {.arguments = " --journal " + shell_word(to_string(chosen.journal))};
}

std::string shell_word(std::string_view text) {
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) return std::string(text);
  std::string word = "'";
  for (const char each : text) {
    if (each == '\'')
      word += "'\\''";
    else
      word += each;
  }
  return word + "'";
}

}  // namespace holon::cli
