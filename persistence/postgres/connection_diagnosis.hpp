// Why the server was not to be had: what the caller can mend (the URL, the user, the password, the certificates) told
// from what time mends.
//
// libpq gives only a text for a connection that was not made: in the language of the server or of this program, and
// with names in it that may look like anything. So the attempt is made once more, step by step: the server is asked to
// say its SQLSTATE, and where it says none, the step at which the attempt ended tells.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace holon::postgres {

/// A setting of libpq by its name; "dbname" may be a URL that overrules what stands before it.
struct connection_setting {
  const char* name;
  const char* value;
};

/// The same as libpq takes them: two lists, each with a null at the end.
struct connection_words {
  explicit connection_words(std::span<const connection_setting> settings);
  std::vector<const char*> names;
  std::vector<const char*> values;
};

struct connection_diagnosis {
  /// errc::invalid_argument: what was asked for will not do, whenever it is asked. errc::unavailable: time may mend it.
  errc code = errc::unavailable;
  std::string sqlstate = {};  ///< empty: the server did not say it
};

/// Of an attempt that has just failed. Blocks up to `patience`; if little is left of it, the server has not answered,
/// and that may pass.
[[nodiscard]] connection_diagnosis diagnose_connection(std::span<const connection_setting> settings,
                                                       std::chrono::milliseconds patience);

/// The SQLSTATE in what libpq says at its most verbose: "…: FATAL:  28P01: password authentication failed". What comes
/// before it is in the server's language. Empty: there is none.
[[nodiscard]] std::string_view sqlstate_in(std::string_view verbose);

}  // namespace holon::postgres
