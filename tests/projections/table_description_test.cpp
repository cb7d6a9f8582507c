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
