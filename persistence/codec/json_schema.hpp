// The JSON Schema (draft-07) of a message, for people and programs that are not written in C++.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "persistence/codec/field_kinds.hpp"
#include "persistence/codec/fingerprint.hpp"

namespace holon {
namespace detail {

template <class T, class... Outer>
nlohmann::json schema_of();

template <class T>
nlohmann::json integer_schema() {
  nlohmann::json schema = {{"type", "integer"}};
  if (std::is_unsigned_v<T>) schema["minimum"] = 0;
  // 64-bit bounds are beyond what most readers of a schema can compare exactly; reading the message checks them.
  if (sizeof(T) < sizeof(std::int64_t)) {
    schema["minimum"] = std::numeric_limits<T>::min();
    schema["maximum"] = std::numeric_limits<T>::max();
  }
  return schema;
}

// The same, or null.
inline nlohmann::json nullable(nlohmann::json schema) {
  schema["type"] = nlohmann::json::array({schema["type"], "null"});
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
  return schema;
}

template <described_record T, class... Outer>
nlohmann::json record_schema() {
  nlohmann::json schema = {{"title", stored_name<T>},
                           {"type", "object"},
                           {"properties", nlohmann::json::object()},
                           {"required", nlohmann::json::array()}};
  std::apply(
      [&](const auto&... each) {
        [[maybe_unused]] const auto add = [&](const auto& field) {  // unused by a record without fields
          using member = typename std::remove_cvref_t<decltype(field)>::member_type;
          auto property = schema_of<member, T, Outer...>();
          if (!field.doc.empty()) property["description"] = field.doc;
          schema["properties"][std::string(field.name)] = std::move(property);
          if (!is_optional<member>) schema["required"].push_back(field.name);
        };
        (add(each), ...);
      },
      description_of<T>.fields);
  return schema;
}

// `Outer` are the records that this one is inside of: a record within itself is only said to be an object.
template <class T, class... Outer>
nlohmann::json schema_of() {
  using nlohmann::json;
  if constexpr (std::same_as<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (integer_field<T>) {
    return integer_schema<T>();
  } else if constexpr (number_field<T>) {
    return {{"type", "number"}};
  } else if constexpr (std::same_as<T, std::string>) {
    return {{"type", "string"}};
  } else if constexpr (std::same_as<T, timestamp>) {
    return {{"type", "string"}, {"format", "date-time"}};
  } else if constexpr (std::same_as<T, uuid>) {
    return {{"type", "string"}, {"format", "uuid"}};
  } else if constexpr (is_named<T>) {
    return schema_of<typename T::rep, Outer...>();
  } else if constexpr (is_optional<T>) {
    return nullable(schema_of<typename T::value_type, Outer...>());
  } else if constexpr (is_vector<T>) {
    return {{"type", "array"}, {"items", schema_of<typename T::value_type, Outer...>()}};
  } else if constexpr (is_string_map<T>) {
    return {{"type", "object"}, {"additionalProperties", schema_of<typename T::mapped_type, Outer...>()}};
  } else if constexpr (described_enum<T>) {
    json names = json::array();
    for (const auto name : enum_names<T>) names.push_back(name);
    return {{"type", "string"}, {"enum", std::move(names)}};
  } else if constexpr ((std::same_as<T, Outer> || ...)) {
    return {{"title", stored_name<T>}, {"type", "object"}};
  } else if constexpr (described_record<T>) {
    return record_schema<T, Outer...>();
  } else {
    static_assert(no_such_kind<T>, "no codec for this type of field: see persistence/describe.hpp for what there is");
  }
}

}  // namespace detail

/// Draft-07, everything inline. Titles are stored names, descriptions the docs of the fields; optional fields are not
/// required and may be null; fields that it does not name are allowed, as reading ignores them.
template <described_record T>
[[nodiscard]] nlohmann::json json_schema() {
  auto schema = detail::record_schema<T>();
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  return schema;
}

}  // namespace holon
