#include "actors/runtime/supervision.hpp"

#include <exception>
#include <utility>

#include <caf/exit_reason.hpp>
#include <caf/scheduled_actor.hpp>

#include "config/guarded.hpp"

namespace holon::runtime {
namespace {

thread_local bool is_thread_of_a_node = false;

}  // namespace

void fault_board::note(std::string_view actor, std::string_view why, reach how_far) {
  count_.fetch_add(1, std::memory_order_relaxed);
  const bool is_fatal = how_far == reach::whole_node;
  if (watching_ != nullptr) watching_->on(fault_noted{.who = actor, .text = why, .is_fatal = is_fatal});
  const std::lock_guard lock{mutex_};
  if (fatal_.load(std::memory_order_relaxed)) return;
  text_ = "the " + std::string(actor) + " failed: " + std::string(why);
  fatal_.store(is_fatal, std::memory_order_relaxed);
}

void fault_board::note(std::string_view actor, const std::exception_ptr& thrown, reach how_far) {
  try {
    std::rethrow_exception(thrown);
  } catch (...) {
    note(actor, text_of_current_exception(), how_far);
  }
}

std::string fault_board::text() const {
  const std::lock_guard lock{mutex_};
  return text_;
}

void supervise(caf::scheduled_actor& actor, std::string name, std::shared_ptr<fault_board> board,
               fault_board::reach how_far, std::function<void()> then) {
  actor.set_exception_handler([name = std::move(name), board = std::move(board), how_far,
                               then = std::move(then)](std::exception_ptr& thrown) -> caf::error {
    if (board != nullptr) board->note(name, thrown, how_far);
    if (then) then();
    return caf::exit_reason::unhandled_exception;
  });
}

bool on_thread_of_a_node() { return is_thread_of_a_node; }

void note_thread_of_a_node() { is_thread_of_a_node = true; }

}  // namespace holon::runtime
