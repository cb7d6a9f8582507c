#include "persistence/catalog/event_catalog.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "config/near_name.hpp"
#include "persistence/codec/canonical_json.hpp"
#include "persistence/event.hpp"

namespace holon {
namespace {

// Names that an error text offers for one that is unknown.
constexpr std::size_t close_names_max = 3;

tl::unexpected<error> wrong(std::string_view name, const std::string& why) {
  return failure(errc::invalid_argument,
                 "event type '" + std::string(name.substr(0, event_type_characters_max)) + "': " + why);
}

}  // namespace

struct event_catalog::entry {
  event_type type;
  payload_schema schema;
  std::uint64_t fingerprint = 0;                               // of a C++ struct
  result<void> (*decode)(std::string_view payload) = nullptr;  // null: only a schema
};

event_catalog::event_catalog() = default;
event_catalog::event_catalog(event_catalog&&) noexcept = default;
event_catalog& event_catalog::operator=(event_catalog&&) noexcept = default;
event_catalog::~event_catalog() = default;

// One name is one kind of event, wherever it is recorded: schemas, and readers of several holon types, know it by that.
result<void> event_catalog::check_same(std::string_view stream_type, const typed_event& event) const {
  const auto found = entries_.find(event.name);
  if (found == entries_.end() || found->second->fingerprint == event.fingerprint) return {};
  const auto& owners = found->second->type.stream_types;
  const auto owner = owners.empty() ? std::string("a schema") : "holon type " + owners.front();
  return wrong(event.name, "holon type " + std::string(stream_type) + " and " + owner +
                               " call two different events so: give one of them another stored name, and an upcaster "
                               "with `becomes` for what is stored");
}

result<void> event_catalog::add_typed(std::string_view stream_type, std::span<const upcaster> upcasters,
                                      const std::vector<typed_event>& events) {
  std::vector<current_type> known;
  for (const auto& each : events) known.push_back({.name = each.name, .version = each.version});
  HOLON_TRY(const auto chains, upcaster_chains::make(known, upcasters, foreign_upcasters::refused));
  for (const auto& each : events) HOLON_CHECK(check_same(stream_type, each));
  for (const auto& each : events) {
    auto found = entries_.find(each.name);
    if (found == entries_.end()) {
      auto schema = payload_schema::compile(each.schema);
      HOLON_ASSERT(schema.has_value(), schema.error().text.c_str());
      auto text = schema->text();
      auto made = std::make_unique<entry>(entry{.type = {.name = std::string(each.name),
                                                         .version = each.version,
                                                         .stream_types = {},
                                                         .in_code = true,
                                                         .schema = std::move(text)},
                                                .schema = *std::move(schema),
                                                .fingerprint = each.fingerprint,
                                                .decode = each.decode});
      found = entries_.emplace(each.name, std::move(made)).first;
    }
    auto& streams = found->second->type.stream_types;
    if (std::find(streams.begin(), streams.end(), stream_type) == streams.end()) streams.emplace_back(stream_type);
    note_meaning(each.name, stream_type, each.name);
  }
  for (const auto& each : upcasters)
    note_meaning(each.type, stream_type, known[chains.target(each.type, each.from_version)].name);
  return {};
}

void event_catalog::note_meaning(std::string_view name, std::string_view stream_type, std::string_view current) {
  meanings_[std::string(name)].push_back({.stream_type = std::string(stream_type), .current = std::string(current)});
}

std::optional<event_catalog::two_meanings> event_catalog::find_two_meanings(
    std::string_view name, std::span<const std::string> stream_types) const {
  const auto found = meanings_.find(name);
  if (found == meanings_.end()) return std::nullopt;
  const auto is_asked = [&](const meaning& each) {
    return stream_types.empty() ||
           std::find(stream_types.begin(), stream_types.end(), each.stream_type) != stream_types.end();
  };
  const meaning* first = nullptr;
  for (const auto& each : found->second) {
    if (!is_asked(each)) continue;
    if (first == nullptr) first = &each;
    if (each.stream_type != first->stream_type && each.current != first->current)
      return two_meanings{.stream_type = first->stream_type, .other_stream_type = each.stream_type};
  }
  return std::nullopt;
}

result<void> event_catalog::add_schema(std::string_view name, int version, std::string_view schema_json) {
  if (auto named = check_name("its name", name, event_type_characters_max); !named)
    return wrong(name, named.error().text);
  if (version < 1) return wrong(name, "versions count from 1, this is " + std::to_string(version));
  auto schema = payload_schema::compile(schema_json);
  if (!schema) return failure_in("event type '" + std::string(name) + "'", std::move(schema).error());
  const auto found = entries_.find(name);
  if (found != entries_.end()) {
    const auto& there = found->second->type;
    if (there.in_code) return wrong(name, "it is a C++ type of this program, which needs no schema");
    if (there.version > version) return {};
    if (there.version == version) {
      if (there.schema == schema->text()) return {};
      return wrong(name, "version " + std::to_string(version) + " has another schema already: raise the version");
    }
    entries_.erase(found);
  }
  auto text = schema->text();
  auto made = std::make_unique<entry>(entry{.type = {.name = std::string(name),
                                                     .version = version,
                                                     .stream_types = {},
                                                     .in_code = false,
                                                     .schema = std::move(text)},
                                            .schema = *std::move(schema)});
  entries_.emplace(name, std::move(made));
  return {};
}

const event_type* event_catalog::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second->type;
}

std::vector<const event_type*> event_catalog::types() const {
  std::vector<const event_type*> all;
  all.reserve(entries_.size());
  for (const auto& [name, each] : entries_) all.push_back(&each->type);
  return all;
}

result<std::string> event_catalog::check(std::string_view name, std::string_view payload_json) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return unknown(name);
  const auto& known = *found->second;
  auto payload = canonical_object(payload_json);
  if (!payload) return failure_in("payload of " + known.type.name, std::move(payload).error());
  if (known.decode != nullptr) HOLON_CHECK(known.decode(*payload));
  if (auto checked = known.schema.check(*payload); !checked)
    return failure_in("payload of " + known.type.name, std::move(checked).error());
  return payload;
}

tl::unexpected<error> event_catalog::unknown(std::string_view name) const {
  const auto asked = name.substr(0, event_type_characters_max);
  std::vector<std::pair<std::size_t, std::string_view>> close;
  for (const auto& [known, each] : entries_) {
    if (is_near(asked, known)) close.emplace_back(name_distance(asked, known), known);
  }
  std::sort(close.begin(), close.end());
  std::string offer;
  for (std::size_t i = 0; i < std::min(close.size(), close_names_max); ++i)
    offer += (i == 0 ? ": did you mean " : ", ") + std::string(close[i].second);
  if (close.empty()) offer = ": this program knows " + std::to_string(entries_.size()) + " other event types";
  return failure(errc::unknown_type, "no event type '" + std::string(asked) + "'" + offer);
}

}  // namespace holon
