// The holon types of an application together: one stored name is one kind of event.
#define BOOST_TEST_MODULE holon_catalog_test
#include "actors/holon_catalog.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "actors/runtime/node.hpp"
#include "persistence/memory/memory_journal.hpp"
#include "projections/projection_set.hpp"
#include "tests/contract/contract_vocabulary.hpp"

namespace {

using holon::about;
using holon::errc;
using holon::field;
using holon::holon_catalog;
using holon::record;
using holon::testing::code_of;

struct open {};
constexpr auto describe(about<open>) { return record("Open", 1); }

// Both are stored as "opened".
struct account_opened {
  std::string owner;
};
constexpr auto describe(about<account_opened>) { return record("opened", 1, field("owner", &account_opened::owner)); }
struct shop_opened {
  std::string street;
};
constexpr auto describe(about<shop_opened>) { return record("opened", 1, field("street", &shop_opened::street)); }
// The way out: another name from now on.
struct shop_opened_renamed {
  std::string street;
};
constexpr auto describe(about<shop_opened_renamed>) {
  return record("shop.opened", 2, field("street", &shop_opened_renamed::street));
}
holon::result<nlohmann::json> keep(nlohmann::json payload) { return payload; }
constexpr holon::upcaster renamed[] = {{.type = "opened", .from_version = 1, .change = keep, .becomes = "shop.opened"}};

struct nothing {};
constexpr auto describe(about<nothing>) { return record("Nothing", 1); }

struct account {
  static constexpr std::string_view name = "account";
  using state = nothing;
  using command = std::variant<open>;
  using event = std::variant<account_opened>;
};
struct shop {
  static constexpr std::string_view name = "shop";
  using state = nothing;
  using command = std::variant<open>;
  using event = std::variant<shop_opened>;
};
struct savings : account {
  static constexpr std::string_view name = "savings";
};
struct renaming_shop {
  static constexpr std::string_view name = "shop";
  using state = nothing;
  using command = std::variant<open>;
  using event = std::variant<shop_opened_renamed>;
  static std::span<const holon::upcaster> upcasters() { return renamed; }
};

void apply(nothing&, const account_opened&) {}
void apply(nothing&, const shop_opened&) {}
void apply(nothing&, const shop_opened_renamed&) {}
holon::refusal decide(const nothing&, const open&) { return holon::refuse("never"); }

// Reads accounts, and says so or not.
struct owners {
  static constexpr std::string_view name = "owners";
  static constexpr int version = 1;
  using event = std::variant<account_opened>;
  using rows = holon::rows<account_opened>;
  holon::result<void> apply(rows&, const holon::event_view&, const account_opened&) const { return {}; }
};
struct owners_of_accounts : owners {
  static constexpr std::string_view stream_type = "account";
};

bool says(const holon::result<void>& outcome, std::string_view part) {
  return !outcome && outcome.error().text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_events_of_one_stored_name_are_refused_with_both_holon_types) {
  const auto checked = holon_catalog{}.with<account>().with<shop>().check();
  BOOST_TEST((code_of(checked) == errc::invalid_argument));
  BOOST_TEST(says(checked, "event type 'opened': holon type shop and holon type account call two different events so"));
}

BOOST_AUTO_TEST_CASE(two_holon_types_may_record_the_same_event) {
  BOOST_TEST(holon_catalog{}.with<account>().with<savings>().check().has_value());
}

BOOST_AUTO_TEST_CASE(an_event_that_has_another_name_now_no_longer_clashes) {
  BOOST_TEST(holon_catalog{}.with<account>().with<renaming_shop>().check().has_value());
}

// What the shop stored before it renamed its event still is there under the old name.
BOOST_AUTO_TEST_CASE(a_projection_of_a_name_with_two_meanings_has_to_say_whose_events_it_takes) {
  holon::event_catalog known;
  BOOST_REQUIRE(holon_catalog{}.with<account>().with<renaming_shop>().list_events(known));
  const auto checked = holon::projection_set{}.with<owners>().check(known);
  BOOST_TEST((code_of(checked) == errc::invalid_argument));
  BOOST_TEST(says(checked, "projection owners takes events of type 'opened'"));
  BOOST_TEST(says(checked, "in the holon types account and shop"));
  BOOST_TEST(holon::projection_set{}.with<owners_of_accounts>().check(known).has_value());
}

BOOST_AUTO_TEST_CASE(a_node_refuses_both_before_it_starts_anything) {
  const auto clash = holon::node::start(holon::make_memory_journal(), holon_catalog{}.with<account>().with<shop>());
  BOOST_TEST((code_of(clash) == errc::invalid_argument));
  holon::node_views views{.store = nullptr, .projections = holon::projection_set{}.with<owners>(), .settings = {}};
  const auto misread = holon::node::start(holon::make_memory_journal(),
                                          holon_catalog{}.with<account>().with<renaming_shop>(), {}, std::move(views));
  BOOST_REQUIRE(!misread);
  BOOST_TEST(misread.error().text.find("takes events of type 'opened'") != std::string::npos, misread.error().text);
}
