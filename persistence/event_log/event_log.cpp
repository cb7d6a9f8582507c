#include "persistence/event_log/event_log.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "persistence/event_log/log_bytes.hpp"
#include "persistence/event_log/log_parser.hpp"

namespace holon {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

log_format format_by_name(const std::filesystem::path& path) {
  const auto extension = path.extension() == ".gz" ? path.stem().extension() : path.extension();
  if (extension == ".xes") return log_format::xes;
  if (extension == ".csv") return log_format::csv;
  if (extension == ".jsonl" || extension == ".ndjson") return log_format::json_lines;
  return log_format::automatic;
}

log_format format_by_content(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '<') return log_format::xes;
  // An array is one value of JSON and no lines of it, which that parser says best.
  if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[')) return log_format::json_lines;
  return log_format::csv;
}

result<std::unique_ptr<log_parser>> make_parser(const log_source& source, std::string_view first_chunk,
                                                event_sink& sink) {
  auto format = source.format;
  if (format == log_format::automatic) format = format_by_name(source.path);
  if (format == log_format::automatic) format = format_by_content(first_chunk);
  if (format == log_format::xes) return make_xes_parser(sink);
  if (first_chunk.starts_with("\xFF\xFE") || first_chunk.starts_with("\xFE\xFF"))
    return failure(errc::malformed, "this is text in UTF-16: convert it with iconv -f UTF-16 -t UTF-8");
  if (format == log_format::json_lines) return make_json_lines_parser(source.csv, sink);
  return make_csv_parser(source.csv, sink);
}

result<void> check_mapping(const csv_mapping& mapping) {
  constexpr std::string_view no_separators("\"\r\n\0", 4);
  if (no_separators.find(mapping.separator) != std::string_view::npos)
    return failure(errc::invalid_argument, "a quote, a line break or U+0000 cannot separate columns: choose another");
  if (mapping.case_id.empty() || mapping.activity.empty())
    return failure(errc::invalid_argument, "the columns of the case and of the activity must be named");
  std::array<std::string_view, 6> names = {mapping.case_id,   mapping.activity, mapping.time,
                                           mapping.lifecycle, mapping.resource, mapping.group};
  std::sort(names.begin(), names.end());
  for (std::size_t i = 1; i < names.size(); ++i)
    if (!names[i].empty() && names[i] == names[i - 1])
      return failure(errc::invalid_argument, "the column '" + std::string(names[i]) + "' is named for two things");
  return {};
}

result<void> feed_all(log_bytes& bytes, std::string_view chunk, log_parser& parser) {
  while (!chunk.empty()) {
    HOLON_CHECK(parser.feed(chunk));
    HOLON_TRY(chunk, bytes.next());
  }
  return parser.finish();
}

}  // namespace

result<void> event_sink::accept(log_event& event) {
  event.number = ++events_;
  event.ordinal = ++events_of_case_[std::hash<std::string>{}(event.case_id)];
  return visit_(event);
}

result<log_summary> read_event_log(const log_source& source, const log_visitor& visit) {
  const std::string name = source.name.empty() ? source.path.filename().string() : source.name;
  if (auto usable = check_mapping(source.csv); !usable) return failure_in(name, usable.error());
  auto bytes = log_bytes::open(source);
  if (!bytes) return failure_in(name, bytes.error());
  auto first = (*bytes)->next();
  if (!first) return failure_in(name, first.error());
  if (first->starts_with(byte_order_mark)) first->remove_prefix(byte_order_mark.size());

  event_sink sink(visit);
  const auto parser = make_parser(source, *first, sink);
  if (!parser) return failure_in(name, parser.error());
  const auto done = feed_all(**bytes, *first, **parser);
  if (!done) return failure_in(name + ": line " + std::to_string((*parser)->line()), done.error());
  auto summary = sink.summary();
  summary.content = (*bytes)->content();
  return summary;
}

}  // namespace holon
