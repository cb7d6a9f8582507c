// All the ways from stored versions to current ones, laid out once when a decoder or a catalog is built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "persistence/catalog/upcaster.hpp"

namespace holon {

/// An event type as the code has it.
struct current_type {
  std::string_view name;
  int version;
};

/// What to do with upcasters that lead to no type that is known here.
enum class foreign_upcasters : std::uint8_t {
  refused,  ///< for a catalog of everything: most likely a misspelt name
  ignored,  ///< for a reader of some types out of many
};

class upcaster_chains {
 public:
  /// errc::invalid_argument: two upcasters from the same version, a version that no chain brings to the current one
  /// (a gap), an upcaster from the current version or a later one, or a foreign one that is refused.
  [[nodiscard]] static result<upcaster_chains> make(std::span<const current_type> known,
                                                    std::span<const upcaster> upcasters, foreign_upcasters foreign);

  struct upcast {
    std::size_t known;  ///< place of its type in what `make` was given
    std::string payload;
  };

  /// Place, in what `make` was given, of the type that an older version leads to. It must lead to one.
  [[nodiscard]] std::size_t target(std::string_view type, int version) const;

  /// Brings a payload of an older version up to date.
  /// errc::unknown_type: no such type is known, or the version is newer than ours; the text says what to do.
  /// errc::schema_violation, malformed: an upcaster could not read it; the text names the upcaster.
  [[nodiscard]] result<upcast> apply(std::string_view type, int version, std::string_view payload) const;

 private:
  struct chain {
    std::string_view type;
    int version;
    std::size_t known;
    std::vector<upcaster> steps;
  };

  [[nodiscard]] const chain* find(std::string_view type, int version) const;
  [[nodiscard]] tl::unexpected<error> unknown(std::string_view type, int version) const;

  std::vector<current_type> known_;
  std::vector<chain> chains_;
};

}  // namespace holon
