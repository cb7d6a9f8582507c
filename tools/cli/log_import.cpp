#include "tools/cli/log_import.hpp"

#include <unordered_set>
#include <utility>

#include "tools/cli/disk_room.hpp"
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

// Gives how many bytes a journal needs for it.
result<std::int64_t> check_event(const log_mapping& mapping, const log_event& from) {
  if (interrupted()) return failure(stop_reading);
  HOLON_TRY(const auto mapped, map_event(mapping, from));
  HOLON_CHECK(check_envelope(mapped.event));
  return bytes_of(mapped, mapping);
}

// Fills the batches.
class appending {
 public:
  appending(const log_mapping& mapping, journal_appender& to, const batch_bounds& bounds)
      : mapping_(mapping), events_(to, bounds) {}

  result<void> add(const log_event& from) {
    if (interrupted()) return failure(stop_reading);
    HOLON_TRY(auto mapped, map_event(mapping_, from));
    HOLON_CHECK(complete_metadata(mapped));
    streams_.insert(mapped.stream);
    return events_.add(mapped.stream, mapping_.stream_type, std::move(mapped.event));
  }

  result<void> finish() { return events_.finish(); }

  // After finish().
  [[nodiscard]] import_totals totals() const {
    const auto& counts = events_.counts();
    return {.read = counts.appended + counts.already,
            .appended = counts.appended,
            .already = counts.already,
            .streams = std::int64_t(streams_.size())};
  }

 private:
  const log_mapping& mapping_;
  std::unordered_set<stream_id> streams_;
  batched_append events_;
};

error explain(error why, const import_totals& totals) {
  why.text = grouped(totals.appended) + " events were appended, then: " + why.text + "; run it again to go on";
  return why;
}

}  // namespace

result<log_check> check_log(const log_source& source, const log_mapping& mapping) {
  log_check check;
  HOLON_TRY(check.summary, read_event_log(source, [&](const log_event& event) -> result<void> {
              HOLON_TRY(const auto bytes, check_event(mapping, event));
              check.bytes += bytes;
              return {};
            }));
  return check;
}

result<import_totals> append_log(const log_source& source, const log_mapping& mapping, journal_appender& to,
                                 const batch_bounds& bounds) {
  appending work(mapping, to, bounds);
  const auto read = read_event_log(source, [&](const log_event& event) { return work.add(event); });
  const auto committed = work.finish();
  auto totals = work.totals();
  // A journal's error also ends the reading, but there it has a line of the log in front.
  if (!committed) return failure(explain(committed.error(), totals));
  if (!read && !interrupted()) return failure(explain(read.error(), totals));
  totals.interrupted = !read;
  return totals;
}

}  // namespace holon::cli
