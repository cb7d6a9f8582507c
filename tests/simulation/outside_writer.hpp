// A second program that writes to the journal of the nodes: appends without holons, and checks.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "persistence/journal.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/fibers.hpp"
#include "tests/simulation/world_plan.hpp"

namespace holon::testing {

class outside_writer {
 public:
  using reply = std::function<void(result<append_result>)>;

  /// `number` tells it from the nodes.
  outside_writer(std::uint32_t number, const world_plan& plan);

  /// Connects, then appends what it is asked to until it is closed, on a fiber.
  void run();
  [[nodiscard]] bool started() const { return started_; }
  void append(append_request request, reply told) { asked_.emplace_back(std::move(request), std::move(told)); }
  void close() { closing_ = true; }

 private:
  void append_some(journal_appender& to);

  std::shared_ptr<postgres::postgres_shared> shared_;
  dice random_;
  std::deque<std::pair<append_request, reply>> asked_;
  bool started_ = false;
  bool closing_ = false;
};

}  // namespace holon::testing
