// A new journal of the store under test, ready to be written and read.
#pragma once

#include <memory>
#include <vector>

#include "tests/contract/contract_vocabulary.hpp"
#include "tests/contract/journal_contract.hpp"

namespace holon::testing {

/// A journal with one appender and one reader, and shorthand for both.
class journal_fixture {
 public:
  journal_fixture();

  std::vector<result<append_result>> append_batch(const std::vector<append_request>& requests);
  result<append_result> append(const append_request& request) { return append_one(*appender, request); }
  /// Appends events to stream_number(stream), which must work.
  append_result given(std::uint64_t stream, std::vector<new_event> events);

  [[nodiscard]] std::vector<recorded_event> all(const all_query& query = {});
  [[nodiscard]] std::vector<recorded_event> stream(std::uint64_t stream);
  [[nodiscard]] std::vector<recorded_event> stream(const stream_query& query);
  [[nodiscard]] std::vector<batch_record> batches(global_offset after = {});
  [[nodiscard]] journal_head head();

  std::unique_ptr<journal_under_test> tested = make_journal_under_test();
  std::unique_ptr<journal_appender> appender;
  std::unique_ptr<journal_reader> reader;
};

}  // namespace holon::testing
