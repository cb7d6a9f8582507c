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
  committed_.store(last.value, std::memory_order_relaxed);
  eventfd_write(wake_, 1);
}

void journal_keeper::run() {
  while (!stopping_.load()) {
    if (!connect()) continue;
    if (auto stepped = step(); !stepped) to_.reset();
  }
  if (to_ && committed_.load() > told_) static_cast<void>(notify());
}

// False: not yet; some time has passed.
bool journal_keeper::connect() {
  if (to_ && to_->alive()) return true;
  to_.reset();
  sleep(until(shared_->breaker.next_try()));
  if (stopping_.load()) return false;
  auto made = shared_->connect(route::direct);
  if (!made) {
    sleep(pause_first);
    return false;
  }
  to_ = std::move(*made);
  if (auto listening = listen(); listening) return true;
  // A server that refuses to let us listen will go on so; a connection that was lost meanwhile is worth another one.
  const auto pause = to_->alive() ? shared_->options.poll_every : pause_first;
  to_.reset();
  sleep(pause);
  return false;
}

// Looks after it listens: what was committed before is seen, and what comes later is heard.
result<void> journal_keeper::listen() {
  HOLON_CHECK(to_->run(sql::listen_to_journal));
  return look();
}

result<void> journal_keeper::look() {
  look_at_ = circuit::clock::now() + shared_->options.poll_every;
  HOLON_TRY(const auto head, to_->answer({sql::read_head}));
  if (!head.empty()) shared_->announce(read_head_row(head[0]).last);
  return {};
}

result<void> journal_keeper::step() {
  const bool to_tell = committed_.load(std::memory_order_relaxed) > told_;
  const auto next = to_tell ? std::min(look_at_, notified_at_ + notify_pause) : look_at_;
  HOLON_TRY(const auto heard, to_->notification(until(next), to_tell ? -1 : wake_));
  drain_wake();
  if (heard) {
    std::int64_t offset = 0;
    if (std::sscanf(heard->c_str(), "%ld", &offset) == 1) shared_->announce({offset});
    return {};
  }
  const auto now = circuit::clock::now();
  if (committed_.load(std::memory_order_relaxed) > told_ && now >= notified_at_ + notify_pause) HOLON_CHECK(notify());
  return now >= look_at_ ? look() : result<void>{};
}

result<void> journal_keeper::notify() {
  const auto last = committed_.load(std::memory_order_relaxed);
  HOLON_CHECK(to_->answer({sql::notify_journal}, parameters{}.add(std::string_view{std::to_string(last)})));
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
