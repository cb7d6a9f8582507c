// From a stored event to the C++ event that it is: the right struct, the right version.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "config/result.hpp"
#include "persistence/catalog/upcaster_chains.hpp"
#include "persistence/codec/json.hpp"
#include "persistence/describe.hpp"
#include "persistence/event.hpp"

namespace holon {

/// For the events of a std::variant. A value; any thread may use a const one.
template <class Variant>
class event_decoder;

template <described_record... Event>
class event_decoder<std::variant<Event...>> {
 public:
  using variant = std::variant<Event...>;

  /// Upcasters that lead to other events than these are ignored, so that a reader of a few may be given those of all.
  /// With a gap or a contradiction among the others it can read nothing: see `check`.
  explicit event_decoder(std::span<const upcaster> upcasters = {})
      : chains_(upcaster_chains::make(known, upcasters, foreign_upcasters::ignored)) {}

  /// The upcasters make sense; the errors are those of upcaster_chains::make.
  [[nodiscard]] result<void> check() const { return chains_ ? result<void>() : failure(chains_.error()); }

  /// Calls `f(const Alternative&)` with the event; gives what `f` gives if that is a result<void>.
  /// The error of `check`. errc::unknown_type: no event of ours, or of a newer version. errc::schema_violation,
  /// malformed: it cannot be read. `f` was not called then. An event of the current version costs no allocation but
  /// those of its own fields.
  template <class F>
  [[nodiscard]] result<void> visit(const event_view& event, F&& f) const {
    using function = std::remove_reference_t<F>;
    static constexpr std::array<shower<function>, sizeof...(Event)> show = {&show_one<Event, function>...};
    if (!chains_) return failure(chains_.error());
    const std::size_t index = find(event.type);
    if (index < known.size() && known[index].version == event.schema_version) return show[index](event.payload, f);
    HOLON_TRY(const auto current, chains_->apply(event.type, event.schema_version, event.payload));
    return show[current.known](current.payload, f);
  }

  /// The same as a value.
  [[nodiscard]] result<variant> decode(const event_view& event) const {
    result<variant> decoded = failure(errc::unknown_type, "");
    HOLON_CHECK(visit(event, [&](const auto& one) { decoded = variant(one); }));
    return decoded;
  }

 private:
  template <class F>
  using shower = result<void> (*)(std::string_view payload, F& f);

  static constexpr std::array<current_type, sizeof...(Event)> known = {
      current_type{.name = stored_name<Event>, .version = schema_version<Event>}...};

  static constexpr bool names_are_unique = [] {
    for (std::size_t i = 0; i < known.size(); ++i)
      for (std::size_t other = 0; other < i; ++other)
        if (known[i].name == known[other].name) return false;
    return true;
  }();
  static_assert(names_are_unique, "two events of one variant have the same stored name");

  static std::size_t find(std::string_view type) {
    std::size_t index = 0;
    while (index < known.size() && known[index].name != type) ++index;
    return index;
  }

  template <class One, class F>
  static result<void> show_one(std::string_view payload, F& f) {
    One event{};
    if (auto read = read_json(payload, event); !read) return read;
    if constexpr (std::is_same_v<std::invoke_result_t<F&, const One&>, result<void>>) {
      return f(std::as_const(event));
    } else {
      f(std::as_const(event));
      return {};
    }
  }

  result<upcaster_chains> chains_;
};

}  // namespace holon
