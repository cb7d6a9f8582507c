#include "persistence/postgres/jsonb_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/json_string.hpp"
#include "persistence/postgres/pq_values.hpp"

namespace holon::postgres {
namespace {

constexpr std::size_t members_kept_max = 4096;
constexpr std::size_t reordered_bytes_kept_max = 1024 * 1024;
// Integers of up to this many digits are their own canonical form.
constexpr std::size_t plain_digits_max = static_cast<std::size_t>(number_plain_exponent_max) + 1;

// One member of an object that is open, as a place in the output: "key":value
struct member {
  std::uint64_t key_start;  // the first bytes of the key as a number that sorts as they do
  std::uint32_t begin;
  std::uint32_t key_size;  // without quotes
  std::uint32_t end;
};

struct buffers {
  std::vector<member> members;  // of all objects that are open, the innermost last
  std::string reordered;
  std::string number;

  void shrink() {
    if (members.capacity() > members_kept_max) std::vector<member>().swap(members);
    if (reordered.capacity() > reordered_bytes_kept_max) std::string().swap(reordered);
  }
};

// Escapes that jsonb writes, and that are canonical. It writes \u too, which is rare enough for the slow way.
bool is_short_escape(char c) {
  return c == '"' || c == '\\' || c == 'n' || c == 't' || c == 'r' || c == 'b' || c == 'f';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What jsonb prints differs from the canonical form in three ways: blanks behind , and :, keys in order of their
// lengths, and numbers with the zeros they were given. Strings are the same, byte for byte. So one pass copies, drops
// the blanks, and puts the members of an object in order when it closes. False: this is not what jsonb prints.
class jsonb_rewriter {
 public:
  jsonb_rewriter(std::string_view text, char* out, buffers& kept)
      : at_(text.data()), end_(text.data() + text.size()), begin_(out), out_(out), kept_(kept) {}

  [[nodiscard]] bool run() { return value(0) && at_ == end_; }
  [[nodiscard]] std::size_t written() const { return static_cast<std::size_t>(out_ - begin_); }

  /// Room that the output of a text needs at most. Only numbers grow: 23 digits or more get a point and "e+4096".
  [[nodiscard]] static std::size_t room_for(std::size_t text_size) { return text_size + text_size / 3 + 8; }

 private:
  [[nodiscard]] char peek() const { return at_ != end_ ? *at_ : '\0'; }

  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  bool copy(char c) {
    if (!take(c)) return false;
    *out_++ = c;
    return true;
  }

  void put(const char* from, std::size_t size) {
    std::memcpy(out_, from, size);
    out_ += size;
  }

  bool word(std::string_view expected) {
    if (static_cast<std::size_t>(end_ - at_) < expected.size() ||
        std::memcmp(at_, expected.data(), expected.size()) != 0)
      return false;
    put(at_, expected.size());
    at_ += expected.size();
    return true;
  }

  bool value(std::size_t depth) {
    switch (peek()) {
      case '"': return string();
      case '{': return depth < json_depth_max && object(depth + 1);
      case '[': return depth < json_depth_max && array(depth + 1);
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool string() {
    const char* const begin = at_++;
    while (true) {
      at_ += plain_length({at_, static_cast<std::size_t>(end_ - at_)});
      if (peek() != '\\') break;
      if (end_ - at_ < 2 || !is_short_escape(at_[1])) return false;
      at_ += 2;
    }
    if (!take('"')) return false;
    put(begin, static_cast<std::size_t>(at_ - begin));
    return true;
  }

  bool number() {
    const char* const begin = at_;
    if (peek() == '-') ++at_;
    const char* const digits = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    const auto digits_count = static_cast<std::size_t>(at_ - digits);
    const bool is_integer = peek() != '.' && peek() != 'e' && peek() != 'E';
    const bool is_short = digits_count > 0 && digits_count <= plain_digits_max;
    const bool is_regular = is_short && (*digits != '0' || (digits_count == 1 && begin == digits));
    if (is_integer && is_regular) {
      put(begin, static_cast<std::size_t>(at_ - begin));
      return true;
    }
    while (at_ != end_ && (is_digit(*at_) || *at_ == '.')) ++at_;
    kept_.number.clear();
    if (append_canonical_decimal(kept_.number, {begin, static_cast<std::size_t>(at_ - begin)}) != decimal_problem::none)
      return false;
    put(kept_.number.data(), kept_.number.size());
    return true;
  }

  bool array(std::size_t depth) {
    copy('[');
    if (copy(']')) return true;
    while (value(depth)) {
      if (copy(']')) return true;
      if (!copy(',') || !take(' ')) return false;
    }
    return false;
  }

  bool object(std::size_t depth) {
    const std::size_t first = kept_.members.size();
    copy('{');
    if (copy('}')) return true;
    while (one_member(depth)) {
      if (peek() == '}') return put_in_order(first) && copy('}');
      if (!copy(',') || !take(' ')) return false;
    }
    return false;
  }

  bool one_member(std::size_t depth) {
    const char* const begin = out_;
    if (peek() != '"' || !string()) return false;
    const char* const key = begin + 1;
    const auto key_size = static_cast<std::size_t>(out_ - begin) - 2;
    // An escape sorts by what it stands for, not by its backslash: rare enough for the slow way.
    if (std::memchr(key, '\\', key_size) != nullptr) return false;
    const auto key_start = sortable(key, key_size);
    if (!copy(':') || !take(' ') || !value(depth)) return false;
    kept_.members.push_back({.key_start = key_start,
                             .begin = static_cast<std::uint32_t>(begin - begin_),
                             .key_size = static_cast<std::uint32_t>(key_size),
                             .end = static_cast<std::uint32_t>(out_ - begin_)});
    return true;
  }

  static std::uint64_t sortable(const char* key, std::size_t size) {
    char bytes[8] = {};
    std::memcpy(bytes, key, std::min(size, sizeof bytes));
    return get_number<std::uint64_t>(bytes);
  }

  [[nodiscard]] int compare_keys(const member& a, const member& b) const {
    if (a.key_start != b.key_start) return a.key_start < b.key_start ? -1 : 1;
    const std::string_view left(begin_ + a.begin + 1, a.key_size);
    const std::string_view right(begin_ + b.begin + 1, b.key_size);
    return left.compare(right);
  }

  // The members since `first`, which are written one after the other, by their keys. Not sure of a key that is there
  // twice.
  bool put_in_order(std::size_t first) {
    const auto begin = kept_.members.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = kept_.members.end();
    const auto before = [&](const member& a, const member& b) { return compare_keys(a, b) < 0; };
    const auto start = begin->begin;
    if (!std::is_sorted(begin, end, before)) {
      std::sort(begin, end, before);
      write_again(begin, end, start);
    }
    const bool is_unique = std::adjacent_find(begin, end, [&](const member& a, const member& b) {
                             return a.key_size == b.key_size && a.key_start == b.key_start && compare_keys(a, b) == 0;
                           }) == end;
    kept_.members.resize(first);
    return is_unique;
  }

  using members_iterator = std::vector<member>::iterator;
  void write_again(members_iterator begin, members_iterator end, std::uint32_t start) {
    const auto size = static_cast<std::size_t>(out_ - begin_) - start;
    if (kept_.reordered.size() < size) kept_.reordered.resize(std::max(size, 2 * kept_.reordered.size()));
    std::memcpy(kept_.reordered.data(), begin_ + start, size);
    out_ = begin_ + start;
    for (auto each = begin; each != end; ++each) {
      if (each != begin) *out_++ = ',';
      put(kept_.reordered.data() + (each->begin - start), each->end - each->begin);
    }
  }

  const char* at_;
  const char* const end_;
  char* const begin_;
  char* out_;
  buffers& kept_;
};

}  // namespace

result<void> append_canonical(std::string& out, std::string_view jsonb_text) {
  thread_local buffers kept;  // for the next text, as long as they are small
  const auto before = out.size();
  if (jsonb_text.size() <= json_text_bytes_max) {
    out.resize(before + jsonb_rewriter::room_for(jsonb_text.size()));
    kept.members.clear();
    jsonb_rewriter rewriter(jsonb_text, out.data() + before, kept);
    const bool is_written = rewriter.run();
    out.resize(before + (is_written ? rewriter.written() : 0));
    kept.shrink();
    if (is_written) return {};
  }
  HOLON_TRY(const auto canonical, canonical_json(jsonb_text));
  out += canonical;
  return {};
}

}  // namespace holon::postgres
