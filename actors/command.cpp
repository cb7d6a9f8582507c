#include "actors/command.hpp"

#include <algorithm>
#include <cstdint>

namespace holon {

event_id event_id_of(command_id command, std::size_t index) {
  if (index == 0) return {command.value};
  uuid derived = uuid_v5(command.value, std::to_string(index));
  if (command.value.version() != 7) return {derived};
  // Keep the time in front, so that the index stays dense, and the version that says so.
  std::copy_n(command.value.bytes.begin(), 6, derived.bytes.begin());
  derived.bytes[6] = static_cast<std::uint8_t>((derived.bytes[6] & 0x0F) | 0x70);
  return {derived};
}

}  // namespace holon
