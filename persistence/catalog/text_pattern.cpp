#include "persistence/catalog/text_pattern.hpp"

#include <cctype>
#include <charconv>
#include <cstdint>
#include <string>

#include <fmt/core.h>
#include <re2/re2.h>

namespace holon {
namespace {

// The blanks of ECMA 262, as members of a class: RE2 knows those of ASCII only.
constexpr std::string_view blanks = "\\t\\n\\v\\f\\r\\x{2028}\\x{2029}\\x{feff}\\p{Zs}";

// Takes \u00e9, \u{1F600} or a pair of surrogates off the front; nothing if it is none of these.
bool take_unicode(std::string_view& rest, std::uint32_t& character) {
  const auto digits = [&](std::string_view from, std::size_t at, std::size_t count, std::uint32_t& value) {
    const auto text = from.substr(std::min(at, from.size()), count);
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return problem == std::errc() && text.size() == count && end == text.data() + text.size();
  };
  if (rest.starts_with("\\u{")) {
    const auto close = rest.find('}');
    if (close == std::string_view::npos || !digits(rest, 3, close - 3, character)) return false;
    rest.remove_prefix(close + 1);
    return true;
  }
  if (!rest.starts_with("\\u") || !digits(rest, 2, 4, character)) return false;
  rest.remove_prefix(6);
  std::uint32_t low = 0;
  const bool high = character >= 0xD800 && character < 0xDC00;
  if (!high || !rest.starts_with("\\u") || !digits(rest, 2, 4, low) || low < 0xDC00 || low > 0xDFFF) return true;
  rest.remove_prefix(6);
  character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
  return true;
}

// What RE2 writes in another way. What it has not at all is left for it to refuse.
class translation {
 public:
  explicit translation(std::string_view ecma) : rest_(ecma) {}

  std::string run() {
    while (!rest_.empty()) {
      if (rest_.front() == '\\')
        escape();
      else if (!within_class_ && rest_.starts_with("(?<") && rest_.size() > 3 && rest_[3] != '=' && rest_[3] != '!')
        replace(3, "(?P<");
      else
        plain();
    }
    return std::move(out_);
  }

 private:
  void replace(std::size_t count, std::string_view by) {
    rest_.remove_prefix(count);
    out_ += by;
  }

  void plain() {
    const char c = rest_.front();
    if (c == '[') within_class_ = true;
    if (c == ']') within_class_ = false;
    replace(1, std::string_view(&c, 1));
  }

  void escape() {
    std::uint32_t character = 0;
    if (take_unicode(rest_, character)) {
      out_ += fmt::format("\\x{{{:x}}}", character);
    } else if (rest_.starts_with("\\s")) {
      replace(2, within_class_ ? std::string(blanks) : "[" + std::string(blanks) + "]");
    } else if (rest_.starts_with("\\S") && !within_class_) {
      replace(2, "[^" + std::string(blanks) + "]");
    } else {
      out_ += rest_.substr(0, 2);
      rest_.remove_prefix(std::min<std::size_t>(2, rest_.size()));
    }
  }

  std::string_view rest_;
  std::string out_;
  bool within_class_ = false;
};

}  // namespace

text_pattern::text_pattern(std::unique_ptr<const re2::RE2> made) : made_(std::move(made)) {}
text_pattern::text_pattern(text_pattern&&) noexcept = default;
text_pattern& text_pattern::operator=(text_pattern&&) noexcept = default;
text_pattern::~text_pattern() = default;

result<text_pattern> text_pattern::compile(std::string_view ecma) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto made = std::make_unique<const re2::RE2>(translation(ecma).run(), options);
  if (made->ok()) return text_pattern(std::move(made));
  return failure(errc::invalid_argument, made->error() +
                                             " (patterns are matched in linear time, so without lookaround, "
                                             "backreferences and more than 1000 repetitions)");
}

std::size_t text_pattern::cost_of(std::string_view text) const {
  constexpr std::size_t states_a_unit = 64;
  return 1 + text.size() * static_cast<std::size_t>(made_->ProgramSize()) / states_a_unit;
}

bool text_pattern::is_in(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *made_);
}

}  // namespace holon
