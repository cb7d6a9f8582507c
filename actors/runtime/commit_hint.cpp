#include "actors/runtime/commit_hint.hpp"

#include <utility>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include "actors/runtime/messages.hpp"
#include "config/guarded.hpp"

namespace holon::runtime {

commit_hint::commit_hint(caf::actor_system& system, std::function<void(global_offset)> call,
                         std::shared_ptr<fault_board> faults) {
  const auto tell = [call = std::move(call), faults](global_offset last) {
    const auto told = guarded({"the hint", "on_commit", "hear of a commit"}, [&]() -> result<void> {
      call(last);
      return {};
    });
    if (!told) faults->note("hint on_commit", told.error().text, fault_board::reach::one_holon);
  };
  actor_ = system.spawn<caf::detached>([tell, latest = latest_, faults](caf::event_based_actor* self) -> caf::behavior {
    supervise(*self, "hint on_commit", faults, fault_board::reach::one_holon);
    return {
        [tell, latest](wake) {
          // Before the offset is read: a note after this sends another wake.
          latest->is_untold = false;
          tell({latest->offset.load()});
        },
        // A message like the others and no exit, which would overtake them.
        [self](runtime::close) { self->quit(); },
    };
  });
}

void commit_hint::note(global_offset last) {
  latest_->offset = last.value;
  if (latest_->is_untold.exchange(true)) return;
  const std::lock_guard lock{mutex_};
  if (actor_ != nullptr) caf::anon_send(actor_, wake{});
}

void commit_hint::close() {
  const std::lock_guard lock{mutex_};
  if (const auto ending = std::exchange(actor_, nullptr)) caf::anon_send(ending, runtime::close{});
}

}  // namespace holon::runtime
