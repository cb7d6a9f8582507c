#include "config/guarded.hpp"

namespace holon {

std::string text_of_current_exception() {
  try {
    throw;
  } catch (const std::exception& thrown) {
    return thrown.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

error error_of_current_exception(const foreign_call& call) {
  return {.code = errc::invalid_argument,
          .text = std::string(call.kind) + " " + std::string(call.name) + " threw while trying to " +
                  std::string(call.task) + ": " + text_of_current_exception()};
}

}  // namespace holon
