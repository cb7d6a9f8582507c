// A second program that writes to the journal of the nodes: appends without holons, and checks.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

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
  ~outside_writer();
  outside_writer(const outside_writer&) = delete;
  outside_writer& operator=(const outside_writer&) = delete;

  /// Connects, then appends what it is asked to until it is closed, on a fiber.
  void run();
  [[nodiscard]] bool started() const { return started_; }
  void append(append_request request, reply told);
  void close() { closing_ = true; }

 private:
  struct batch {
    std::vector<append_request> requests;
    std::vector<reply> told;
    std::vector<const append_request*> pointers;
  };

  void append_in_turn(journal_appender& to);
  void append_ahead(append_pipeline& to);
  [[nodiscard]] batch some_batch();
  static void tell(batch& of, std::vector<result<append_result>> outcomes);

  std::shared_ptr<postgres::postgres_shared> shared_;
  dice random_;
  std::deque<std::pair<append_request, reply>> asked_;
  int wake_;  // an eventfd that can be read when something is asked
  bool started_ = false;
  bool closing_ = false;
};

}  // namespace holon::testing
