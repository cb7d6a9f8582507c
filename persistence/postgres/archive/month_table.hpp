// The months of a journal as the database has them, and the transactions that move one out or in.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "persistence/postgres/payload_type.hpp"
#include "persistence/postgres/postgres_options.hpp"
#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

/// How long one wait for the events' lock may be. Readers and writers wait behind it, so it is short.
inline constexpr std::chrono::milliseconds detach_lock_wait{200};
/// How long they are left alone until the next attempt.
inline constexpr std::chrono::milliseconds detach_pause{500};

struct month_row {
  std::string name;
  timestamp from;
  timestamp to;
  bool is_sealed = false;
  bool is_archived = false;
  global_offset first;  // 0: no events, or it is not sealed
  global_offset last;
  bool has_table = false;
  std::int64_t table_bytes = 0;

  [[nodiscard]] std::int64_t events() const { return first.value == 0 ? 0 : last.value - first.value + 1; }
};

/// One thread at a time. Errors are those of connection.
class month_table {
 public:
  /// Past a pooler, if there is a way.
  [[nodiscard]] static result<std::unique_ptr<month_table>> open(const postgres_options& options);

  /// errc::invalid_argument: this user may not act as the owner.
  [[nodiscard]] result<void> check_owner();
  [[nodiscard]] result<std::vector<month_row>> read();
  /// Seals all that are over.
  [[nodiscard]] result<void> seal();

  /// One transaction: what is known of the month's streams, and the detaching. errc::locked: somebody used the events
  /// for `patience`.
  [[nodiscard]] result<void> detach(const std::string& month, std::chrono::milliseconds patience);
  [[nodiscard]] result<void> drop(const std::string& month, std::chrono::milliseconds patience);

  /// Begins the transaction in which a month comes back; rollback ends it in vain.
  [[nodiscard]] result<void> begin_restore(const std::string& month, std::chrono::milliseconds patience);
  [[nodiscard]] result<void> finish_restore(const std::string& month);
  void rollback() { to_->rollback(); }

  [[nodiscard]] connection& to() { return *to_; }
  [[nodiscard]] const std::string& name() const { return to_->name(); }

 private:
  explicit month_table(std::unique_ptr<connection> to) : to_(std::move(to)) {}
  [[nodiscard]] result<void> begin(std::chrono::milliseconds lock_wait);
  [[nodiscard]] result<void> call(const char* function, const std::string& month);
  [[nodiscard]] result<void> detach_when_free(const std::string& month, std::chrono::milliseconds patience);
  [[nodiscard]] result<void> in_transaction(std::chrono::milliseconds lock_wait,
                                            const std::function<result<void>()>& steps);

  std::unique_ptr<connection> to_;
};

}  // namespace holon::postgres
