#include "tools/bench/postgres/read_lanes.hpp"

#include <algorithm>

#include "actors/rehydrate.hpp"
#include "actors/typed_model.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t events_in_stream_max = 100'000;
constexpr std::int64_t catch_up_times_events = 5;

struct shape {
  std::int64_t streams;
  std::int64_t per_stream;
  [[nodiscard]] std::int64_t events() const { return streams * per_stream; }
};

shape long_stream(const bench_stand& on) { return {1, std::min(events_in_stream_max, on.options().events)}; }

shape whole_journal(const bench_stand& on) {
  const auto events = catch_up_times_events * on.options().events;
  const auto streams = std::min(events, notebooks_in_appends);
  return {streams, events / streams};
}

result<const bench_database*> filled(bench_stand& on, const char* name, const shape& of) {
  return on.filled(name, of.streams, of.per_stream);
}

result<lane_figures> figures_of(const stopwatch& watch, std::int64_t seen, const shape& of) {
  const double seconds = watch.seconds();
  const double cpu = watch.cpu_microseconds();
  const auto events = static_cast<double>(of.events());
  if (seen != of.events())
    return failure(errc::corrupt,
                   "the read saw " + std::to_string(seen) + " events instead of " + std::to_string(of.events()));
  return lane_figures{
      .rate = events / seconds, .cpu_microseconds = cpu / events, .note = std::to_string(of.events()) + " events"};
}

template <class Read>
result<lane_figures> by_hand(const bench_database& in, const shape& of, const Read& read) {
  HOLON_TRY(const auto to, in.connect());
  HOLON_CHECK(to->prepare_reads());
  const stopwatch watch;
  HOLON_TRY(const raw_read seen, read(*to));
  if (seen.byte_sum == 0) return failure(errc::corrupt, "the read saw no payloads");
  return figures_of(watch, seen.events, of);
}

}  // namespace

result<lane_figures> read_stream_by_hand(bench_stand& on) {
  const auto of = long_stream(on);
  HOLON_TRY(const auto* const in, filled(on, "stream", of));
  return by_hand(*in, of, [](raw_postgres& to) { return to.read_stream(notebook_number(0)); });
}

result<lane_figures> replay_stream(bench_stand& on) {
  const auto of = long_stream(on);
  HOLON_TRY(const auto* const in, filled(on, "stream", of));
  HOLON_TRY(const auto store, on.open(*in));
  HOLON_TRY(const auto reader, store->reader());
  const typed_model<notebook> model;
  const stopwatch watch;
  HOLON_TRY(const auto loaded, rehydrate(model, *reader, notebook_number(0)));
  return figures_of(watch, loaded.version.value, of);
}

result<lane_figures> read_all_by_hand(bench_stand& on) {
  const auto of = whole_journal(on);
  HOLON_TRY(const auto* const in, filled(on, "journal", of));
  return by_hand(*in, of, [](raw_postgres& to) { return to.read_all(); });
}

result<lane_figures> catch_up(bench_stand& on) {
  const auto of = whole_journal(on);
  HOLON_TRY(const auto* const in, filled(on, "journal", of));
  HOLON_TRY(const auto store, on.open(*in));
  HOLON_TRY(const auto reader, store->reader());
  std::size_t bytes = 0;
  const stopwatch watch;
  HOLON_TRY(const auto end, reader->read_all({}, [&](const event_view& event) {
    bytes += event.payload.size();
    return true;
  }));
  if (bytes == 0) return failure(errc::corrupt, "the read saw no payloads");
  return figures_of(watch, static_cast<std::int64_t>(end.shown), of);
}

}  // namespace holon::bench
