#include "tests/simulation/outside_writer.hpp"

#include <string>

#include <sys/eventfd.h>
#include <unistd.h>

#include "persistence/postgres/postgres_appender.hpp"

namespace holon::testing {
namespace {

constexpr std::uint32_t requests_in_batch_max = 3;

}  // namespace

outside_writer::outside_writer(std::uint32_t number, const world_plan& plan)
    : shared_(std::make_shared<postgres::postgres_shared>(
          postgres_options{.url = "node:" + std::to_string(number), .outage_patience = plan.program_patience},
          "outside writer", postgres::payload_type::json)),
      random_(plan.seed + number),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  HOLON_ASSERT(wake_ >= 0, "the system gives an eventfd");
}

outside_writer::~outside_writer() { ::close(wake_); }

void outside_writer::append(append_request request, reply told) {
  asked_.emplace_back(std::move(request), std::move(told));
  eventfd_write(wake_, 1);
}

void outside_writer::run() {
  postgres::postgres_appender appender(shared_);
  while (!appender.start()) fibers::wait([] { return true; });
  started_ = true;
  random_.chance(1, 2) ? append_in_turn(appender) : append_ahead(*appender.pipeline());
}

// One batch after the other.
void outside_writer::append_in_turn(journal_appender& to) {
  while (true) {
    fibers::wait([this] { return !asked_.empty() || closing_; });
    if (asked_.empty()) return;
    auto taken = some_batch();
    tell(taken, to.append(taken.pointers));
  }
}

// Another one while the first is under way.
void outside_writer::append_ahead(append_pipeline& to) {
  std::deque<batch> open;
  while (true) {
    if (open.empty()) fibers::wait([this] { return !asked_.empty() || closing_; });
    if (open.empty() && asked_.empty()) return;
    const bool has_room = open.size() < append_pipeline::open_max;
    if (has_room && !asked_.empty()) {
      to.submit(open.emplace_back(some_batch()).pointers);
    } else if (!has_room || to.wait_until_complete(wake_)) {
      tell(open.front(), to.complete());
      open.pop_front();
    }
  }
}

outside_writer::batch outside_writer::some_batch() {
  eventfd_t ignored = 0;
  eventfd_read(wake_, &ignored);
  batch taken;
  for (auto count = 1 + random_.below(requests_in_batch_max); count > 0 && !asked_.empty(); --count) {
    taken.requests.push_back(std::move(asked_.front().first));
    taken.told.push_back(std::move(asked_.front().second));
    asked_.pop_front();
  }
  for (const auto& request : taken.requests) taken.pointers.push_back(&request);
  return taken;
}

void outside_writer::tell(batch& of, std::vector<result<append_result>> outcomes) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) of.told[i](std::move(outcomes[i]));
}

}  // namespace holon::testing
