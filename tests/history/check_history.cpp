// Checks a history in files: prints the verdict or the counterexample. Exit code 0: all answers were true; 1: one was
// not; 2: this is no history.
#include <iostream>

#include "tests/history/answer_checker.hpp"
#include "tests/history/history_files.hpp"

namespace {

constexpr int is_true = 0;
constexpr int is_untrue = 1;
constexpr int is_no_history = 2;

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "check_history: give it the folder of a history\n";
    return is_no_history;
  }
  const auto all = holon::testing::read_history(arguments[1]);
  if (!all) {
    std::cerr << "check_history: " << all.error().text << '\n';
    return is_no_history;
  }
  std::cout << to_string(holon::testing::count(*all)) << '\n';
  const auto found = contradiction(*all);
  std::cout << (found ? to_string(*found) : "every answer was true") << '\n';
  return found ? is_untrue : is_true;
}
