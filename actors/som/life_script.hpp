// What one holon of a workload lives through, from its creation to its end, and what it answers to each command.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/command.hpp"
#include "actors/som/dice.hpp"

namespace som {

/// What a holon will say to a command.
enum class expected_answer : std::uint8_t { events, nothing, refusal };

struct planned_command {
  std::unique_ptr<holon::command_body> command;
  expected_answer expected = expected_answer::events;
};

/// Commands of one holon in their order. Emptied and written again for the next holon, it keeps its memory.
class life_script {
 public:
  template <class Type, class Command>
  void add(Command command, expected_answer expected = expected_answer::events) {
    using any_command = typename Type::command;
    commands_.push_back({std::make_unique<holon::command_of<any_command>>(std::move(command)), expected});
  }

  void clear() {
    commands_.clear();
    given_ = 0;
  }
  [[nodiscard]] bool at_end() const { return given_ == commands_.size(); }
  [[nodiscard]] planned_command take_next() { return std::move(commands_[given_++]); }

 private:
  std::vector<planned_command> commands_;
  std::size_t given_ = 0;
};

/// Where and when a life begins.
struct life_context {
  som::dice& dice;
  holon::stream_id self;
  std::int64_t number = 0;
  holon::timestamp now;
  /// Those that may be spoken of. There is a person for a task or a compliance item, and an organisation for all but
  /// the first organisation.
  const std::vector<holon::stream_id>& organisations;
  const std::vector<holon::stream_id>& people;
};

void write_task(life_script& script, const life_context& at);
void write_person(life_script& script, const life_context& at);
/// False: it is dissolved soon, and nobody should refer to it. Its parents are among `organisations`, so organisations
/// that begin one after the other form a tree.
[[nodiscard]] bool write_organisation(life_script& script, const life_context& at);
void write_compliance_item(life_script& script, const life_context& at);

}  // namespace som
