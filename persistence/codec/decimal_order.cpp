#include "persistence/codec/decimal_order.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include <boost/multiprecision/cpp_int.hpp>

#include "config/result.hpp"

namespace holon {
namespace {

using boost::multiprecision::cpp_int;

// ± 0.d1d2d3… times ten to the power of `exponent` + 1: the digits without zeros at either end, none for zero itself.
struct decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;  // of the first digit

  [[nodiscard]] int sign() const { return digits.empty() ? 0 : negative ? -1 : 1; }
  // The power of ten that the last digit stands at.
  [[nodiscard]] std::int64_t last_power() const { return exponent - static_cast<std::int64_t>(digits.size()) + 1; }
};

decimal parse(std::string_view canonical) {
  decimal parsed;
  parsed.negative = canonical.starts_with('-');
  if (parsed.negative) canonical.remove_prefix(1);
  std::int64_t power = 0;
  if (const auto mark = canonical.find('e'); mark != std::string_view::npos) {
    auto written = canonical.substr(mark + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    std::from_chars(written.data(), written.data() + written.size(), power);
    canonical = canonical.substr(0, mark);
  }
  const auto point = std::min(canonical.find('.'), canonical.size());
  std::string digits(canonical.substr(0, point));
  if (point < canonical.size()) digits += canonical.substr(point + 1);
  const auto first = digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  parsed.exponent = power + static_cast<std::int64_t>(point) - 1 - static_cast<std::int64_t>(first);
  parsed.digits = digits.substr(first, digits.find_last_not_of('0') - first + 1);
  return parsed;
}

int magnitude_order(const decimal& left, const decimal& right) {
  if (left.exponent != right.exponent) return left.exponent < right.exponent ? -1 : 1;
  return left.digits.compare(right.digits);
}

}  // namespace

int compare_decimals(std::string_view left, std::string_view right) {
  const auto a = parse(left);
  const auto b = parse(right);
  if (a.sign() != b.sign()) return a.sign() < b.sign() ? -1 : 1;
  if (a.sign() == 0) return 0;
  const int order = magnitude_order(a, b);
  return a.negative ? -order : order;
}

bool is_multiple_of(std::string_view number, std::string_view step) {
  const auto a = parse(number);
  const auto b = parse(step);
  HOLON_ASSERT(b.sign() > 0, "a step is above zero: schema_rules sees to it");
  if (a.sign() == 0) return true;
  const auto apart = a.last_power() - b.last_power();
  // The last digit of a is no zero, so no multiple of what ends further to the left.
  if (apart < 0) return false;
  const cpp_int divisor(b.digits);
  const cpp_int shift = powm(cpp_int(10), cpp_int(apart), divisor);
  const cpp_int product = cpp_int(a.digits) % divisor * shift;
  return product % divisor == 0;
}

bool is_whole(std::string_view number) {
  const auto parsed = parse(number);
  return parsed.sign() == 0 || parsed.last_power() >= 0;
}

}  // namespace holon
