#include "persistence/postgres/patient_connection.hpp"

#include <string>
#include <string_view>
#include <thread>

#include "persistence/postgres/statements.hpp"

namespace holon::postgres {

result<void> patient_connection::connect() { return connect_by(std::nullopt); }

result<void> patient_connection::connect_by(std::optional<circuit::clock::time_point> until) {
  if (to_) return {};
  if (by_ == route::replica) {
    HOLON_TRY(to_, shared_->connect(by_));
    return {};
  }
  HOLON_TRY(to_, shared_->connect_by(by_, until.value_or(circuit::clock::now() + shared_->options.outage_patience)));
  return {};
}

// What time or another connection mends: a lost connection (class 08 or none), a transaction that the server gave up
// (class 40), a server that goes down, and one that is a standby now.
bool patient_connection::is_passing(const error& why) const {
  if (why.code != errc::unavailable) return false;
  const std::string_view state = to_->sqlstate();
  return !to_->alive() || state.starts_with("08") || state.starts_with("40") || state.starts_with("57P") ||
         state == "25006";
}

// Nothing: try again.
result<void> patient_connection::after_failure(const error& why, retries& left, std::size_t shown) {
  const bool try_again = is_passing(why) && by_ != route::replica;
  if (!to_->alive() || to_->sqlstate() == "25006")
    to_.reset();
  else
    to_->rollback();
  in_moment_ = false;
  if (why.code == errc::corrupt && ++left.losses <= losses_doubted_max) {
    std::this_thread::sleep_for(loss_doubted_pause);
    return {};
  }
  if (!try_again) return failure(why);
  if (shown != left.shown_before) left = {.shown_before = shown};
  if (!left.until) left.until = circuit::clock::now() + shared_->options.outage_patience;
  if (++left.failures < failures_in_a_row_max && circuit::clock::now() < *left.until) return {};
  return failure(errc::unavailable, why.text + ", and so it went " + std::to_string(left.failures) +
                                        " times one after the other: try again when the server is well");
}

void patient_connection::begin_moment() {
  if (!connect_by(circuit::clock::now()) || in_moment_) return;
  in_moment_ = to_->run(sql::begin_moment).has_value();
  if (in_moment_) return;
  if (to_->alive())
    to_->rollback();
  else
    to_.reset();
}

void patient_connection::end_moment() {
  if (!std::exchange(in_moment_, false)) return;
  if (to_->run(sql::end_moment)) return;
  if (to_->alive())
    to_->rollback();
  else
    to_.reset();
}

}  // namespace holon::postgres
