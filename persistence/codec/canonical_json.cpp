#include "persistence/codec/canonical_json.hpp"

#include <algorithm>
#include <vector>

#include "persistence/codec/json_pointer.hpp"

namespace holon {
namespace {

constexpr std::size_t members_kept_max = 4096;
// Longer than one step may be (json_pointer.hpp), so that at least one is shown.
constexpr std::size_t pointer_shown_bytes_max = 160;

bool may_be_in_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// One member of an object, as positions in the output: "key":value
struct member {
  std::size_t begin;
  std::size_t key_size;  // with its quotes
  std::size_t end;
};

// Reads JSON and writes its canonical form in one pass; an object whose keys come in another order is put in order
// when it closes. Written by hand because of what parsers forgive: doubles for long numbers, a key twice, and half a
// surrogate pair (simdjson 3.0.1). The hash chain stands on every byte of this.
class canonical_writer {
 public:
  canonical_writer(std::string_view text, std::string& out, std::vector<member>& members)
      : text_(text), out_(out), members_(members) {
    members_.clear();
  }

  [[nodiscard]] bool run() {
    static_assert(json_text_bytes_max == 64 * 1024 * 1024 && json_depth_max == 128, "the texts name the bounds");
    if (text_.size() > json_text_bytes_max) return fail("the text is longer than 64 MiB");
    if (const auto bad = find_bad_utf8(text_); bad != std::string_view::npos) {
      at_ = bad;
      return fail("this is not UTF-8");
    }
    skip_blanks();
    if (!value(0)) return false;
    skip_blanks();
    return at_ == text_.size() || fail("there is something after the end of the JSON text");
  }

  [[nodiscard]] error problem() const {
    const auto where = pointer_.empty() ? std::string() : ", at " + shown_pointer();
    return {.code = errc::malformed, .text = "byte " + std::to_string(failed_at_) + where + ": " + why_};
  }

 private:
  // Its first steps say enough; a hundred more say nothing.
  [[nodiscard]] std::string shown_pointer() const {
    if (pointer_.size() <= pointer_shown_bytes_max) return pointer_;
    return pointer_.substr(0, pointer_.rfind('/', pointer_shown_bytes_max)) + "/…";
  }

  bool fail(std::string why) { return fail_at(at_, std::move(why)); }
  bool fail_at(std::size_t at, std::string why) {
    failed_at_ = at;
    why_ = std::move(why);
    return false;
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
      ++at_;
    }
  }

  bool value(std::size_t depth) {
    switch (peek()) {
      case '{': return depth < json_depth_max ? object(depth + 1) : too_deep();
      case '[': return depth < json_depth_max ? array(depth + 1) : too_deep();
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool too_deep() { return fail("arrays and objects are nested more than 128 deep"); }

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return fail("expected " + std::string(expected));
    at_ += expected.size();
    out_ += expected;
    return true;
  }

  bool number() {
    std::size_t end = at_;
    while (end < text_.size() && may_be_in_number(text_[end])) ++end;
    if (end == at_) return fail(at_ == text_.size() ? "the text ends where a value should be" : "expected a value");
    const auto literal = text_.substr(at_, end - at_);
    const auto problem = append_canonical_decimal(out_, literal);
    if (problem != decimal_problem::none)
      return fail("the number " + std::string(literal.substr(0, 40)) + " " + std::string(to_string(problem)));
    at_ = end;
    return true;
  }

  // Runs without escapes are copied as they are; an escape is decoded and written again in the canonical way.
  bool string() {
    out_ += '"';
    ++at_;
    for (;;) {
      const auto plain = plain_length(text_.substr(at_));
      out_.append(text_.substr(at_, plain));
      at_ += plain;
      if (at_ == text_.size()) return fail("the text ends within a string");
      if (text_[at_] == '"') break;
      if (text_[at_] != '\\') return fail("a control character must be written as an escape");
      if (!escape()) return false;
    }
    out_ += '"';
    ++at_;
    return true;
  }

  bool escape() {
    auto rest = text_.substr(at_);
    decoded_.clear();
    if (const auto problem = take_escape(rest, decoded_)) return fail(problem);
    at_ = text_.size() - rest.size();
    append_escaped(out_, decoded_);
    return true;
  }

  bool array(std::size_t depth) {
    out_ += '[';
    ++at_;
    skip_blanks();
    if (peek() == ']') return close(']');
    for (std::size_t index = 0;; ++index) {
      if (!value(depth)) {
        prepend_pointer(pointer_, index);
        return false;
      }
      skip_blanks();
      if (peek() == ']') return close(']');
      if (peek() != ',') return fail("expected , or ] in an array");
      ++at_;
      out_ += ',';
      skip_blanks();
    }
  }

  bool close(char bracket) {
    out_ += bracket;
    ++at_;
    return true;
  }

  bool object(std::size_t depth) {
    const std::size_t first = members_.size();
    bool sorted = true;
    out_ += '{';
    ++at_;
    skip_blanks();
    if (peek() == '}') return close('}');
    for (;;) {
      const std::size_t key_at = at_;
      if (!one_member(depth)) return false;
      if (members_.size() - first > 1) {
        const int order = compare_keys(members_[members_.size() - 2], members_.back());
        if (order == 0) return twice(key_at, members_.back());
        sorted = sorted && order < 0;
      }
      skip_blanks();
      if (peek() == '}') break;
      if (peek() != ',') return fail("expected , or } in an object");
      ++at_;
      out_ += ',';
      skip_blanks();
    }
    if (!sorted && !put_in_order(first)) return false;
    members_.resize(first);
    return close('}');
  }

  bool one_member(std::size_t depth) {
    const std::size_t begin = out_.size();
    if (peek() != '"') return fail("expected a key in quotes");
    if (!string()) return false;
    const std::size_t key_size = out_.size() - begin;
    skip_blanks();
    if (peek() != ':') return fail("expected : behind a key");
    ++at_;
    out_ += ':';
    skip_blanks();
    if (!value(depth)) {
      prepend_pointer(pointer_, decoded(begin, key_size));
      return false;
    }
    members_.push_back({begin, key_size, out_.size()});
    return true;
  }

  bool twice(std::size_t at, const member& which) {
    const auto key = decoded(which.begin, which.key_size);
    return fail_at(at, "the key '" + key.substr(0, 64) + "' is there twice in the same object");
  }

  [[nodiscard]] std::string_view between_quotes(std::size_t begin, std::size_t size) const {
    return std::string_view(out_).substr(begin + 1, size - 2);
  }

  [[nodiscard]] std::string decoded(std::size_t begin, std::size_t size) const {
    std::string key;
    const auto problem = append_unescaped(key, between_quotes(begin, size));
    HOLON_ASSERT(problem == nullptr, "what was written canonically can be read");
    return key;
  }

  // By the bytes of the keys themselves: an escape in a key must not change its place.
  [[nodiscard]] int compare_keys(const member& a, const member& b) const {
    const auto left = between_quotes(a.begin, a.key_size);
    const auto right = between_quotes(b.begin, b.key_size);
    if (left.find('\\') == std::string_view::npos && right.find('\\') == std::string_view::npos)
      return left.compare(right);
    return decoded(a.begin, a.key_size).compare(decoded(b.begin, b.key_size));
  }

  bool put_in_order(std::size_t first) {
    const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
    const std::size_t start = begin->begin;
    std::sort(begin, members_.end(), [&](const member& a, const member& b) { return compare_keys(a, b) < 0; });
    const auto same = std::adjacent_find(begin, members_.end(),
                                         [&](const member& a, const member& b) { return compare_keys(a, b) == 0; });
    if (same != members_.end()) return twice(at_, *same);
    ordered_.clear();
    for (auto each = begin; each != members_.end(); ++each) {
      if (each != begin) ordered_ += ',';
      ordered_.append(out_, each->begin, each->end - each->begin);
    }
    out_.replace(start, out_.size() - start, ordered_);
    return true;
  }

  std::string_view text_;
  std::string& out_;
  std::size_t at_ = 0;
  std::vector<member>& members_;  // of all objects that are open, the innermost last
  std::string ordered_;
  std::string decoded_;

  std::size_t failed_at_ = 0;
  std::string pointer_;
  std::string why_;
};

}  // namespace

result<std::string> canonical_json(std::string_view text) {
  thread_local std::vector<member> members;  // kept for the next text, as long as it is small
  std::string out;
  out.reserve(text.size());
  canonical_writer writer(text, out, members);
  const bool written = writer.run();
  if (members.capacity() > members_kept_max) std::vector<member>().swap(members);
  if (!written) return failure(writer.problem());
  return out;
}

result<std::string> canonical_object(std::string_view text) {
  HOLON_TRY(auto out, canonical_json(text));
  if (!out.starts_with('{')) return failure(errc::malformed, "the JSON text must be an object, { … }");
  return out;
}

}  // namespace holon
