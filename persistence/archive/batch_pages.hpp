// The batches of a journal one by one, for those who take them rather than be shown them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "persistence/journal.hpp"

namespace holon {

/// Batches that are held at a time.
inline constexpr std::size_t batch_page = 1024;

class batch_pages {
 public:
  /// The batches with events from `first` to `last`. Nobody else may use the reader during a call.
  batch_pages(journal_reader& journal, global_offset first, global_offset last)
      : journal_(journal), read_(first.plus(-1)), last_(last) {}

  /// Nothing: there are no more.
  [[nodiscard]] result<std::optional<batch_record>> next() {
    if (at_ == page_.size() && read_ < last_) HOLON_CHECK(fetch());
    if (at_ == page_.size()) return std::nullopt;
    return page_[at_++];
  }

 private:
  result<void> fetch() {
    page_.clear();
    at_ = 0;
    HOLON_CHECK(journal_.read_batches(read_, [&](const batch_record& batch) {
      if (batch.first <= last_) page_.push_back(batch);
      return batch.last < last_ && page_.size() < batch_page;
    }));
    read_ = page_.empty() ? last_ : page_.back().last;
    return {};
  }

  journal_reader& journal_;
  global_offset read_;
  global_offset last_;
  std::vector<batch_record> page_;
  std::size_t at_ = 0;
};

}  // namespace holon
