// Events on the screen: one JSON object a line for scripts, one line of columns for people.
#pragma once

#include <string>

#include "persistence/event.hpp"
#include "tools/cli/output.hpp"

namespace holon::cli {

/// The whole envelope, with the names of the specification; payload and metadata as they are stored.
[[nodiscard]] std::string json_of(const event_view& event);

/// Shows events one by one, the head before the first.
class event_lines {
 public:
  explicit event_lines(output& out) : out_(out), columns_(out.columns()) {}
  void show(const event_view& event);
  [[nodiscard]] std::size_t shown() const { return shown_; }

 private:
  [[nodiscard]] std::string columns_of(const event_view& event) const;

  output& out_;
  std::size_t columns_;
  std::size_t shown_ = 0;
};

/// "2026-11-20 12:35:00", to the second.
[[nodiscard]] std::string short_time(timestamp when);

}  // namespace holon::cli
