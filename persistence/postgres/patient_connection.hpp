// A connection that is made anew when it is lost, so that a read goes on where it was.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "persistence/postgres/postgres_shared.hpp"
#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

/// So often a read may fail one time after the other, without showing anything in between, before it is given up.
inline constexpr int failures_in_a_row_max = 10;
/// So often, and after such a pause, something that is missing is looked for again before it is called lost: a month
/// that comes back from the archive is there for all statements a moment after the first one sees that it is no more
/// archived.
inline constexpr int losses_doubted_max = 3;
inline constexpr std::chrono::milliseconds loss_doubted_pause{20};

/// One thread at a time.
class patient_connection {
 public:
  /// On the route `replica` it is not patient: whoever reads there has the primary to turn to.
  patient_connection(std::shared_ptr<postgres_shared> shared, route by) : shared_(std::move(shared)), by_(by) {}

  /// Connects, unless it is connected. Waits up to outage_patience. errc::unavailable: nobody answered by then.
  [[nodiscard]] result<void> connect();

  /// Gives what `read(connection&)` gives. If the connection is lost, or the server ends the transaction for reasons of
  /// its own, makes a new one and runs `read` again, which must go on after what was shown: `shown` changes with that.
  /// errc::corrupt is doubted before it is given.
  /// errc::unavailable: the server was away for outage_patience.
  template <class Read>
  [[nodiscard]] std::invoke_result_t<Read&, connection&> run(Read&& read, const std::size_t& shown) {
    retries left{.shown_before = shown};
    while (true) {
      HOLON_CHECK(connect_by(left.until));
      auto outcome = read(*to_);
      if (outcome) return outcome;
      if (auto go_on = after_failure(outcome.error(), left, shown); !go_on) return failure(std::move(go_on).error());
    }
  }
  /// The same for what shows nothing before it is done.
  template <class Read>
  [[nodiscard]] std::invoke_result_t<Read&, connection&> run(Read&& read) {
    return run(std::forward<Read>(read), nothing_shown);
  }

  /// What goes wrong in these goes wrong again in the reads that follow, and is told there.
  void begin_moment();
  void end_moment();

 private:
  struct retries {
    std::optional<circuit::clock::time_point> until = std::nullopt;  ///< set when something failed
    int failures = 0;
    int losses = 0;
    std::size_t shown_before = 0;
  };
  static constexpr std::size_t nothing_shown = 0;

  [[nodiscard]] result<void> connect_by(std::optional<circuit::clock::time_point> until);
  [[nodiscard]] result<void> after_failure(const error& why, retries& left, std::size_t shown);
  [[nodiscard]] bool is_passing(const error& why) const;

  std::shared_ptr<postgres_shared> shared_;
  route by_;
  std::unique_ptr<connection> to_;
  bool in_moment_ = false;
};

}  // namespace holon::postgres
