#include "tools/cli/log_import.hpp"

#include <unordered_set>
#include <utility>

#include "tools/cli/disk_room.hpp"
#include "tools/cli/exit_code.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/output.hpp"

namespace holon::cli {
namespace {

// How an interrupted reading ends; never shown.
const error stop_reading{.code = errc::stopping, .text = "interrupted"};

// What complete_metadata adds.
constexpr std::int64_t correlation_bytes = 60;

std::int64_t bytes_of(const mapped_event& mapped, const log_mapping& mapping) {
  const auto& event = mapped.event;
  return std::int64_t(event.type.size() + event.payload.size() + event.metadata.size() + event.source_system.size() +
                      mapping.stream_type.size()) +
         correlation_bytes + event_overhead_bytes;
}

result<void> check_event(const log_mapping& mapping, const log_event& from, log_check& into) {
  HOLON_TRY(const auto mapped, map_event(mapping, from));
  HOLON_CHECK(check_envelope(mapped.event));
  into.bytes += bytes_of(mapped, mapping);
  into.streams.insert(mapped.stream);
  return {};
}

// Fills the batches.
class appending {
 public:
  appending(const log_mapping& mapping, const import_plan& plan, journal_appender& to, const batch_bounds& bounds)
      : mapping_(mapping), plan_(plan), events_(to, bounds) {}

  result<void> add(const log_event& from) {
    if (interrupted()) return failure(stop_reading);
    const auto stream = stream_of(mapping_, from);
    streams_.insert(stream);
    if (plan_.has(stream, from.ordinal)) return ++known_, result<void>{};
    HOLON_TRY(auto mapped, map_event(mapping_, from));
    HOLON_CHECK(complete_metadata(mapped));
    return events_.add(mapped.stream, mapping_.stream_type, std::move(mapped.event));
  }

  result<void> finish() { return events_.finish(); }

  // After finish().
  [[nodiscard]] import_totals totals() const {
    const auto& counts = events_.counts();
    return {.read = counts.appended + counts.already + known_,
            .appended = counts.appended,
            .already = counts.already + known_,
            .streams = std::int64_t(streams_.size())};
  }

 private:
  const log_mapping& mapping_;
  const import_plan& plan_;
  std::int64_t known_ = 0;
  std::unordered_set<stream_id> streams_;
  batched_append events_;
};

// Where it is of use: what was refused is refused again.
const char* what_to_do(errc code) {
  const bool may_pass = code == errc::no_space || exit_code_of(code) == exit_code::trouble;
  return may_pass ? "; run it again to go on" : "";
}

// A part that was appended stays, and is told; else the error is all there is to tell.
result<import_totals> stopped(import_totals totals, const error& why) {
  if (totals.appended == 0) return failure(why);
  totals.stopped = why;
  totals.stopped->text = grouped(totals.appended) + " events were appended and stay, then: " + why.text;
  totals.stopped->text += what_to_do(why.code);
  return totals;
}

}  // namespace

result<log_check> check_log(const log_source& source, const log_mapping& mapping) {
  log_check check;
  HOLON_TRY(check.summary,
            read_event_log(source, [&](const log_event& event) { return check_event(mapping, event, check); }));
  return check;
}

result<import_totals> append_log(const log_source& source, const log_mapping& mapping, const import_plan& plan,
                                 journal_appender& to, const batch_bounds& bounds) {
  appending work(mapping, plan, to, bounds);
  const auto read = read_event_log(source, [&](const log_event& event) { return work.add(event); });
  const auto committed = work.finish();
  auto totals = work.totals();
  // A journal's error also ends the reading, but there it has a line of the log in front.
  if (!committed) return stopped(std::move(totals), committed.error());
  if (!read && !interrupted()) return stopped(std::move(totals), read.error());
  totals.interrupted = !read;
  return totals;
}

}  // namespace holon::cli
