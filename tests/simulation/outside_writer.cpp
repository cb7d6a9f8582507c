#include "tests/simulation/outside_writer.hpp"

#include <string>
#include <vector>

#include "persistence/postgres/postgres_appender.hpp"

namespace holon::testing {
namespace {

constexpr std::uint32_t requests_in_batch_max = 3;

}  // namespace

outside_writer::outside_writer(std::uint32_t number, const world_plan& plan)
    : shared_(std::make_shared<postgres::postgres_shared>(
          postgres_options{.url = "node:" + std::to_string(number), .outage_patience = plan.outage_patience},
          "outside writer", postgres::payload_type::json)),
      random_(plan.seed + number) {}

void outside_writer::run() {
  postgres::postgres_appender appender(shared_);
  while (!appender.start()) fibers::wait([] { return true; });
  started_ = true;
  while (true) {
    fibers::wait([this] { return !asked_.empty() || closing_; });
    if (asked_.empty()) return;
    append_some(appender);
  }
}

void outside_writer::append_some(journal_appender& to) {
  std::vector<std::pair<append_request, reply>> taken;
  for (auto count = 1 + random_.below(requests_in_batch_max); count > 0 && !asked_.empty(); --count) {
    taken.push_back(std::move(asked_.front()));
    asked_.pop_front();
  }
  std::vector<const append_request*> batch;
  for (const auto& [request, told] : taken) batch.push_back(&request);
  auto outcomes = to.append(batch);
  for (std::size_t i = 0; i < taken.size(); ++i) taken[i].second(std::move(outcomes[i]));
}

}  // namespace holon::testing
