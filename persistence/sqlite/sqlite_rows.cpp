#include "persistence/sqlite/sqlite_rows.hpp"

#include "persistence/sqlite/statements.hpp"

namespace holon::sqlite {

error damaged_row(const std::filesystem::path& path, std::string_view what, std::int64_t offset) {
  return {.code = errc::corrupt,
          .text = "journal " + path.string() + ": the " + std::string(what) + " at offset " + std::to_string(offset) +
                  " has an id or a digest of a wrong size: the file is damaged, verify it and restore a backup"};
}

error missing_row(const std::filesystem::path& path, const std::string& what) {
  return {.code = errc::corrupt,
          .text = "journal " + path.string() + ": " + what +
                  " is missing, though what comes after it is there: the file is damaged, verify it and restore a "
                  "backup"};
}

result<journal_head> fetch_head(connection& file, const std::filesystem::path& path) {
  HOLON_TRY(auto row, file.use(sql::read_head));
  HOLON_TRY(const bool found, row.row("read the head"));
  journal_head head;
  if (!found || !row.fixed(3, head.chain))
    return failure(errc::corrupt, "journal " + path.string() +
                                      ": its head is missing or damaged, so its end is not known: restore a backup");
  head.offset.value = row.integer(0);
  head.recorded_at = row.time(1);
  head.batches = row.integer(2);
  return head;
}

result<std::optional<recorded_event>> fetch_event(connection& file, const std::filesystem::path& path, event_id id) {
  HOLON_TRY(auto row, file.use(sql::find_event));
  row.bind(1, id.value);
  HOLON_TRY(const bool found, row.row("look up an event"));
  if (!found) return std::nullopt;
  event_view event;
  if (!read_event(row, event)) return failure(damaged_row(path, "event", event.offset.value));
  return to_recorded(event);
}

result<std::optional<settled_command>> fetch_settled(connection& file, const std::filesystem::path& path,
                                                     command_id command) {
  HOLON_TRY(auto row, file.use(sql::find_settled));
  row.bind(1, command.value);
  HOLON_TRY(const bool found, row.row("look up a settled command"));
  if (!found) return std::nullopt;
  settled_command settled{.command = command,
                          .stream = {},
                          .version = {row.integer(1)},
                          .code = std::string(row.bytes(2)),
                          .text = std::string(row.bytes(3))};
  if (!row.fixed(0, settled.stream.value.bytes)) return failure(damaged_row(path, "settled command", 0));
  return settled;
}

}  // namespace holon::sqlite
