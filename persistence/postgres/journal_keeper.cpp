#include "persistence/postgres/journal_keeper.hpp"

#include <algorithm>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "persistence/postgres/event_rows.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

using std::chrono::milliseconds;

milliseconds until(circuit::clock::time_point when) {
  return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(when - circuit::clock::now()));
}

}  // namespace

journal_keeper::journal_keeper(std::shared_ptr<postgres_shared> shared)
    : shared_(std::move(shared)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  HOLON_ASSERT(wake_ >= 0, "an eventfd can be had");
  thread_ = std::thread([this] { run(); });
}

journal_keeper::~journal_keeper() {
  stopping_.store(true);
  eventfd_write(wake_, 1);
  thread_.join();
  close(wake_);
}

void journal_keeper::tell(global_offset last) {
  auto before = committed_.load(std::memory_order_relaxed);
  while (before < last.value && !committed_.compare_exchange_weak(before, last.value, std::memory_order_relaxed)) {}
  eventfd_write(wake_, 1);
}

// Whatever goes wrong, the next attempt comes later than the one before.
void journal_keeper::run() {
  while (!stopping_.load()) {
    if (go_on()) continue;
    to_.reset();
    pauses_.failed(circuit::clock::now());
    sleep(until(std::max(pauses_.next_try(), shared_->breaker.next_try())));
  }
  if (to_ && committed_.load() > told_) static_cast<void>(notify());
}

result<void> journal_keeper::go_on() {
  if (!to_ || !to_->alive()) HOLON_CHECK(connect());
  HOLON_CHECK(step());
  if (circuit::clock::now() >= connected_at_ + well_after) pauses_.succeeded();
  return {};
}

// Looks after it listens: what was committed before is seen, and what comes later is heard.
result<void> journal_keeper::connect() {
  to_.reset();
  HOLON_TRY(to_, shared_->connect(route::direct));
  connected_at_ = circuit::clock::now();
  HOLON_CHECK(to_->run(sql::listen_to_journal));
  return look();
}

result<void> journal_keeper::look() {
  looked_at_ = circuit::clock::now();
  look_at_ = looked_at_ + shared_->options.poll_every;
  HOLON_TRY(const auto head, to_->answer({sql::read_head}));
  if (!head.empty()) shared_->announce(read_head_row(head[0]).last);
  return {};
}

// A notification says no more than that it is time to look: anybody may send one, with any text.
result<void> journal_keeper::step() {
  const bool to_tell = committed_.load(std::memory_order_relaxed) > told_;
  const auto next = to_tell ? std::min(look_at_, notified_at_ + notify_pause) : look_at_;
  HOLON_TRY(const auto heard, to_->notification(until(next), to_tell ? -1 : wake_));
  drain_wake();
  if (heard) look_at_ = std::min(look_at_, looked_at_ + look_pause);
  const auto now = circuit::clock::now();
  if (committed_.load(std::memory_order_relaxed) > told_ && now >= notified_at_ + notify_pause) HOLON_CHECK(notify());
  return now >= look_at_ ? look() : result<void>{};
}

result<void> journal_keeper::notify() {
  const auto last = committed_.load(std::memory_order_relaxed);
  HOLON_CHECK(to_->answer({sql::notify_journal}));
  told_ = last;
  notified_at_ = circuit::clock::now();
  return {};
}

// Ends early when there is a reason to wake up.
void journal_keeper::sleep(milliseconds patience) const {
  if (patience.count() == 0 || stopping_.load()) return;
  pollfd file{wake_, POLLIN, 0};
  const auto end = circuit::clock::now() + patience;
  while (!stopping_.load() && circuit::clock::now() < end) {
    poll(&file, 1, static_cast<int>(until(end).count()));
    drain_wake();
  }
}

void journal_keeper::drain_wake() const {
  eventfd_t ignored;
  eventfd_read(wake_, &ignored);
}

}  // namespace holon::postgres
