// The journal in PostgreSQL, held to the contract of all journals. The version of the server and the type of the
// payload come from the environment of the target.
#define BOOST_TEST_MODULE postgres_journal_test
#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include "persistence/postgres/postgres_journal.hpp"
#include "persistence/postgres/postgres_migration.hpp"
#include "tests/contract/journal_contract.hpp"
#include "tests/persistence/postgres/fresh_database.hpp"

namespace holon::testing {
namespace {

std::string chosen(const char* variable, const char* otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : value;
}

// The schema is made once and copied for each case.
const std::string& journal_to_copy(postgres_server& server) {
  static const std::string name = [&] {
    server.create_database("journal_to_copy");
    const auto payload =
        chosen("PAYLOAD_TYPE", "jsonb") == "json" ? postgres::payload_type::json : postgres::payload_type::jsonb;
    const auto made = postgres::migrate({.url = server.url("journal_to_copy"), .payload = payload});
    BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().text));
    return std::string("journal_to_copy");
  }();
  return name;
}

class postgres_under_test final : public journal_under_test {
 public:
  postgres_under_test() {
    static int made = 0;
    auto& server = shared_server(std::atoi(chosen("POSTGRES_MAJOR", "15").c_str()));
    const auto name = "contract_" + std::to_string(++made);
    server.create_database(name, journal_to_copy(server));
    url_ = server.url(name);
    auto opened = open_postgres_journal({.url = url_, .clock = [this] { return tell_time(); }});
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().text));
    journal_ = std::move(*opened);
  }

  journal& get() override { return *journal_; }
  [[nodiscard]] bool has_one_writer() const override { return false; }
  bool lose_events(global_offset first, global_offset last) override {
    damage("delete from events where global_offset between " + std::to_string(first.value) + " and " +
           std::to_string(last.value));
    return true;
  }
  bool renumber(stream_id stream, stream_version version) override {
    damage("update events set version = " + std::to_string(version.value) + " where stream_id = '" +
           to_string(stream.value) + "'");
    return true;
  }

 private:
  void damage(const std::string& text) const { sql(url_, "set session_replication_role = replica; " + text); }

  std::string url_;
  std::unique_ptr<journal> journal_;
};

}  // namespace

std::unique_ptr<journal_under_test> make_journal_under_test() { return std::make_unique<postgres_under_test>(); }

}  // namespace holon::testing
