// What transactions of a simulated PostgreSQL wait for: keys of unique indexes, and the advisory lock that writers take
// turns by.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace holon::testing {

/// A transaction, for as long as it is open.
using transaction_number = std::int64_t;
inline constexpr transaction_number nobody = 0;

/// Keys of rows that open transactions have added.
class unique_keys {
 public:
  /// Whoever holds it already, if that is another one; otherwise `by` holds it from now on.
  [[nodiscard]] transaction_number hold(const std::string& key, transaction_number by);
  void release(transaction_number by);

 private:
  std::map<std::string, transaction_number> held_;
};

/// A lock that is shared or exclusive, until its transaction ends. Who comes late does not overtake who waits.
class advisory_lock {
 public:
  [[nodiscard]] bool try_shared(transaction_number by);
  /// False: it waits, and is to ask again.
  [[nodiscard]] bool exclusive(transaction_number by);
  /// One that `by` waits for; nobody: it waits for none.
  [[nodiscard]] transaction_number blocks(transaction_number by) const;
  void release(transaction_number by);

 private:
  std::vector<transaction_number> shared_;
  transaction_number exclusive_ = nobody;
  std::vector<transaction_number> waiting_;  // for the exclusive lock, the first comes first
};

}  // namespace holon::testing
