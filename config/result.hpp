// What a function gives when the world may say no: a value, or one error in a clear sentence.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace holon {

struct stream_conflict;  // persistence/journal.hpp

/// What went wrong, as far as a caller decides upon it. The text of an error says the rest.
enum class errc : std::uint8_t {
  invalid_argument = 1,  ///< a value breaks its own rules: an empty name, a limit of zero, a bad setting
  malformed,             ///< bytes are not what they should be: JSON, XML, CSV, gzip, UUID, time
  schema_violation,      ///< well-formed, but against its JSON Schema or its record
  unknown_type,          ///< no event, command or holon type of that name is known
  not_found,             ///< no such stream, event, projection, file
  version_conflict,      ///< the stream is not at the expected version; nothing was written
  duplicate_event,       ///< the event id is there already, with other content; nothing was written
  type_conflict,         ///< the stream belongs to another holon type; nothing was written
  refused,               ///< the domain said no to a command; nothing was written
  overloaded,            ///< a bound is reached; nothing was accepted, try again later
  stopping,              ///< the runtime is going down and accepts nothing more
  locked,                ///< another process writes this journal
  foreign,               ///< a file that is not ours, or of a newer version than this program
  corrupt,               ///< stored data contradicts itself
  no_space,              ///< the disk is full; nothing was written
  unavailable,           ///< no connection, or an I/O error; what was asked did not happen
  in_doubt,              ///< the connection broke during commit: it may have happened, look it up by event id
  timeout,               ///< no answer in time; what was asked may still happen
};

/// The stable name of a code, as scripts see it: "version_conflict".
[[nodiscard]] std::string_view to_string(errc code);

/// One error: what, where, why, and what to do, in one sentence without a final full stop.
struct error {
  errc code = errc::invalid_argument;
  std::string text;
  /// version_conflict: the version that the stream is at, 0 for a stream that does not exist. refused: the version that
  /// the stream was at when the command was refused.
  std::optional<std::int64_t> actual_version = std::nullopt;
  /// version_conflict only: every expectation of the append that did not hold, first the one of `actual_version`. Null:
  /// they are not known.
  std::shared_ptr<const std::vector<stream_conflict>> conflicts = nullptr;

  /// All but `conflicts`, the first of which the text names.
  friend bool operator==(const error& a, const error& b) {
    return a.code == b.code && a.text == b.text && a.actual_version == b.actual_version;
  }
};

template <class T>
using result = tl::expected<T, error>;

/// The failing side of a result: `return failure(errc::malformed, "…")`.
[[nodiscard]] inline tl::unexpected<error> failure(errc code, std::string text) {
  return tl::unexpected<error>(error{.code = code, .text = std::move(text)});
}

[[nodiscard]] inline tl::unexpected<error> failure(error why) { return tl::unexpected<error>(std::move(why)); }

/// The same error, told from further outside: "import incidents.xes: line 3: …".
[[nodiscard]] inline tl::unexpected<error> failure_in(std::string_view where, error why) {
  why.text = std::string(where) + ": " + why.text;
  return tl::unexpected<error>(std::move(why));
}

/// Stops the program: for what cannot happen unless we were wrong. Always on.
[[noreturn]] void assertion_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace holon

#define HOLON_ASSERT(condition, why) \
  ((condition) ? static_cast<void>(0) : ::holon::assertion_failed(#condition, why, __FILE__, __LINE__))

/// Gives the value of a result or returns its error from the enclosing function, which gives a result too.
#define HOLON_TRY(declaration, expression) HOLON_TRY_(HOLON_TRY_NAME_(__LINE__), declaration, expression)
#define HOLON_CHECK(expression)                                   \
  do {                                                            \
    if (auto holon_checked_ = (expression); !holon_checked_)      \
      return ::holon::failure(std::move(holon_checked_).error()); \
  } while (false)
#define HOLON_TRY_NAME_(line) HOLON_TRY_NAME2_(line)
#define HOLON_TRY_NAME2_(line) holon_tried_##line
#define HOLON_TRY_(tried, declaration, expression)               \
  auto tried = (expression);                                     \
  if (!tried) return ::holon::failure(std::move(tried).error()); \
  declaration = *std::move(tried)
