#include "tests/simulation/postgres/fake_locks.hpp"

#include <algorithm>

namespace holon::testing {
namespace {

bool has(const std::vector<transaction_number>& all, transaction_number one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

transaction_number unique_keys::hold(const std::string& key, transaction_number by) {
  const auto holder = held_.emplace(key, by).first->second;
  return holder == by ? nobody : holder;
}

void unique_keys::release(transaction_number by) {
  std::erase_if(held_, [by](const auto& each) { return each.second == by; });
}

bool advisory_lock::try_shared(transaction_number by) {
  if (has(shared_, by)) return true;
  const bool others_wait = std::any_of(waiting_.begin(), waiting_.end(), [by](auto each) { return each != by; });
  if (others_wait || (exclusive_ != nobody && exclusive_ != by)) return false;
  shared_.push_back(by);
  return true;
}

bool advisory_lock::exclusive(transaction_number by) {
  if (!has(waiting_, by) && exclusive_ != by) waiting_.push_back(by);
  if (blocks(by) != nobody) return false;
  std::erase(waiting_, by);
  exclusive_ = by;
  return true;
}

transaction_number advisory_lock::blocks(transaction_number by) const {
  if (exclusive_ != nobody && exclusive_ != by) return exclusive_;
  for (const auto each : shared_)
    if (each != by) return each;
  return !waiting_.empty() && waiting_.front() != by ? waiting_.front() : nobody;
}

void advisory_lock::release(transaction_number by) {
  std::erase(shared_, by);
  std::erase(waiting_, by);
  if (exclusive_ == by) exclusive_ = nobody;
}

}  // namespace holon::testing
