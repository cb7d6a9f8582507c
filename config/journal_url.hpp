// Where a journal is, as people write it: sqlite:PATH, memory: or postgresql://….
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace holon {

enum class journal_kind : std::uint8_t { memory, sqlite, postgresql };

/// "memory", "sqlite", "postgresql".
[[nodiscard]] std::string_view to_string(journal_kind kind);

struct journal_url {
  journal_kind kind = journal_kind::sqlite;
  std::string place;  ///< sqlite: a path. postgresql: the whole URI for libpq, secrets included. memory: empty

  friend bool operator==(const journal_url&, const journal_url&) = default;
};

/// errc::invalid_argument: another scheme, or no place where one is needed. The text holds no password.
[[nodiscard]] result<journal_url> parse_journal_url(std::string_view text);

/// What was parsed, for logs and messages: passwords come out as ***.
[[nodiscard]] std::string to_string(const journal_url& url);

}  // namespace holon
