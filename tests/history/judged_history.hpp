// A history by hand and what the checker has to say of it.
#pragma once

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/history/answer_checker.hpp"
#include "tests/history/told_history.hpp"

namespace holon::testing {

struct judged_history {
  told_history all;

  void expect_true() const {
    const auto found = contradiction(all);
    BOOST_TEST(!found, (found ? to_string(*found) : ""));
  }
  void expect(const std::string& sentence) const {
    const auto found = contradiction(all);
    BOOST_TEST((found ? found->sentence : "nothing was found") == sentence);
  }
};

}  // namespace holon::testing
