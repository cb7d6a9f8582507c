#include "tools/bench/request.hpp"

#include <algorithm>
#include <array>

namespace holon::bench {

// Each round over the streams begins with the next kind.
kind_choice mixed(std::int64_t streams) {
  return [streams](std::int64_t number) {
    constexpr std::array turns{request_kind::note, request_kind::refusal, request_kind::note, request_kind::state};
    return turns[static_cast<std::size_t>(number % streams + number / streams) % turns.size()];
  };
}

std::string counts_text(const answer_counts& counts) {
  return std::to_string(counts.recorded) + " events, " + std::to_string(counts.refused) + " refusals and " +
         std::to_string(counts.states) + " states";
}

std::int64_t requests_of(const kind_choice& kind_of, std::int64_t count, request_kind kind) {
  std::int64_t found = 0;
  for (std::int64_t number = 0; number < count; ++number) found += kind_of(number) == kind ? 1 : 0;
  return found;
}

answer_counts answers_due(const kind_choice& kind_of, std::int64_t count) {
  return {.recorded = requests_of(kind_of, count, request_kind::note),
          .refused = requests_of(kind_of, count, request_kind::refusal) +
                     requests_of(kind_of, count, request_kind::refusal_with_id),
          .states = requests_of(kind_of, count, request_kind::state)};
}

write_note command_of(request_kind kind, std::int64_t number) {
  HOLON_ASSERT(kind != request_kind::state, "a question for the state is no command");
  return {.text = kind == request_kind::note ? page_text(number) : std::string(), .page = number};
}

command_context context_of(request_kind kind) {
  command_context context;
  if (kind == request_kind::refusal_with_id) context.id = command_id{make_uuid_v7()};
  return context;
}

result<answer_kind> answer_of(const result<command_result>& with) {
  if (with) return with->events == 0 ? answer_kind::none : answer_kind::recorded;
  if (with.error().code == errc::refused) return answer_kind::refused;
  return failure(with.error());
}

result<answer_kind> answer_of(const result<state_answer>& with) {
  if (!with) return failure(with.error());
  const bool is_told = with->state.ends_with("\"notes\":" + std::to_string(with->version.value) + "}");
  if (with->version.value > 0 && is_told) return answer_kind::state;
  return failure(errc::corrupt,
                 "the state of version " + std::to_string(with->version.value) + " was told as " + with->state);
}

answer_counts answer_log::counts() const {
  const auto count = [&](answer_kind kind) { return std::count(kinds_.begin(), kinds_.end(), kind); };
  return {.recorded = count(answer_kind::recorded),
          .refused = count(answer_kind::refused),
          .states = count(answer_kind::state)};
}

}  // namespace holon::bench
