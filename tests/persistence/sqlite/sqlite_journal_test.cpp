// The journal in an SQLite file keeps the contract.
#define BOOST_TEST_MODULE sqlite_journal
#include <sqlite3.h>
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
    options.clock = [this] { return tell_time(); };
    journal_ = open_sqlite_journal(std::move(options)).value();
  }
  journal& get() override { return *journal_; }
  bool lose_events(global_offset first, global_offset last) override {
    run("drop trigger if exists events_remain; delete from events where global_offset between " +
        std::to_string(first.value) + " and " + std::to_string(last.value));
    return true;
  }
  bool renumber(stream_id stream, stream_version version) override {
    std::string id = to_string(stream.value);
    std::erase(id, '-');
    run("drop trigger if exists events_stay; update events set version = " + std::to_string(version.value) +
        " where stream_id = x'" + id + "'");
    return true;
  }

 private:
  void run(const std::string& text) const {
    sqlite3* opened = nullptr;
    BOOST_REQUIRE(sqlite3_open((folder_.path() / "journal.db").c_str(), &opened) == SQLITE_OK);
    char* why = nullptr;
    BOOST_REQUIRE_MESSAGE(sqlite3_exec(opened, text.c_str(), nullptr, nullptr, &why) == SQLITE_OK, why);
    sqlite3_close(opened);
  }

  journal_folder folder_;
  std::unique_ptr<journal> journal_;
};

}  // namespace

std::unique_ptr<journal_under_test> make_journal_under_test() { return std::make_unique<sqlite_under_test>(); }

}  // namespace holon::testing
