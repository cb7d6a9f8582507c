#include "actors/rehydrate.hpp"

#include <string>
#include <string_view>

#include "config/guarded.hpp"

namespace holon {
namespace {

foreign_call to(const holon_model& model, std::string_view task) { return {"holon type", model.name(), task}; }

std::string place_of(const event_view& event) {
  return "event " + to_string(event.id.value) + " (" + std::string(event.type) + ", offset " +
         std::to_string(event.offset.value) + ")";
}

// The newest usable snapshot, or the empty state. Snapshots do not know when they were recorded, so a question about a
// recorded time starts from the first event.
result<loaded_holon> starting_point(const holon_model& model, journal_reader& reader, stream_id stream,
                                    const as_of& when) {
  loaded_holon start;
  HOLON_TRY(start.state, guarded(to(model, "make an empty state"),
                                 [&]() -> result<std::unique_ptr<holon_state>> { return model.initial(); }));
  if (when.recorded_at) return start;
  HOLON_TRY(const auto saved, reader.find_snapshot(stream));
  if (!saved || (when.version && saved->version > *when.version)) return start;
  auto restored = guarded(to(model, "restore a snapshot"), [&]() -> result<std::unique_ptr<holon_state>> {
    if (saved->schema != model.snapshot_schema()) return nullptr;
    return model.restore(saved->state);
  });
  if (!restored || *restored == nullptr) {
    start.snapshot_refused = true;
    return start;
  }
  return loaded_holon{.state = std::move(*restored), .version = saved->version, .snapshot_version = saved->version};
}

result<void> replay_one(const holon_model& model, loaded_holon& holon, const event_view& event) {
  if (event.version != holon.version.next())
    return failure(errc::corrupt, "stream " + to_string(event.stream.value) + " has no version " +
                                      std::to_string(holon.version.value + 1) + ": run holon verify");
  if (event.stream_type != model.name())
    return failure(errc::type_conflict, "stream " + to_string(event.stream.value) + " is a " +
                                            std::string(event.stream_type) + ", not a " + std::string(model.name()));
  const auto apply = [&] { return model.apply(*holon.state, event); };
  if (auto applied = guarded(to(model, "replay an event"), apply); !applied)
    return failure_in(place_of(event), std::move(applied).error());
  holon.version = event.version;
  return {};
}

}  // namespace

result<loaded_holon> rehydrate(const holon_model& model, journal_reader& reader, stream_id stream, const as_of& when) {
  HOLON_TRY(loaded_holon holon, starting_point(model, reader, stream, when));
  result<void> replayed;
  stream_query query{.stream = stream, .from = holon.version.next()};
  query.recorded_until = when.recorded_at;
  if (when.version) {
    if (*when.version <= holon.version) return holon;
    query.limit = static_cast<std::size_t>(when.version->value - holon.version.value);
  }
  HOLON_CHECK(reader.read_stream(query, [&](const event_view& event) {
    replayed = replay_one(model, holon, event);
    return replayed.has_value();
  }));
  HOLON_CHECK(replayed);
  return holon;
}

}  // namespace holon
