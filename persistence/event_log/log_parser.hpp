// What the parsers of all formats share: they are pushed chunks of text and hand events to a sink that counts them.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "config/result.hpp"
#include "persistence/event_log/event_log.hpp"

namespace holon {

/// Numbers the events and shows them to the visitor.
class event_sink {
 public:
  explicit event_sink(const log_visitor& visit) : visit_(visit) {}

  /// Sets `ordinal` and `number`. Gives the visitor's error.
  [[nodiscard]] result<void> accept(log_event& event);

  [[nodiscard]] log_summary summary() const {
    return {.events = events_, .cases = static_cast<std::int64_t>(events_of_case_.size()), .content = {}};
  }

 private:
  const log_visitor& visit_;
  std::int64_t events_ = 0;
  // By the hash of the case id instead of the id: ids may be long, and two of ten million cases are taken for one with
  // a probability below one in 300,000.
  std::unordered_map<std::uint64_t, std::int64_t> events_of_case_;
};

/// Finds the events in text that comes in chunks cut anywhere.
class log_parser {
 public:
  virtual ~log_parser() = default;

  /// Errors tell what is wrong, not where. After an error nothing more may be fed.
  [[nodiscard]] virtual result<void> feed(std::string_view chunk) = 0;
  /// There is no more text. errc::malformed: there should be.
  [[nodiscard]] virtual result<void> finish() = 0;
  /// Where the parser is, or where the error is that it gave: lines from 1.
  [[nodiscard]] virtual std::int64_t line() const = 0;
};

[[nodiscard]] std::unique_ptr<log_parser> make_xes_parser(event_sink& sink);
[[nodiscard]] std::unique_ptr<log_parser> make_csv_parser(const csv_mapping& mapping, event_sink& sink);
[[nodiscard]] std::unique_ptr<log_parser> make_json_lines_parser(const csv_mapping& mapping, event_sink& sink);

}  // namespace holon
