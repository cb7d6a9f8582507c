// Reads for the holons: one connection, one blocking thread. A node has a few of them.
#pragma once

#include <memory>

#include <caf/event_based_actor.hpp>

#include "persistence/journal.hpp"

namespace holon::runtime {

class journal_loader final : public caf::event_based_actor {
 public:
  journal_loader(caf::actor_config& config, std::shared_ptr<journal_reader> reader);

  caf::behavior make_behavior() override;
  [[nodiscard]] const char* name() const override { return "journal_loader"; }

 private:
  std::shared_ptr<journal_reader> reader_;
};

}  // namespace holon::runtime
