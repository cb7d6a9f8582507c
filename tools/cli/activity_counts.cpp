#include "tools/cli/activity_counts.hpp"

#include <algorithm>

namespace holon::cli {

result<void> activity_counts::apply(rows& to, const event_view& event) const {
  return to.of<activity_row>().upsert(
      {std::string(event.stream_type), std::string(event.type)}, [&](activity_row& row) {
        row.first = row.events == 0 ? event.occurred_at : std::min(row.first, event.occurred_at);
        row.last = row.events == 0 ? event.occurred_at : std::max(row.last, event.occurred_at);
        row.events += 1;
        row.streams_begun += event.version == stream_version{1} ? 1 : 0;
      });
}

}  // namespace holon::cli
