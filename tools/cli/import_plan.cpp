#include "tools/cli/import_plan.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/core.h>

#include "tools/cli/output.hpp"

namespace holon::cli {
namespace {

constexpr std::size_t name_shown_max = 60;

// What an event says, without its place: the same content twice in a case is told apart by counting.
struct content {
  event_id id;
  uuid says;
};

uuid content_of(stream_id stream, timestamp occurred_at, std::string_view type, std::string_view payload) {
  std::string name = to_string(occurred_at) + ' ' + std::to_string(type.size()) + ' ';
  name.append(type).append(payload);
  return uuid_v5(stream.value, name);
}

// Of one case: what the journal has from imports, and what the log has, each in its order.
struct one_case {
  std::vector<content> stored;
  std::vector<content> logged;
};

using cases_by_stream = std::unordered_map<stream_id, one_case>;

// Members that map_event gives to every event of a log, and nobody else.
bool was_imported(const event_view& event, const log_mapping& mapping) {
  return event.source_system == mapping.source_system &&
         event.metadata.find("\"case_id\":") != std::string_view::npos &&
         event.metadata.find("\"position\":") != std::string_view::npos;
}

result<void> check_type(const stream_info& there, const log_mapping& mapping) {
  if (there.type == mapping.stream_type) return {};
  return failure(errc::type_conflict, "stream " + to_string(there.stream.value) + " belongs to the type '" +
                                          shortened(there.type, name_shown_max) + "', not to '" +
                                          shortened(mapping.stream_type, name_shown_max) +
                                          "': choose another --stream-type");
}

// What was archived cannot be compared; the ids alone tell then what is there.
result<std::unordered_set<stream_id>> archived_streams(journal_reader& reader) {
  std::unordered_set<stream_id> archived;
  HOLON_TRY(const auto first, reader.first_offset());
  if (first.value <= 1) return archived;
  HOLON_CHECK(reader.read_archived_streams([&](const archived_stream& each) { archived.insert(each.stream); }));
  return archived;
}

result<void> read_stored(journal_reader& reader, const log_mapping& mapping, stream_id stream, one_case& into) {
  HOLON_CHECK(reader.read_stream({.stream = stream}, [&](const event_view& event) {
    if (was_imported(event, mapping))
      into.stored.push_back({event.id, content_of(stream, event.occurred_at, event.type, event.payload)});
    return true;
  }));
  return {};
}

result<cases_by_stream> find_cases(const log_mapping& mapping, const std::unordered_set<stream_id>& streams,
                                   journal_reader& reader) {
  cases_by_stream found;
  HOLON_TRY(const auto archived, archived_streams(reader));
  for (const auto stream : streams) {
    HOLON_TRY(const auto there, reader.find_stream(stream));
    if (!there) continue;
    HOLON_CHECK(check_type(*there, mapping));
    if (archived.contains(stream)) continue;
    one_case read;
    HOLON_CHECK(read_stored(reader, mapping, stream, read));
    if (!read.stored.empty()) found.emplace(stream, std::move(read));
  }
  return found;
}

result<void> read_logged(const log_source& source, const log_mapping& mapping, cases_by_stream& cases) {
  return read_event_log(source,
                        [&](const log_event& from) -> result<void> {
                          const auto place = cases.find(stream_of(mapping, from));
                          if (place == cases.end()) return {};
                          HOLON_TRY(const auto mapped, map_event(mapping, from));
                          const auto& event = mapped.event;
                          place->second.logged.push_back(
                              {event.id, content_of(mapped.stream, event.occurred_at, event.type, event.payload)});
                          return {};
                        })
      .map([](const auto&) {});
}

// Which of the logged events are stored, and which of the stored ones are logged.
struct matching {
  std::vector<bool> logged;
  std::vector<bool> stored;
};

matching match(const one_case& of) {
  matching found{.logged = std::vector<bool>(of.logged.size()), .stored = std::vector<bool>(of.stored.size())};
  std::unordered_map<uuid, std::size_t> by_id;
  for (std::size_t i = 0; i < of.stored.size(); ++i) by_id.emplace(of.stored[i].id.value, i);
  // The same id first, so that no new event has the id of one that is there.
  for (std::size_t i = 0; i < of.logged.size(); ++i)
    if (const auto same = by_id.find(of.logged[i].id.value); same != by_id.end())
      found.logged[i] = found.stored[same->second] = true;
  std::unordered_multimap<uuid, std::size_t> by_content;
  for (std::size_t i = 0; i < of.stored.size(); ++i)
    if (!found.stored[i]) by_content.emplace(of.stored[i].says, i);
  for (std::size_t i = 0; i < of.logged.size(); ++i) {
    if (found.logged[i]) continue;
    const auto same = by_content.find(of.logged[i].says);
    if (same == by_content.end()) continue;
    found.logged[i] = found.stored[same->second] = true;
    by_content.erase(same);
  }
  return found;
}

// Why the new events of a case cannot just follow those that are there.
struct trouble {
  std::size_t late = 0;     // new ones before some that are there
  std::size_t missing = 0;  // stored ones that the log no longer has
};

// A log may begin later than the journal (the export of a month) and may bring nothing new; what it brings must follow
// all that is there.
std::optional<trouble> trouble_of(const matching& found) {
  const auto last_known = std::find(found.logged.rbegin(), found.logged.rend(), true);
  const bool any_new = std::find(found.logged.begin(), found.logged.end(), false) != found.logged.end();
  if (last_known == found.logged.rend() || !any_new) return std::nullopt;
  const auto first_stored = std::find(found.stored.begin(), found.stored.end(), true);
  const trouble told{
      .late = static_cast<std::size_t>(std::count(last_known, found.logged.rend(), false)),
      .missing = static_cast<std::size_t>(std::count(first_stored, found.stored.end(), false)),
  };
  return told.late + told.missing > 0 ? std::optional(told) : std::nullopt;
}

// Events that were imported in another order, or from another file, are all told in one sentence.
class late_report {
 public:
  void add(stream_id stream, const trouble& found) {
    if (cases_++ == 0) first_ = stream;
    late_ += found.late;
    missing_ += found.missing;
  }

  [[nodiscard]] result<void> outcome() const {
    if (cases_ == 0) return {};
    std::string what;
    if (late_ > 0)
      what = fmt::format("{} new event{} before events that the journal has already", grouped(late_),
                         late_ == 1 ? "" : "s");
    if (missing_ > 0)
      what += fmt::format("{}no longer the {} event{} of the journal", what.empty() ? "" : ", and ", grouped(missing_),
                          missing_ == 1 ? "" : "s");
    return failure(
        errc::version_conflict,
        fmt::format("the log was changed since it was imported: it has {} ({} case{}, one is the stream {}). "
                    "A stream only grows at its end, so nothing was written; with --merge what is new is "
                    "appended there",
                    what, grouped(cases_), cases_ == 1 ? "" : "s", to_string(first_.value)));
  }

 private:
  std::int64_t cases_ = 0;
  std::int64_t late_ = 0;
  std::int64_t missing_ = 0;
  stream_id first_;
};

}  // namespace

result<import_plan> import_plan::make(const log_source& source, const log_mapping& mapping,
                                      const std::unordered_set<stream_id>& streams, journal_reader& reader,
                                      late_events late) {
  import_plan plan;
  reader.begin_moment();
  auto cases = find_cases(mapping, streams, reader);
  reader.end_moment();
  if (!cases) return failure(std::move(cases).error());
  if (cases->empty()) return plan;
  HOLON_CHECK(read_logged(source, mapping, *cases));
  late_report report;
  for (const auto& [stream, one] : *cases) {
    auto found = match(one);
    if (const auto told = trouble_of(found)) report.add(stream, *told);
    plan.there_.emplace(stream, std::move(found.logged));
  }
  if (late == late_events::refused) HOLON_CHECK(report.outcome());
  return plan;
}

bool import_plan::has(stream_id stream, std::int64_t ordinal) const {
  const auto place = there_.find(stream);
  return place != there_.end() && place->second[static_cast<std::size_t>(ordinal - 1)];
}

}  // namespace holon::cli
