#include "persistence/catalog/upcaster_chains.hpp"

#include <algorithm>
#include <exception>
#include <optional>

#include <nlohmann/json.hpp>

#include "persistence/codec/dom.hpp"

namespace holon {
namespace {

// Names that an error text lists.
constexpr std::size_t names_shown_max = 12;

std::string versioned(std::string_view type, int version) {
  return "'" + std::string(type) + "' version " + std::to_string(version);
}

tl::unexpected<error> wrong(std::string text) { return failure(errc::invalid_argument, std::move(text)); }

std::string_view target_of(const upcaster& step) { return step.becomes.empty() ? step.type : step.becomes; }

const upcaster* find_step(std::span<const upcaster> upcasters, std::string_view type, int version) {
  const auto found = std::find_if(upcasters.begin(), upcasters.end(), [&](const upcaster& each) {
    return each.type == type && each.from_version == version;
  });
  return found == upcasters.end() ? nullptr : &*found;
}

std::optional<std::size_t> find_known(std::span<const current_type> known, std::string_view type) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.name == type; });
  if (found == known.end()) return std::nullopt;
  return static_cast<std::size_t>(found - known.begin());
}

result<void> check_each(std::span<const current_type> known, std::span<const upcaster> upcasters) {
  for (const auto& each : upcasters) {
    const auto name = "the upcaster of " + versioned(each.type, each.from_version);
    if (each.type.empty() || each.from_version < 1 || each.change == nullptr)
      return wrong(name + " needs a type, a version from 1 and a function");
    if (find_step(upcasters, each.type, each.from_version) != &each) return wrong(name + " is there twice");
    const auto current = find_known(known, each.type);
    if (current && each.from_version >= known[*current].version)
      return wrong(name + " does not start before the current version, which is " +
                   std::to_string(known[*current].version));
  }
  return {};
}

// A type exists from version 1, or from the version that a renaming led to.
int first_version(std::span<const upcaster> upcasters, std::string_view type) {
  std::optional<int> first;
  for (const auto& each : upcasters)
    if (each.becomes == type && each.type != type)
      first = std::min(first.value_or(each.from_version + 1), each.from_version + 1);
  return first.value_or(1);
}

result<void> check_no_gap(std::span<const current_type> known, std::span<const upcaster> upcasters) {
  for (const auto& each : known)
    for (int version = first_version(upcasters, each.name); version < each.version; ++version)
      if (find_step(upcasters, each.name, version) == nullptr)
        return wrong("no upcaster leads on from " + versioned(each.name, version) + ", the current one is version " +
                     std::to_string(each.version));
  return {};
}

result<nlohmann::json> run(const upcaster& step, nlohmann::json payload) {
  const auto name = "the upcaster of " + versioned(step.type, step.from_version);
  try {
    auto changed = step.change(std::move(payload));
    if (!changed) return failure_in(name, std::move(changed).error());
    return changed;
  } catch (const std::exception& thrown) {
    return failure(errc::schema_violation, name + ": " + thrown.what());
  }
}

}  // namespace

result<upcaster_chains> upcaster_chains::make(std::span<const current_type> known, std::span<const upcaster> upcasters,
                                              foreign_upcasters foreign) {
  HOLON_CHECK(check_each(known, upcasters));
  HOLON_CHECK(check_no_gap(known, upcasters));
  upcaster_chains made;
  made.known_.assign(known.begin(), known.end());
  for (const auto& start : upcasters) {
    chain steps{.type = start.type, .version = start.from_version, .known = 0, .steps = {start}};
    while (const auto* next = find_step(upcasters, target_of(steps.steps.back()), steps.steps.back().from_version + 1))
      steps.steps.push_back(*next);
    const auto end = target_of(steps.steps.back());
    const int version = steps.steps.back().from_version + 1;
    const auto current = find_known(known, end);
    if (!current && foreign == foreign_upcasters::ignored) continue;
    if (!current || known[*current].version != version)
      return wrong("the upcaster of " + versioned(start.type, start.from_version) + " leads to " +
                   versioned(end, version) + ", which is no current event type");
    steps.known = *current;
    made.chains_.push_back(std::move(steps));
  }
  return made;
}

const upcaster_chains::chain* upcaster_chains::find(std::string_view type, int version) const {
  const auto found = std::find_if(chains_.begin(), chains_.end(),
                                  [&](const chain& each) { return each.type == type && each.version == version; });
  return found == chains_.end() ? nullptr : &*found;
}

std::size_t upcaster_chains::target(std::string_view type, int version) const {
  const auto* found = find(type, version);
  HOLON_ASSERT(found != nullptr, "every upcaster that is taken begins a chain");
  return found->known;
}

result<upcaster_chains::upcast> upcaster_chains::apply(std::string_view type, int version,
                                                       std::string_view payload) const {
  const auto* found = find(type, version);
  if (found == nullptr) return unknown(type, version);
  HOLON_TRY(auto tree, parse_dom(payload));
  for (const auto& step : found->steps) {
    HOLON_TRY(auto changed, run(step, std::move(tree)));
    tree = std::move(changed);
  }
  HOLON_TRY(auto text, dom_text(tree));
  return upcast{.known = found->known, .payload = std::move(text)};
}

tl::unexpected<error> upcaster_chains::unknown(std::string_view type, int version) const {
  if (const auto current = find_known(known_, type)) {
    const bool newer = version > known_[*current].version;
    return failure(
        errc::unknown_type,
        versioned(type, version) + " of an event is not known here, where the current version is " +
            std::to_string(known_[*current].version) +
            (newer ? ": it was written by a newer program, upgrade this one" : ": no upcaster starts there"));
  }
  std::string names;
  for (std::size_t i = 0; i < std::min(known_.size(), names_shown_max); ++i)
    names += (i == 0 ? "" : ", ") + std::string(known_[i].name);
  if (known_.size() > names_shown_max) names += ", …";
  return failure(errc::unknown_type, "no event type '" + std::string(type) + "' is known here, known are: " + names);
}

}  // namespace holon
