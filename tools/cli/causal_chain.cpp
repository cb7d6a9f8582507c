#include "tools/cli/causal_chain.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/canonical_members.hpp"
#include "persistence/codec/json_string.hpp"

namespace holon::cli {
namespace {

// What is in a JSON string; nothing if this is another value.
std::optional<std::string> text_of(std::string_view json) {
  std::string text;
  const bool readable =
      json.size() >= 2 && json.front() == '"' && append_unescaped(text, json.substr(1, json.size() - 2)) == nullptr;
  return readable ? std::optional(text) : std::nullopt;
}

std::optional<uuid> id_of(std::string_view json) {
  const auto text = text_of(json);
  if (!text) return std::nullopt;
  const auto id = parse_uuid(*text);
  return id ? std::optional<uuid>(*id) : std::nullopt;
}

// The causes of the event, from the nearest to the first.
result<void> follow_causes(journal_reader& reader, causal_chain& chain) {
  while (chain.causes.size() < causes_max) {
    const auto cause = causal_ids_of(chain.causes.back().content.metadata).causation;
    if (!cause) return {};
    const bool circle = std::any_of(chain.causes.begin(), chain.causes.end(),
                                    [&](const auto& each) { return each.content.id == *cause; });
    if (circle) return {};
    HOLON_TRY(auto found, reader.find_event(*cause));
    if (!found) {
      chain.missing = cause;
      return {};
    }
    chain.causes.push_back(std::move(*found));
  }
  return {};
}

using events_by_cause = std::unordered_multimap<uuid, recorded_event>;

// The events of the same conversation behind this one. Metadata is canonical JSON, so a search for the member's text
// spares parsing the rest of the journal.
result<events_by_cause> later_in_conversation(journal_reader& reader, const std::string& correlation,
                                              global_offset after, bool& more) {
  events_by_cause found;
  std::string member = "\"correlation_id\":";
  append_canonical_string(member, correlation);
  HOLON_CHECK(reader.read_all({.after = after}, [&](const event_view& event) {
    if (event.metadata.find(member) == std::string_view::npos) return true;
    const auto cause = causal_ids_of(event.metadata).causation;
    if (!cause) return true;
    more = found.size() == consequences_max;
    if (!more) found.emplace(cause->value, to_recorded(event));
    return !more;
  }));
  return found;
}

void add_consequences(const events_by_cause& by_cause, const uuid& cause, std::size_t depth, causal_chain& chain) {
  std::vector<const recorded_event*> caused;
  const auto [begin, end] = by_cause.equal_range(cause);
  for (auto at = begin; at != end; ++at) caused.push_back(&at->second);
  std::sort(caused.begin(), caused.end(), [](const auto* a, const auto* b) { return a->offset < b->offset; });
  for (const auto* event : caused) {
    // An event that names a later one as its cause could lead in circles.
    if (chain.consequences.size() >= consequences_max) return;
    chain.consequences.push_back({.event = *event, .depth = depth});
    add_consequences(by_cause, event->content.id.value, depth + 1, chain);
  }
}

}  // namespace

causal_ids causal_ids_of(std::string_view metadata) {
  causal_ids ids;
  const auto canonical = canonical_object(metadata);
  if (!canonical) return ids;
  static_cast<void>(for_each_member(*canonical, [&](std::string_view key, std::string_view value) -> result<void> {
    if (key == "correlation_id") ids.correlation = text_of(value);
    if (key == "command_id") ids.command = id_of(value);
    if (key != "causation_id") return {};
    if (const auto cause = id_of(value)) ids.causation = event_id{*cause};
    return {};
  }));
  return ids;
}

result<causal_chain> chain_of(journal_reader& reader, event_id event) {
  HOLON_TRY(auto found, reader.find_event(event));
  if (!found) return failure(errc::not_found, "there is no event " + to_string(event.value) + " in this journal");
  causal_chain chain;
  const auto offset = found->offset;
  chain.correlation = causal_ids_of(found->content.metadata).correlation;
  chain.causes.push_back(std::move(*found));
  HOLON_CHECK(follow_causes(reader, chain));
  std::reverse(chain.causes.begin(), chain.causes.end());
  if (!chain.correlation) return chain;
  HOLON_TRY(const auto later, later_in_conversation(reader, *chain.correlation, offset, chain.more));
  add_consequences(later, event.value, 1, chain);
  return chain;
}

}  // namespace holon::cli
