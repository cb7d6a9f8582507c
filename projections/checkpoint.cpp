#include "projections/checkpoint.hpp"

#include <limits>
#include <utility>

namespace holon {
namespace {

constexpr std::size_t parked_page = 1000;  // parked events that a reset erases at a time
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

}  // namespace

result<projection_ledger> projection_ledger::ensure(row_session& session) {
  HOLON_TRY(auto checkpoints, table<projection_checkpoint>::ensure(session, bookkeeping));
  HOLON_TRY(auto parked, table<parked_event>::ensure(session, bookkeeping));
  return projection_ledger(session, std::move(checkpoints), std::move(parked));
}

result<projection_ledger> projection_ledger::open(row_session& session) {
  if (session.in_transaction()) return ensure(session);
  HOLON_CHECK(session.begin());
  auto ledger = ensure(session);
  if (!ledger) {
    session.rollback();
    return ledger;
  }
  HOLON_CHECK(session.commit());
  return ledger;
}

result<std::optional<projection_checkpoint>> projection_ledger::checkpoint(std::string_view projection) {
  return checkpoints_.find(std::string(projection));
}

result<std::vector<projection_checkpoint>> projection_ledger::checkpoints() {
  return checkpoints_.page(std::nullopt, no_limit);
}

result<void> projection_ledger::save(projection_checkpoint& checkpoint) {
  HOLON_TRY(const auto stored, checkpoints_.find(checkpoint.projection));
  const auto revision = stored ? stored->revision : 0;
  if (revision != checkpoint.revision)
    return failure(errc::version_conflict,
                   "projection " + checkpoint.projection + ": another engine has written its checkpoint (revision " +
                       std::to_string(revision) + ", not " + std::to_string(checkpoint.revision) +
                       "); nothing was written, run one engine per projection");
  ++checkpoint.revision;
  return checkpoints_.put(checkpoint);
}

result<void> projection_ledger::park(const parked_event& event) { return parked_.put(event); }

result<void> projection_ledger::unpark(const parked_event& event) {
  HOLON_CHECK(parked_.erase({event.projection, event.offset}));
  return {};
}

result<std::vector<parked_event>> projection_ledger::parked(std::string_view projection, global_offset after,
                                                            std::size_t limit) {
  return parked_.page_under(std::string(projection), {std::string(projection), after}, limit);
}

result<void> projection_ledger::reset(std::string_view projection) {
  HOLON_CHECK(session_->drop_tables(projection));
  for (;;) {
    HOLON_TRY(const auto page, parked(projection, global_offset{0}, parked_page));
    for (const auto& event : page) HOLON_CHECK(unpark(event));
    if (page.size() < parked_page) break;
  }
  HOLON_TRY(auto stored, checkpoint(projection));
  if (!stored) return {};
  projection_checkpoint fresh{.projection = stored->projection,
                              .version = stored->version,
                              .revision = stored->revision,
                              .offset = {},
                              .certificate = {},
                              .error = {},
                              .at = stored->at};
  return save(fresh);
}

}  // namespace holon
