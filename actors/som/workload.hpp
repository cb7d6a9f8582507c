// Commands as an organisation at work would give them: for demonstrations, load tests and benchmarks. Everything
// follows from the seed; there is no clock and no other source of chance.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "actors/command.hpp"
#include "actors/som/dice.hpp"
#include "actors/som/life_script.hpp"

namespace som {

/// How many holons of each kind a workload makes. Less than one organisation or person counts as one.
struct workload_size {
  std::int64_t organisations = 20;
  std::int64_t people = 200;
  std::int64_t tasks = 2000;
  std::int64_t compliance_items = 200;
  /// Number of the first holon of each kind. A run that goes on after another one starts behind the largest of its
  /// numbers, and all of its holons are new.
  std::int64_t first = 0;
  /// Business time of the first step.
  holon::timestamp start = std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + std::chrono::hours{8};
};

struct step {
  holon::stream_id stream;
  std::string_view holon_type;
  std::unique_ptr<holon::command_body> command;
  holon::timestamp occurred_at;
  expected_answer expected = expected_answer::events;
};

/// Holons in the middle of their script at the same time.
inline constexpr std::size_t holons_at_work_max = 256;

/// Organisations form a tree, people join them, tasks are created, assigned, started and completed or cancelled,
/// compliance items are raised, shown to be kept, assessed or waived. Each holon lives through a script of its own;
/// steps of different holons are mixed. A command stands on nothing but its own holon's earlier ones, so all may be on
/// their way at once, if those of one holon are answered in order. A few percent are refused on purpose.
/// One thread at a time. Memory grows with the number of organisations and people only.
class workload {
 public:
  explicit workload(std::uint64_t seed, const workload_size& size = {});

  /// Nothing when every holon has come to the end of its script.
  [[nodiscard]] std::optional<step> next();

  /// Steps given so far.
  [[nodiscard]] std::int64_t given() const { return given_; }

 private:
  enum class kind : std::uint8_t { organisation, person, task, compliance_item };
  static constexpr std::size_t kinds = 4;

  struct life {
    holon::stream_id id;
    kind what = kind::organisation;
    life_script script;
  };

  [[nodiscard]] std::int64_t to_begin(kind what) const;
  [[nodiscard]] bool may_begin() const;
  [[nodiscard]] kind choose_kind();
  void begin_life();
  void write_script(life& one, std::int64_t number);
  step take_step(std::size_t which);

  std::uint64_t seed_;
  workload_size size_;
  dice dice_;
  holon::timestamp now_;
  std::array<std::int64_t, kinds> wanted_;
  std::array<std::int64_t, kinds> begun_{};
  std::vector<life> lives_;  ///< the first at_work_ of them; the others wait to be used again
  std::size_t at_work_ = 0;
  std::vector<holon::stream_id> organisations_;
  std::vector<holon::stream_id> people_;
  std::int64_t given_ = 0;
};

/// The id of a holon of a workload: the same for the same seed, stream type and number, and for no others.
[[nodiscard]] holon::stream_id workload_id(std::uint64_t seed, std::string_view holon_type, std::int64_t number);

}  // namespace som
