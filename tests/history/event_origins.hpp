// Holds the events of the journal against the requests: each event was asked for, each success is there, and what was
// written is what the bank decides there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/history/clue.hpp"
#include "tests/history/journal_index.hpp"
#include "tests/history/request_table.hpp"

namespace holon::testing {

class event_origins {
 public:
  event_origins(const answer_history& all, request_table& requests, const journal_index& journal)
      : all_(&all), requests_(&requests), journal_(&journal) {}

  /// Tells each request its events, and finds the first event that nobody asked for, the first success that is not
  /// there, the first request that made events and was told that it did not, the first one with other events than the
  /// bank decides at their version.
  [[nodiscard]] finding contradiction();

  /// After that: the request that made an event, and the operation that speaks for it.
  [[nodiscard]] const told_request& request_at(std::int64_t offset) const {
    return requests_->all()[request_of_[static_cast<std::size_t>(offset - 1)]];
  }
  [[nodiscard]] std::uint32_t maker_at(std::int64_t offset) const { return request_at(offset).answered; }

 private:
  [[nodiscard]] finding attribute(std::int64_t offset);
  [[nodiscard]] finding attribute_to(std::uint32_t request, std::int64_t offset);
  [[nodiscard]] finding told_not_happened(std::uint32_t operation, std::int64_t offset) const;
  [[nodiscard]] finding of_another_id(std::uint32_t operation, std::int64_t offset) const;
  [[nodiscard]] finding in_promise(const told_request& request) const;
  [[nodiscard]] finding in_place(const told_request& request) const;
  [[nodiscard]] finding in_content(const told_request& request) const;
  [[nodiscard]] finding in_command(const told_request& request) const;
  [[nodiscard]] finding in_append(const told_request& request) const;
  [[nodiscard]] finding in_write(const told_request& request, const stream_part& part, std::int64_t& next) const;
  [[nodiscard]] finding in_check(const told_request& request, const stream_part& part) const;
  [[nodiscard]] finding not_as_asked(const told_request& request, std::int64_t offset, const std::string& why) const;

  [[nodiscard]] const operation& op(std::uint32_t place) const { return all_->operations[place]; }

  const answer_history* all_;
  request_table* requests_;
  const journal_index* journal_;
  std::vector<std::uint32_t> request_of_;
};

}  // namespace holon::testing
