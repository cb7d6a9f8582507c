// What a seed stands for: how many nodes, what is asked of them, what goes wrong. A plan that fails can be halved.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holon::testing {

enum class fault : std::uint8_t {
  lost_connection,   ///< a reply is lost, or what was sent is, or both sides lose one another for good
  failed_statement,  ///< a deadlock, a full disk
  server_restart,    ///< away for a while; what was not committed is lost
  lonely_node,       ///< cannot reach the server for a while
  uneven_pace,       ///< some are slow: a node, a connection
  spoilt_snapshots,  ///< lost, old, or of another schema
  late_standby,      ///< shows what was committed a while ago
  late_replies,      ///< are long under way, mostly that to a COMMIT
};
inline constexpr std::size_t faults_count = 8;

[[nodiscard]] std::string_view to_string(fault one);

struct world_plan {
  std::uint64_t seed = 1;
  std::uint32_t nodes = 2;
  std::uint32_t programs = 1;  ///< that append without a holon
  std::uint32_t streams = 3;
  std::uint32_t operations = 200;
  std::uint32_t outside_of_24 = 3;  ///< operations without a holon, of 24
  std::uint32_t open_max = 20;      ///< operations without an answer
  std::vector<fault> faults;
  std::uint32_t steps_between_faults = 150;  ///< on average

  std::uint32_t pace_of_ghosts = 16;  ///< of sessions without a client

  std::chrono::milliseconds outage_patience{300};
  std::chrono::milliseconds program_patience{0};  ///< the same of programs without holons
  int decide_again_max = 5;
  std::int64_t snapshot_every = 7;
  std::size_t awake_target = 2;
  std::size_t batch_events_max = 512;
};

[[nodiscard]] world_plan plan_of(std::uint64_t seed);

/// A plan of a seed in one word: "239", or of a part of it "239:40:ac", with its operations and the letters of its
/// faults.
[[nodiscard]] std::string to_word(const world_plan& plan);
/// Nothing: it is no such word.
[[nodiscard]] std::optional<world_plan> plan_in(std::string_view word);

/// "3 nodes, 40 operations, lost connections".
[[nodiscard]] std::string to_string(const world_plan& plan);

}  // namespace holon::testing
