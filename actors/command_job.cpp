#include "actors/command_job.hpp"

namespace holon {

error command_job::lost() const {
  if (in_journal || in_doubt)
    return {.code = errc::in_doubt,
            .text = "the node lost sight of a command to stream " + to_string(stream.value) +
                    " that may have been recorded: send it again with the same id"};
  return {.code = errc::unavailable,
          .text = "the node lost a command to stream " + to_string(stream.value) +
                  " before it was decided, as happens when its holon fails or the node ends: send it again"};
}

void command_job::note_answer(const result<command_result>& with) const {
  using kind = command_answered::outcome;
  if (!with)
    return note_answer(with.error().code == errc::refused ? kind::refused : kind::failed, to_string(with.error().code));
  note_answer(with->already ? kind::repeated : with->events == 0 ? kind::nothing : kind::recorded, {});
}

void command_job::note_answer(const result<state_answer>& with) const {
  if (with)
    note_answer(command_answered::outcome::state, {});
  else
    note_answer(command_answered::outcome::failed, to_string(with.error().code));
}

void command_job::note_answer(command_answered::outcome what, std::string_view code) const {
  watching->on(command_answered{.holon_type = model == nullptr ? std::string_view("unknown") : model->name(),
                                .what = what,
                                .code = code,
                                .took = std::chrono::steady_clock::now() - accepted_at});
}

}  // namespace holon
