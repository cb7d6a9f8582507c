// The journal in memory keeps the contract.
#define BOOST_TEST_MODULE memory_journal
#include <boost/test/unit_test.hpp>

#include "persistence/memory/memory_journal.hpp"
#include "tests/contract/journal_contract.hpp"

namespace holon::testing {
namespace {

class memory_under_test final : public journal_under_test {
 public:
  journal& get() override { return *journal_; }

 private:
  std::unique_ptr<journal> journal_ = make_memory_journal({.clock = [this] { return tell_time(); }});
};

}  // namespace

std::unique_ptr<journal_under_test> make_journal_under_test() { return std::make_unique<memory_under_test>(); }

}  // namespace holon::testing
