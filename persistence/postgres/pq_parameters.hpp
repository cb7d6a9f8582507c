// What a statement is given: the values of its parameters, in the binary form that goes over the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/digest.hpp"
#include "persistence/time.hpp"
#include "persistence/uuid.hpp"

namespace holon::postgres {

/// The values of $1, $2 … in binary form; each must be of the type that the statement gives it (`$1::bigint`).
class parameters {
 public:
  parameters& add(std::int64_t number);  ///< bigint
  parameters& add(std::int32_t number);  ///< integer
  parameters& add(const uuid& id);
  parameters& add(timestamp when);
  parameters& add(const std::optional<timestamp>& when);
  parameters& add(std::string_view text);  ///< text, varchar, json, bytea
  parameters& add(const digest& value);    ///< bytea
  parameters& add_jsonb(std::string_view json);
  parameters& add_null();
  parameters& add(std::span<const uuid> ids);           ///< uuid[]
  parameters& add(std::span<const std::string> texts);  ///< text[]

  [[nodiscard]] int count() const { return static_cast<int>(lengths_.size()); }

 private:
  friend class connection;
  void end_value(std::size_t start);
  template <class Element, class Put>
  void put_array(std::uint32_t type, std::span<const Element> elements, const Put& put);

  std::string bytes_;
  std::vector<std::size_t> starts_;
  std::vector<int> lengths_;  // -1: null
};

}  // namespace holon::postgres
