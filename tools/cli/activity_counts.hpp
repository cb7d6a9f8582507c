// What happened how often in which kind of stream: the one read model that makes sense for every event log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "projections/projection.hpp"

namespace holon::cli {

struct activity_row {
  static constexpr std::size_t key_fields = 2;
  std::string stream_type;
  std::string event_type;
  std::int64_t events = 0;
  std::int64_t streams_begun = 0;
  timestamp first;
  timestamp last;
};

constexpr auto describe(about<activity_row>) {
  return record("activity_counts", 1, field("stream_type", &activity_row::stream_type),
                field("event_type", &activity_row::event_type), field("events", &activity_row::events),
                field("streams_begun", &activity_row::streams_begun, "Streams whose first event it is"),
                field("first", &activity_row::first, "Business time of the earliest"),
                field("last", &activity_row::last, "Business time of the latest"));
}

struct activity_counts {
  static constexpr std::string_view name = "activity_counts";
  static constexpr int version = 1;
  using rows = holon::rows<activity_row>;

  result<void> apply(rows& to, const event_view& event) const;
};

}  // namespace holon::cli
