// The journal in an SQLite file keeps the contract.
#define BOOST_TEST_MODULE sqlite_journal
#include <boost/test/unit_test.hpp>

#include "persistence/sqlite/sqlite_journal.hpp"
#include "tests/contract/journal_contract.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"

namespace holon::testing {
namespace {

class sqlite_under_test final : public journal_under_test {
 public:
  sqlite_under_test() {
    sqlite_options options;
    options.path = folder_.path() / "journal.db";
    options.clock = [this] { return clock; };
    journal_ = open_sqlite_journal(std::move(options)).value();
  }
  journal& get() override { return *journal_; }

 private:
  journal_folder folder_;
  std::unique_ptr<journal> journal_;
};

}  // namespace

std::unique_ptr<journal_under_test> make_journal_under_test() { return std::make_unique<sqlite_under_test>(); }

}  // namespace holon::testing
