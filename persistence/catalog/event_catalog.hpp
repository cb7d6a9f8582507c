// All event types that a program knows, by name: for checking payloads that do not come from C++ types, and for telling
// people what there is. `main` builds it and hands it down; from then on any thread may use it, as it is const.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/result.hpp"
#include "persistence/catalog/payload_schema.hpp"
#include "persistence/catalog/upcaster_chains.hpp"
#include "persistence/codec/json.hpp"
#include "persistence/codec/json_schema.hpp"

namespace holon {

/// One event type in its current version.
struct event_type {
  std::string name;
  int version = 1;
  std::vector<std::string> stream_types;  ///< holon types that record it; empty if only its schema is known
  bool in_code = false;                   ///< a C++ struct, not only a schema
  std::string schema;                     ///< JSON Schema, in canonical form
};

class event_catalog {
 public:
  event_catalog();
  event_catalog(event_catalog&&) noexcept;
  event_catalog& operator=(event_catalog&&) noexcept;
  ~event_catalog();

  /// Adds the events of a holon type; the same event may belong to several holon types.
  /// errc::invalid_argument: the upcasters contradict themselves (upcaster_chains::make), or there is an event of the
  /// same stored name with other fields or another version; the text names both holon types. Nothing was added.
  template <class Variant>
  [[nodiscard]] result<void> add_events(std::string_view stream_type, std::span<const upcaster> upcasters = {}) {
    return add_all(stream_type, upcasters, static_cast<const Variant*>(nullptr));
  }

  /// Adds an event type that only its JSON Schema describes. Of several versions the highest counts.
  /// errc::malformed, invalid_argument: a bad name or version, a schema that is not taken (schema_rules.hpp), another
  /// schema under the same version, or a name that a C++ type has; nothing was added.
  [[nodiscard]] result<void> add_schema(std::string_view name, int version, std::string_view schema_json);

  /// Null if there is no such type. Lives as long as the catalog.
  [[nodiscard]] const event_type* find(std::string_view name) const;

  /// An event may be stored under `name` by each of two of these holon types (empty: all), and mean different events:
  /// the one type renamed what the other still calls so. Nothing: there are no two.
  struct two_meanings {
    std::string_view stream_type;
    std::string_view other_stream_type;
  };
  [[nodiscard]] std::optional<two_meanings> find_two_meanings(std::string_view name,
                                                              std::span<const std::string> stream_types) const;

  /// Sorted by name.
  [[nodiscard]] std::vector<const event_type*> types() const;

  /// Checks a payload of the current version and gives its canonical form.
  /// errc::unknown_type: no such type; the text lists names that are close. errc::malformed: not a JSON object.
  /// errc::schema_violation: against the C++ struct or the schema; the text names the JSON pointer and the rule.
  [[nodiscard]] result<std::string> check(std::string_view name, std::string_view payload_json) const;

 private:
  struct typed_event {
    std::string_view name;
    int version;
    std::uint64_t fingerprint;
    std::string schema;
    result<void> (*decode)(std::string_view payload);
  };
  struct entry;

  template <class Event>
  static result<void> decodes(std::string_view payload) {
    if (auto event = from_json<Event>(payload); !event) return failure(std::move(event).error());
    return {};
  }

  template <described_record... Event>
  result<void> add_all(std::string_view stream_type, std::span<const upcaster> upcasters,
                       const std::variant<Event...>*) {
    const std::vector<typed_event> events = {typed_event{.name = stored_name<Event>,
                                                         .version = schema_version<Event>,
                                                         .fingerprint = schema_fingerprint<Event>(),
                                                         .schema = json_schema<Event>().dump(),
                                                         .decode = &decodes<Event>}...};
    return add_typed(stream_type, upcasters, events);
  }

  [[nodiscard]] result<void> check_same(std::string_view stream_type, const typed_event& event) const;
  result<void> add_typed(std::string_view stream_type, std::span<const upcaster> upcasters,
                         const std::vector<typed_event>& events);
  void note_meaning(std::string_view name, std::string_view stream_type, std::string_view current);
  [[nodiscard]] tl::unexpected<error> unknown(std::string_view name) const;

  // What a holon type calls today what it stores, or once stored, under a name.
  struct meaning {
    std::string stream_type;
    std::string current;
  };

  std::map<std::string, std::unique_ptr<entry>, std::less<>> entries_;
  std::map<std::string, std::vector<meaning>, std::less<>> meanings_;  // of C++ types
};

}  // namespace holon
