// From id to actor: starts a holon when something is sent to it, lets it go when it has had nothing to do for a while.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>
#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/runtime/holon_actor.hpp"
#include "actors/runtime/messages.hpp"

namespace holon::runtime {

struct router_limits {
  /// Holons beyond this are asked to sleep, the longest unused first, even if they are not idle for long.
  std::size_t awake_target = 1'000'000;
  std::chrono::milliseconds idle_before_sleep{60'000};
};

class holon_router final : public caf::event_based_actor {
 public:
  /// `awake` is kept at the number of holons that are awake.
  holon_router(caf::actor_config& config, holon_surroundings* around, router_limits limits,
               std::atomic<std::int64_t>* awake);

  caf::behavior make_behavior() override;
  [[nodiscard]] const char* name() const override { return "holon_router"; }

 private:
  struct entry {
    stream_id stream;
    caf::actor holon;
    const holon_model* model;
    mutable std::uint32_t sent = 0;       // offers so far
    mutable std::uint32_t last_used = 0;  // in sweeps
    mutable std::uint32_t round = 0;      // when it was moved to the end of by_use
  };
  struct by_stream {};
  struct by_use {};  // the longest unused first
  using entries = boost::multi_index_container<
      entry, boost::multi_index::indexed_by<
                 boost::multi_index::hashed_unique<boost::multi_index::tag<by_stream>,
                                                   boost::multi_index::member<entry, stream_id, &entry::stream>,
                                                   std::hash<stream_id>>,
                 boost::multi_index::sequenced<boost::multi_index::tag<by_use>>>>;

  void pass_on_offers();
  void pass_on(job_ptr job);
  const entry& awake_holon(const command_job& job);
  void offer_sleep_to_unused();
  void let_go(const asleep& message);
  void forget(const failed& message);
  void drop(entries::index<by_stream>::type::iterator at);
  void close_all();

  holon_surroundings* around_;
  router_limits limits_;
  std::atomic<std::int64_t>* awake_;
  std::vector<job_ptr> offers_;  // taken from the offer_queue
  std::size_t next_offer_ = 0;   // of these
  entries entries_;
  std::uint32_t sweeps_ = 0;
  std::uint32_t round_ = 0;  // ends with each sweep, and when many have woken
  std::size_t woken_ = 0;
};

}  // namespace holon::runtime
