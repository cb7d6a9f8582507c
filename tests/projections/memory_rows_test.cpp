// Read models in memory: the contract of all stores, and what is its own.
#define BOOST_TEST_MODULE memory_rows
#include "projections/memory/memory_rows.hpp"

#include "tests/contract/row_store_contract.hpp"

std::unique_ptr<holon::row_store> contract_store() { return holon::make_memory_rows(); }

BOOST_AUTO_TEST_CASE(a_second_writer_is_told_to_wait) {
  const auto store = holon::make_memory_rows();
  const auto one = row_store_contract::must(store->session());
  const auto two = row_store_contract::must(store->session());
  row_store_contract::must(one->begin());
  row_store_contract::must_fail(two->begin(), holon::errc::locked);
  one->rollback();
  row_store_contract::must(two->begin());
}
