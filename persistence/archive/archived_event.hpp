// One event as a line of an archive: the whole envelope as canonical JSON, for people and programs in any language.
#pragma once

#include <memory>
#include <string>

#include "persistence/event.hpp"

namespace holon {

/// Appends the line without its line break. Keys are sorted; valid_from and valid_to are left out if there is none.
void append_line(std::string& out, const event_view& event);

/// Reads such lines. One thread at a time.
class archived_line_reader {
 public:
  archived_line_reader();
  ~archived_line_reader();
  archived_line_reader(const archived_line_reader&) = delete;
  archived_line_reader& operator=(const archived_line_reader&) = delete;

  /// The view is good until the next call, and as long as `line` is, which is given more room at its end.
  /// errc::malformed: this is no such line, or not to the byte what append_line writes; the text says where.
  [[nodiscard]] result<event_view> read(std::string& line);

 private:
  struct parser;
  std::unique_ptr<parser> parser_;
};

}  // namespace holon
