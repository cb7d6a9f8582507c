// Reads for the holons: one connection, one blocking thread. A node has a few of them.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/runtime/messages.hpp"
#include "actors/runtime/supervision.hpp"
#include "config/simulation.hpp"
#include "persistence/journal.hpp"

namespace holon::runtime {

/// Holons loaded in one go, seen in one moment of the journal; more are loaded in the next.
inline constexpr std::size_t loads_in_moment_max = HOLON_BOUND(256, 3);

/// Detached, because reads block (not detached in deterministic tests).
class journal_loader final : public caf::event_based_actor {
 public:
  journal_loader(caf::actor_config& config, std::shared_ptr<journal_reader> reader,
                 std::shared_ptr<fault_board> faults = nullptr, observer* watching = nullptr);

  caf::behavior make_behavior() override;
  [[nodiscard]] const char* name() const override { return "journal_loader"; }

 private:
  void load_all();
  [[nodiscard]] result<loaded_holon> load_one(const load& wanted);

  std::shared_ptr<journal_reader> reader_;
  observer* watching_;  // null: nobody does
  std::vector<std::pair<load, caf::actor>> queue_;
  std::uint64_t moments_ = 0;  // so far: the number of the one that waits
};

}  // namespace holon::runtime
