#include "tests/simulation/world_plan.hpp"

#include <charconv>
#include <system_error>

#include "tests/simulation/dice.hpp"

namespace holon::testing {

std::string_view to_string(fault one) {
  switch (one) {
    case fault::lost_connection: return "lost connections";
    case fault::failed_statement: return "failed statements";
    case fault::server_restart: return "server restarts";
    case fault::lonely_node: return "lonely nodes";
    case fault::uneven_pace: return "uneven paces";
    case fault::spoilt_snapshots: return "spoilt snapshots";
    case fault::late_standby: return "a late standby";
    case fault::late_replies: return "late replies";
  }
  return "?";
}

world_plan plan_of(std::uint64_t seed) {
  using namespace std::chrono_literals;
  dice random(seed);
  world_plan plan{.seed = seed};
  plan.nodes = 2 + random.below(3);
  plan.programs = 1 + random.below(2);
  plan.streams = 3 + random.below(3);
  plan.operations = 150 + random.below(151);
  plan.open_max = random.one_of<std::uint32_t>({3, 10, 30, 100});
  for (std::size_t i = 0; i < faults_count; ++i)
    if (random.chance(1, 2)) plan.faults.push_back(static_cast<fault>(i));
  plan.steps_between_faults = random.one_of<std::uint32_t>({20, 60, 150, 400});
  plan.outside_of_24 = random.one_of<std::uint32_t>({3, 8, 16});
  plan.pace_of_ghosts = random.one_of<std::uint32_t>({1, 4, 16});
  plan.outage_patience = random.one_of({0ms, 300ms, 2000ms});
  plan.program_patience = random.one_of({0ms, 0ms, 300ms});
  plan.decide_again_max = random.one_of({2, 5, 50});
  plan.snapshot_every = random.one_of<std::int64_t>({0, 3, 7});
  plan.awake_target = random.one_of<std::size_t>({1, 2, 10});
  plan.batch_events_max = random.one_of<std::size_t>({2, 5, 512});
  return plan;
}

std::string to_word(const world_plan& plan) {
  auto word = std::to_string(plan.seed) + ":" + std::to_string(plan.operations) + ":";
  for (const auto each : plan.faults) word += static_cast<char>('a' + static_cast<int>(each));
  return word;
}

std::optional<world_plan> plan_in(std::string_view word) {
  const auto number = [&word](auto& into) {
    const auto [end, wrong] = std::from_chars(word.data(), word.data() + word.size(), into);
    word.remove_prefix(static_cast<std::size_t>(end - word.data()));
    return wrong == std::errc{};
  };
  const auto colon = [&word] {
    const bool there = word.starts_with(':');
    word.remove_prefix(there ? 1 : 0);
    return there;
  };
  std::uint64_t seed = 0;
  if (!number(seed)) return std::nullopt;
  auto plan = plan_of(seed);
  if (word.empty()) return plan;
  if (!colon() || !number(plan.operations) || !colon()) return std::nullopt;
  plan.faults.clear();
  for (const char letter : word) {
    const auto place = static_cast<std::size_t>(letter - 'a');
    if (place >= faults_count) return std::nullopt;
    plan.faults.push_back(static_cast<fault>(place));
  }
  return plan;
}

std::string to_string(const world_plan& plan) {
  auto text = std::to_string(plan.nodes) + " nodes, " + std::to_string(plan.programs) + " other programs, " +
              std::to_string(plan.streams) + " accounts, " + std::to_string(plan.operations) + " operations";
  for (const auto each : plan.faults) text += ", " + std::string(to_string(each));
  return text;
}

}  // namespace holon::testing
