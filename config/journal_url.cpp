#include "config/journal_url.hpp"

#include <algorithm>

namespace holon {
namespace {

constexpr std::string_view forms = "write sqlite:PATH, memory: or postgresql://USER@HOST/DATABASE";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// The end of what stands before the path: postgresql://USER:PASSWORD@HOST
std::size_t authority_end(std::string_view uri, std::size_t start) {
  return std::min(uri.find_first_of("/?", start), uri.size());
}

void hide_password_of_user(std::string& uri) {
  const std::size_t start = uri.find("://") + 3;
  const std::size_t at = uri.substr(0, authority_end(uri, start)).rfind('@');
  const std::size_t colon = uri.find(':', start);
  if (at != std::string::npos && colon < at) uri.replace(colon + 1, at - colon - 1, "***");
}

void hide_parameter(std::string& uri, std::string_view name) {
  for (std::size_t at = uri.find('?'); at < uri.size(); at = uri.find('&', at + 1)) {
    if (!std::string_view(uri).substr(at + 1).starts_with(name)) continue;
    const std::size_t value = at + 1 + name.size();
    uri.replace(value, std::min(uri.find('&', value), uri.size()) - value, "***");
  }
}

}  // namespace

std::string_view to_string(journal_kind kind) {
  switch (kind) {
    case journal_kind::memory: return "memory";
    case journal_kind::sqlite: return "sqlite";
    case journal_kind::postgresql: return "postgresql";
  }
  return "unknown";
}

result<journal_url> parse_journal_url(std::string_view text) {
  constexpr std::string_view sqlite = "sqlite:";
  if (text.find('\0') != std::string_view::npos)
    return failure(errc::invalid_argument, "a journal's name holds U+0000");
  if (std::any_of(text.begin(), text.end(), is_control) || text.starts_with(' ') || text.ends_with(' '))
    return failure(
        errc::invalid_argument,
        "this journal's name has a blank, a line break or another control character where none can be meant, "
        "as a file with Windows line ends leaves it: take it off");
  if (text == "memory:") return journal_url{.kind = journal_kind::memory, .place = ""};
  if (text.starts_with("postgresql://") || text.starts_with("postgres://"))
    return journal_url{.kind = journal_kind::postgresql, .place = std::string(text)};
  if (text == "sqlite::memory:") return failure(errc::invalid_argument, "a journal that is not kept is memory:");
  if (text.starts_with("sqlite://"))
    return failure(errc::invalid_argument,
                   "'sqlite://…' may mean two files: write sqlite:journal.db for one in this folder, "
                   "sqlite:/var/lib/journal.db for one by its whole path");
  if (text.starts_with(sqlite) && text.find('?') != std::string_view::npos)
    return failure(errc::invalid_argument, "a journal in SQLite has no options behind a ?: " + std::string(forms));
  if (text.starts_with(sqlite) && text.size() > sqlite.size())
    return journal_url{.kind = journal_kind::sqlite, .place = std::string(text.substr(sqlite.size()))};
  // Only the scheme is shown: what follows it may be a password.
  const auto colon = text.find(':');
  if (colon == std::string_view::npos)
    return failure(errc::invalid_argument, "this is no journal, for it has no scheme: " + std::string(forms));
  return failure(errc::invalid_argument, "'" + std::string(text.substr(0, std::min<std::size_t>(colon + 1, 32))) +
                                             "…' is no journal: " + std::string(forms));
}

std::string to_string(const journal_url& url) {
  switch (url.kind) {
    case journal_kind::memory: return "memory:";
    case journal_kind::sqlite: return "sqlite:" + url.place;
    case journal_kind::postgresql: break;
  }
  std::string shown = url.place;
  hide_password_of_user(shown);
  hide_parameter(shown, "password=");
  hide_parameter(shown, "sslpassword=");
  return shown;
}

}  // namespace holon
