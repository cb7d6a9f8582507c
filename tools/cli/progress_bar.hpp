// How far a long work is, redrawn on one line of stderr, for people only: nothing is drawn unless stderr is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace holon::cli {

class progress_bar {
 public:
  /// `unit`: what is counted ("events"); "bytes" are shown as such.
  progress_bar(std::string what, std::string unit, bool wanted);
  /// Takes the line away.
  ~progress_bar();
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;

  /// `total` 0: not known. Cheap: draws a few times a second.
  void show(std::int64_t done, std::int64_t total);

 private:
  [[nodiscard]] std::string text(std::int64_t done, std::int64_t total) const;
  [[nodiscard]] std::string amount(std::int64_t number) const;

  std::string what_;
  std::string unit_;
  bool shown_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace holon::cli
