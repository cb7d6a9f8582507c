// Descriptions of tables: written as text and read again, in one way only.
#define BOOST_TEST_MODULE table_description
#include "projections/table_description.hpp"

#include <boost/test/unit_test.hpp>

using namespace holon;

BOOST_AUTO_TEST_CASE(a_description_reads_back_from_its_text) {
  const table_description table{.name = "tasks",
                                .version = 2,
                                .key_columns = 2,
                                .columns = {{"a", column_kind::integer, false},
                                            {"b", column_kind::uuid, false},
                                            {"c", column_kind::real, true},
                                            {"d", column_kind::text, false},
                                            {"e", column_kind::boolean, true},
                                            {"f", column_kind::instant, true},
                                            {"g", column_kind::json, false}}};
  BOOST_TEST(to_text(table) ==
             "tasks v2 key 2: a integer, b uuid, c real null, d text, e boolean null, f instant null, g json");
  BOOST_TEST((parse_table(to_text(table)).value() == table));
}

BOOST_AUTO_TEST_CASE(text_of_another_form_is_refused) {
  for (const auto* text : {"", "tasks", "tasks v1 key 1", "tasks x1 key 1: a text", "tasks v1 kee 1: a text",
                           "tasks v1 key x: a text", "tasks v1 key 1: a number", "tasks v1 key 1: a"})
    BOOST_TEST(!parse_table(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(a_row_must_fit_its_table) {
  const table_description lamps{
      .name = "lamps",
      .columns = {
          {"id", column_kind::uuid, false}, {"watts", column_kind::integer, true}, {"room", column_kind::text, false}}};
  const auto says = [&](const std::vector<row_value>& row) -> std::string {
    const auto outcome = check_row(lamps, row);
    return outcome ? "fits" : outcome.error().text;
  };
  BOOST_TEST(says({uuid{}, std::int64_t{40}, "hall"}) == "fits");
  BOOST_TEST(says({uuid{}, std::monostate{}, "hall"}) == "fits");
  BOOST_TEST(says({uuid{}, "hall"}) == "table lamps: a row has 3 columns and 2 were given");
  BOOST_TEST(says({uuid{}, 40.0, "hall"}) == "table lamps: column watts takes integer and was given a real");
  BOOST_TEST(says({uuid{}, std::int64_t{40}, std::monostate{}}) ==
             "table lamps: column room takes text and was given a null");
  BOOST_TEST(check_key(lamps, std::vector<row_value>{uuid{}}).has_value());
  BOOST_TEST(!check_key(lamps, std::vector<row_value>{std::int64_t{1}}).has_value());
  BOOST_TEST(!check_key(lamps, std::vector<row_value>{uuid{}, std::int64_t{1}}).has_value());
}
