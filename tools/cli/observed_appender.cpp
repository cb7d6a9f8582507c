#include "tools/cli/observed_appender.hpp"

#include <algorithm>
#include <chrono>

namespace holon::cli {

std::vector<result<append_result>> observed_appender::append(std::span<const append_request* const> batch) {
  const auto begun = std::chrono::steady_clock::now();
  auto outcomes = inside_->append(batch);
  batch_committed told{.requests = batch.size(), .took = std::chrono::steady_clock::now() - begun};
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!outcomes[i] || outcomes[i]->already) continue;
    for (const auto& write : batch[i]->writes) told.events += static_cast<std::int64_t>(write.events.size());
    told.offset = std::max(told.offset, outcomes[i]->last.value);
  }
  const bool failed = std::all_of(outcomes.begin(), outcomes.end(), [](const auto& each) { return !each.has_value(); });
  if (!failed || outcomes.empty()) {
    watching_->on(told);
  } else {
    const auto& why = outcomes.front().error();
    watching_->on(batch_failed{.requests = batch.size(),
                               .code = to_string(why.code),
                               .text = why.text,
                               .in_doubt = why.code == errc::in_doubt});
  }
  return outcomes;
}

}  // namespace holon::cli
