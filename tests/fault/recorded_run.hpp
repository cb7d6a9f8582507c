// A run whose clients record what they ask and are told, and which is judged in the end: was every answer true?
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include "tests/fault/postgres_world.hpp"
#include "tests/history/answer_checker.hpp"
#include "tests/history/answer_recorder.hpp"

namespace holon::testing {

/// What a run must have had at least, or it has shown nothing.
struct answers_wanted {
  std::int64_t refused = 0;
  std::int64_t states = 0;
  std::int64_t unknown = 0;
};

class recorded_run {
 public:
  /// `name`: of the folder that its files go to.
  recorded_run(postgres_world& world, std::string name, std::uint32_t nodes);
  recorded_run(const recorded_run&) = delete;
  recorded_run& operator=(const recorded_run&) = delete;

  /// Nanoseconds since the run began. Any thread.
  [[nodiscard]] moment now() const;
  /// For one client, which gives it back with `keep`. Any thread, as the next.
  [[nodiscard]] answer_recorder new_client();
  void keep(answer_recorder& client);
  void fault(std::string what);

  /// When nothing is under way any more: appends once, so that nothing that was in doubt can still come. Readers have
  /// to see that, too.
  void append_mark();
  /// What was recorded so far, of clients that were given back.
  [[nodiscard]] answer_counts counts() const { return count(all_); }
  /// Reads the journal, writes the history to its folder, and fails the test with the first answer that was not true,
  /// or if there was too little. The folder stays if the test fails or HOLON_HISTORY_DIR says where it shall be.
  void expect_true_answers(const answers_wanted& least);

  postgres_world& world;
  const std::uint32_t nodes;

 private:
  [[nodiscard]] std::filesystem::path folder() const;
  void read_all();
  void expect_enough(const answers_wanted& least) const;

  std::string name_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::atomic<std::uint32_t> numbers_{0};
  std::atomic<std::uint32_t> clients_{0};
  std::mutex mutex_;
  answer_history all_;
};

/// Of stream_number(n) (tests/contract/contract_vocabulary.hpp).
[[nodiscard]] std::uint32_t number_of(stream_id stream);

/// As the bank would record it, by operation `op`.
[[nodiscard]] new_event deposit_event(event_id id, std::int64_t amount, const operation& op);

}  // namespace holon::testing
