#include "persistence/codec/json_pointer.hpp"

namespace holon {

void prepend_pointer(std::string& pointer, std::string_view step) {
  if (step.size() > pointer_step_bytes_max) {
    // Not within a character of several bytes: the error text stays UTF-8.
    std::size_t end = pointer_step_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(step[end]) & 0xC0) == 0x80) --end;
    step = step.substr(0, end);
  }
  std::string shown = "/";
  for (const char c : step) {
    if (c == '~')
      shown += "~0";
    else if (c == '/')
      shown += "~1";
    else
      shown += c;
  }
  pointer.insert(0, shown);
}

void prepend_pointer(std::string& pointer, std::size_t index) { prepend_pointer(pointer, std::to_string(index)); }

}  // namespace holon
