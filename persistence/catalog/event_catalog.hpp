// All event types that a program knows, by name: for checking payloads that do not come from C++ types, and for telling
// people what there is. `main` builds it and hands it down; from then on any thread may use it, as it is const.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
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

  /// Adds the events of a holon type; the same event may belong to several holon types. Stops the program at a bug of
  /// the code: a gap in the upcasters (upcaster_chains::make), or two different structs with the same stored name.
  template <class Variant>
  void add_events(std::string_view stream_type, std::span<const upcaster> upcasters = {}) {
    add_all(stream_type, upcasters, static_cast<const Variant*>(nullptr));
  }

  /// Adds an event type that only its JSON Schema describes. Of several versions the highest counts.
  /// errc::malformed, invalid_argument: a bad name or version, a schema that is not taken (schema_rules.hpp), another
  /// schema under the same version, or a name that a C++ type has; nothing was added.
  [[nodiscard]] result<void> add_schema(std::string_view name, int version, std::string_view schema_json);

  /// Null if there is no such type. Lives as long as the catalog.
  [[nodiscard]] const event_type* find(std::string_view name) const;

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
  void add_all(std::string_view stream_type, std::span<const upcaster> upcasters, const std::variant<Event...>*) {
    const std::vector<typed_event> events = {typed_event{.name = stored_name<Event>,
                                                         .version = schema_version<Event>,
                                                         .fingerprint = schema_fingerprint<Event>(),
                                                         .schema = json_schema<Event>().dump(),
                                                         .decode = &decodes<Event>}...};
    add_typed(stream_type, upcasters, events);
  }

  void add_typed(std::string_view stream_type, std::span<const upcaster> upcasters,
                 const std::vector<typed_event>& events);
  [[nodiscard]] tl::unexpected<error> unknown(std::string_view name) const;

  std::map<std::string, std::unique_ptr<entry>, std::less<>> entries_;
};

}  // namespace holon
