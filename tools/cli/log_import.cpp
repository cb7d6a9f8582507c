#include "tools/cli/log_import.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <unordered_map>

#include "tools/cli/disk_room.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/output.hpp"

namespace holon::cli {
namespace {

// How an interrupted reading ends; never shown.
const error stop_reading{.code = errc::stopping, .text = "interrupted"};

// What the runtime adds to the metadata of an event.
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
  new_event event{.id = mapped.id, .type = mapped.event.type};
  event.actor = *mapped.event.actor;
  event.source_system = mapped.event.source_system;
  event.occurred_at = *mapped.event.occurred_at;
  event.payload = mapped.event.payload;
  event.metadata = mapped.event.metadata;
  HOLON_CHECK(check_envelope(event));
  return bytes_of(mapped, mapping);
}

// What the holons answered. Answers come on threads of the runtime, which share it: the last of them may still be
// letting go of it when the import has seen all places free.
struct tally {
  std::counting_semaphore<import_open_max> places{import_open_max};
  std::atomic<std::int64_t> appended{0};
  std::atomic<std::int64_t> already{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::optional<error> problem;

  void note(const result<command_result>& answer) {
    if (answer) {
      (answer->already ? already : appended) += 1;
    } else {
      const std::lock_guard lock(mutex);
      if (!problem) problem = answer.error();
      failed = true;
    }
    places.release();
  }
};

// Sends events to their holons.
class appending {
 public:
  appending(const log_mapping& mapping, node& to, journal_reader& reader)
      : mapping_(mapping), node_(to), reader_(reader) {}

  result<void> add(const log_event& from) {
    if (interrupted() || tally_->failed) return failure(stop_reading);
    HOLON_TRY(auto mapped, map_event(mapping_, from));
    HOLON_TRY(const bool known, is_there(mapped));
    if (known)
      tally_->already += 1;
    else
      send(std::move(mapped));
    return {};
  }

  // Waits until everything is answered.
  const tally& finish() {
    for (std::int64_t i = 0; i < import_open_max; ++i) tally_->places.acquire();
    return *tally_;
  }

  [[nodiscard]] std::int64_t streams() const { return std::int64_t(stream_was_there_.size()); }

 private:
  // Only streams that were there before can hold the event; the holon itself would find out too, but by loading again.
  result<bool> is_there(const mapped_event& mapped) {
    const auto [at, fresh] = stream_was_there_.try_emplace(mapped.stream, false);
    if (fresh) {
      HOLON_TRY(const auto stream, reader_.find_stream(mapped.stream));
      at->second = stream.has_value();
    }
    if (!at->second) return false;
    HOLON_TRY(const auto event, reader_.find_event(mapped.id));
    return event.has_value();
  }

  void send(mapped_event mapped) {
    tally_->places.acquire();
    auto context = context_of(mapping_, mapped);
    auto body = std::make_unique<command_of<record_events>>(record_events{});
    body->value.events.push_back(std::move(mapped.event));
    node_.send(mapped.stream, mapping_.stream_type, std::move(body), std::move(context),
               [counts = tally_](const result<command_result>& answer) { counts->note(answer); });
  }

  const log_mapping& mapping_;
  node& node_;
  journal_reader& reader_;
  std::unordered_map<stream_id, bool> stream_was_there_;
  std::shared_ptr<tally> tally_ = std::make_shared<tally>();
};

error explain(error why, const tally& counts) {
  why.text = grouped(counts.appended) + " events were appended, then: " + why.text + "; run it again to go on";
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

result<import_totals> append_log(const log_source& source, const log_mapping& mapping, node& to) {
  HOLON_TRY(const auto reader, to.store().reader());
  appending work(mapping, to, *reader);
  auto read = read_event_log(source, [&](const log_event& event) { return work.add(event); });
  const auto& counts = work.finish();
  if (counts.problem) return failure(explain(*counts.problem, counts));
  if (!read && !interrupted()) return failure(explain(std::move(read).error(), counts));
  import_totals totals{.appended = counts.appended, .already = counts.already, .streams = work.streams()};
  totals.read = totals.appended + totals.already;
  totals.interrupted = !read;
  return totals;
}

}  // namespace holon::cli
