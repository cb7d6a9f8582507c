// The members of a JSON object in the making: they come in any order and leave as text with sorted keys.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace holon {

class json_members {
 public:
  /// `json` is the text of any JSON value.
  void add(std::string_view key, std::string_view json);
  void add_string(std::string_view key, std::string_view text);

  /// Appends {"a":…,"b":…}, sorted by the bytes of the keys. errc::malformed: two have the same key.
  [[nodiscard]] result<void> append_object(std::string& out);

  /// Appends [{"b":…},{"a":…}]: the order they came in, and equal keys are welcome.
  void append_array(std::string& out) const;

  /// Forgets the members but keeps the memory.
  void clear();

  [[nodiscard]] bool empty() const { return members_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return text_.size(); }

 private:
  struct member {
    std::size_t key;
    std::size_t value;
    std::size_t end;
  };

  [[nodiscard]] std::string_view key_of(const member& one) const;
  void append_member(std::string& out, const member& one) const;

  // One string holds all keys and values: a log has millions of them, and this is not allocated anew for each.
  std::string text_;
  std::vector<member> members_;
};

}  // namespace holon
