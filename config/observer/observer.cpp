#include "config/observer/observer.hpp"

namespace holon {

std::string_view to_string(command_answered::outcome what) {
  switch (what) {
    case command_answered::outcome::recorded: return "recorded";
    case command_answered::outcome::repeated: return "repeated";
    case command_answered::outcome::nothing: return "nothing";
    case command_answered::outcome::refused: return "refused";
    case command_answered::outcome::state: return "state";
    case command_answered::outcome::failed: return "failed";
  }
  return "unknown";
}

std::string_view to_string(holon_loaded::snapshot from) {
  switch (from) {
    case holon_loaded::snapshot::none: return "none";
    case holon_loaded::snapshot::used: return "used";
    case holon_loaded::snapshot::refused: return "refused";
  }
  return "unknown";
}

std::string_view to_string(projection_changed::to what) {
  switch (what) {
    case projection_changed::to::caught_up: return "caught_up";
    case projection_changed::to::parked: return "parked";
    case projection_changed::to::stopped: return "stopped";
    case projection_changed::to::paused: return "paused";
    case projection_changed::to::rebuilding: return "rebuilding";
    case projection_changed::to::in_trouble: return "in_trouble";
  }
  return "unknown";
}

std::string_view to_string(month_changed::to what) {
  switch (what) {
    case month_changed::to::sealed: return "sealed";
    case month_changed::to::failed: return "failed";
  }
  return "unknown";
}

}  // namespace holon
