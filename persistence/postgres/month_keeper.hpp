// Makes the tables of the months to come and seals those that are over, in a thread of its own, now and then. That may
// take minutes for a large month, and nobody waits for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

#include "persistence/postgres/postgres_shared.hpp"

namespace holon::postgres {

/// Months that are there before they are needed.
inline constexpr std::int32_t months_ahead = 2;
inline constexpr std::chrono::minutes month_care_every{60};
/// How often sealing a month is begun again because a writer was faster.
inline constexpr int seal_attempts_max = 20;

/// Hears why the months were not cared for this time, on the keeper's thread; at most once in month_care_every.
using month_trouble = std::function<void(const error&)>;

class month_keeper {
 public:
  /// `tell`: none: the observer of the journal, or the log without one.
  explicit month_keeper(std::shared_ptr<postgres_shared> shared, month_trouble tell = {});
  /// Ends what is under way at once; it is begun again the next time.
  ~month_keeper();
  month_keeper(const month_keeper&) = delete;
  month_keeper& operator=(const month_keeper&) = delete;

 private:
  void run();
  [[nodiscard]] result<void> care();
  [[nodiscard]] bool at_work_with(connection* with);

  std::shared_ptr<postgres_shared> shared_;
  month_trouble tell_;
  std::mutex mutex_;
  connection* at_work_ = nullptr;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

/// Makes the months ahead and seals all that are over; what `holon db` and the month_keeper do. Blocks for as long as
/// that takes, so on a connection that waits for month_patience. Errors as of connection.
[[nodiscard]] result<void> care_for_months(
    connection& with, const std::function<void(std::string_view)>& sealed = [](std::string_view) {});

}  // namespace holon::postgres
