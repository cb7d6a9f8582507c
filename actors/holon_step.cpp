#include "actors/holon_step.hpp"

#include <string>
#include <utility>

#include "actors/event_envelope.hpp"

namespace holon {
namespace {

bool is_append(const command_job& job) { return std::holds_alternative<prepared_answer::append>(job.prepared.what); }

// The domain threw while it applied what it had decided: the state is no longer that of any version.
bool is_spoilt(const command_job& job) {
  return std::holds_alternative<error>(job.prepared.what) && !job.request.writes.front().events.empty();
}

bool is_settled_record(const command_job& job) { return job.request.writes.empty(); }

// What a command without events is answered: no, or that there was nothing to do.
result<command_result> eventless_answer(const command_job& job) {
  if (const auto* no = std::get_if<refusal>(&job.prepared.what))
    return failure(errc::refused, no->text.empty() ? no->code : no->code + ": " + no->text);
  return command_result{.version = job.version, .offset = {}};
}

// Nobody could tell whether it was written.
error doubt(const command_job& job) {
  return {.code = errc::in_doubt,
          .text = "the connection broke while command " + to_string(job.context.id->value) +
                  " was being written, and the journal cannot be asked: send it again with this id"};
}

// Worth deciding again on the state that is there by then: somebody else was first, or nobody knows who was.
bool worth_another_try(errc code) { return code == errc::version_conflict || code == errc::in_doubt; }

}  // namespace

holon_step::holon_step(stream_id stream, const holon_model& model, const holon_limits& limits)
    : stream_(stream), model_(&model), limits_(&limits) {}

bool holon_step::idle() const {
  return all_settled() && waiting_.empty() && again_.empty() && outside_ == 0 && phase_ != phase::loading;
}

void holon_step::on_job(job_ptr job, holon_effects& effects) {
  if (job->model != model_) {
    job->answer(failure(errc::type_conflict, "holon " + to_string(stream_.value) + " is a " +
                                                 std::string(model_->name()) + ", not a " +
                                                 std::string(job->model->name())));
    return;
  }
  if (plain_in_flight_ + in_flight_.size() + waiting_.size() + again_.size() >= limits_->pending_max) {
    job->answer(failure(errc::overloaded, "holon " + to_string(stream_.value) + " has " +
                                              std::to_string(limits_->pending_max) +
                                              " commands open, which is its bound: try again later"));
    return;
  }
  waiting_.add(std::move(job));
  if (phase_ == phase::asleep) {
    phase_ = phase::loading;
    effects.load();
  } else if (phase_ == phase::ready) {
    decide_waiting(effects);
  }
}

void holon_step::on_loaded(result<loaded_holon> loaded, holon_effects& effects) {
  HOLON_ASSERT(phase_ == phase::loading, "a holon is loaded only when it asked to be");
  if (!loaded) {
    phase_ = phase::asleep;
    fail_waiting(loaded.error());
    return;
  }
  state_ = std::move(loaded->state);
  version_ = loaded->version;
  snapshot_version_ = loaded->snapshot_version;
  phase_ = phase::ready;
  decide_waiting(effects);
}

void holon_step::decide_waiting(holon_effects& effects) {
  while (phase_ == phase::ready && !waiting_.empty()) decide(waiting_.take_first(), effects);
}

void holon_step::decide(job_ptr job, holon_effects& effects) {
  if (job->body == nullptr) {
    prepare_state(*job);
    return hold_or_answer(std::move(job), effects);
  }
  const timestamp when = effects.now();
  decide_command(*job, when);
  if (is_spoilt(*job)) {
    phase_ = phase::broken;
    hold_or_answer(std::move(job), effects);
    return start_again_if_drained(effects);
  }
  if (!is_append(*job)) return hold_or_answer(std::move(job), effects);
  auto& events = job->request.writes.front().events;
  if (auto completed = complete_envelopes(events, job->context, when); !completed) {
    // The events are applied already: what undoes them is to load again.
    job->answer(failure(std::move(completed).error()));
    phase_ = phase::broken;
    return start_again_if_drained(effects);
  }
  prepare_append(*job, effects);
  // Behind an answer that waits for its turn, this one's answer has to wait for its turn as well.
  job->plain = in_flight_.empty();
  if (job->plain)
    ++plain_in_flight_;
  else
    in_flight_.add(job);
  effects.append(std::move(job));
}

// Leaves in the job what is to be said or written.
void holon_step::decide_command(command_job& job, timestamp when) {
  if (!job.context.id) job.context.id = command_id{make_uuid_v7()};
  job.request = {};
  job.outcome = append_result{};
  auto& events = job.request.writes.emplace_back().events;
  const decision_context context{.stream = stream_, .version = version_, .actor = job.context.actor, .now = when};
  auto no = model_->decide(*state_, *job.body, context, events);
  if (!no)
    job.prepared.what = std::move(no).error();
  else if (*no)
    job.prepared.what = std::move(**no);
  else if (events.empty())
    job.prepared.what = prepared_answer::nothing_to_do{};
  else
    job.prepared.what = prepared_answer::append{};
}

void holon_step::prepare_state(command_job& job) const {
  job.version = version_;
  auto text = model_->to_json(*state_);
  if (text)
    job.prepared.what = prepared_answer::state{{.version = version_, .state = std::move(*text)}};
  else
    job.prepared.what = std::move(text).error();
}

void holon_step::prepare_append(command_job& job, holon_effects& effects) {
  auto& write = job.request.writes.front();
  write.stream = stream_;
  write.stream_type = model_->name();
  write.expected = expected_version::exactly(version_);
  if (job.resendable) job.request.command = job.context.id;
  if (chain_ == 0) chain_ = effects.new_chain();
  job.request.chain = chain_;
  version_ = version_.plus(static_cast<std::int64_t>(write.events.size()));
  job.version = version_;
  take_snapshot_if_due(job);
}

void holon_step::take_snapshot_if_due(command_job& job) {
  if (limits_->snapshot_every == 0 || version_.value - snapshot_version_.value < limits_->snapshot_every) return;
  job.due_snapshot = snapshot{
      .stream = stream_, .version = version_, .schema = model_->snapshot_schema(), .state = model_->save(*state_)};
  snapshot_version_ = version_;
}

void holon_step::hold_or_answer(job_ptr job, holon_effects& effects) {
  job->version = version_;
  if (all_settled()) return answer_prepared(job, effects);
  in_flight_.add(std::move(job));
  if (plain_in_flight_ > 0) effects.watch_plain();
}

// Everything that the answer stands on is durable.
void holon_step::answer_prepared(const job_ptr& job, holon_effects& effects) {
  if (const auto* state = std::get_if<prepared_answer::state>(&job->prepared.what)) {
    job->answer_state(state->answer);
    return;
  }
  if (job->look_first()) {
    ++outside_;
    effects.look_up(job);
  } else if (const auto* wrong = std::get_if<error>(&job->prepared.what)) {
    job->answer(failure(*wrong));
  } else {
    job->answer(eventless_answer(*job));
  }
}

void holon_step::on_looked_up(const job_ptr& job, result<std::optional<command_result>> found, holon_effects& effects) {
  --outside_;
  if (!found) return job->answer(failure(job->in_doubt ? doubt(*job) : std::move(found).error()));
  if (*found) return job->answer(**found);
  if (is_append(*job)) return job->answer(failure(job->outcome.error()));
  if (const auto* wrong = std::get_if<error>(&job->prepared.what)) return job->answer(failure(*wrong));
  if (job->resendable) return remember(job, effects);
  job->answer(eventless_answer(*job));
}

// Without events there is no event id that tells of the command, so it is written down beside them.
void holon_step::remember(const job_ptr& job, holon_effects& effects) {
  settled_command settled{
      .command = *job->context.id, .stream = stream_, .version = job->version, .code = {}, .text = {}};
  if (const auto* no = std::get_if<refusal>(&job->prepared.what)) {
    settled.code = no->code;
    settled.text = no->text;
  }
  job->request = {};
  job->outcome = append_result{};
  job->plain = false;
  job->request.settled = std::move(settled);
  ++outside_;
  effects.append(job);
}

void holon_step::on_settled(const job_ptr& job, holon_effects& effects) {
  if (is_settled_record(*job)) return settle_eventless(job, effects);
  HOLON_ASSERT(job->plain ? plain_in_flight_ > 0
                          : plain_in_flight_ == 0 && !in_flight_.empty() && &in_flight_.first() == job.get(),
               "appends are settled in their order");
  if (job->plain)
    --plain_in_flight_;
  else
    in_flight_.take_first();
  if (job->outcome) {
    settle_success(*job, effects);
    if (job->outcome->already) phase_ = phase::broken;
  } else {
    settle_failure(job, std::exchange(phase_, phase::broken) != phase::broken, effects);
  }
  release(effects);
  start_again_if_drained(effects);
}

void holon_step::on_plain_written(std::uint32_t count, holon_effects& effects) {
  HOLON_ASSERT(count <= plain_in_flight_, "what was not under way cannot be written");
  plain_in_flight_ -= count;
  release(effects);
  start_again_if_drained(effects);
}

void holon_step::settle_eventless(const job_ptr& job, holon_effects& effects) {
  const auto& outcome = job->outcome;
  // The same command was settled between our look and our record: that answer is the first one.
  if (outcome ? outcome->already : outcome.error().code == errc::duplicate_event) return effects.look_up(job);
  --outside_;
  // Without the record a repeated command might get another answer, so the caller is told that there is none yet.
  job->answer(outcome ? eventless_answer(*job) : failure(outcome.error()));
}

void holon_step::settle_success(const command_job& job, holon_effects& effects) {
  if (job.due_snapshot && job.written()) effects.save(*job.due_snapshot);
  job.answer_appended();
}

void holon_step::settle_failure(const job_ptr& job, bool first_of_chain, holon_effects& effects) {
  const auto code = job->outcome.error().code;
  // The ones behind the first did not lose a race: they stood on what did.
  if (first_of_chain) ++job->attempts;
  if (code == errc::in_doubt) job->in_doubt = true;
  job->due_snapshot.reset();
  if (worth_another_try(code) && job->attempts < limits_->decide_again_max) return again_.add(job);
  // A duplicate may be this very command, decided on another state than the first time.
  if (code != errc::duplicate_event && !job->in_doubt) return job->answer(failure(job->outcome.error()));
  ++outside_;
  effects.look_up(job);
}

// Answers that stood behind the append just settled: say them, or throw them away with the state that they were made
// on.
void holon_step::release(holon_effects& effects) {
  while (plain_in_flight_ == 0 && !in_flight_.empty() && !is_append(in_flight_.first())) {
    auto job = in_flight_.take_first();
    if (phase_ == phase::broken)
      again_.add(std::move(job));
    else
      answer_prepared(job, effects);
  }
}

void holon_step::start_again_if_drained(holon_effects& effects) {
  if (phase_ != phase::broken) return;
  if (plain_in_flight_ > 0) effects.watch_plain();
  if (!all_settled()) return;
  effects.end_chain(std::exchange(chain_, 0));
  state_.reset();
  waiting_.add_in_front(again_);
  phase_ = waiting_.empty() ? phase::asleep : phase::loading;
  if (phase_ == phase::loading) effects.load();
}

void holon_step::fail_waiting(const error& why) {
  while (!waiting_.empty()) {
    const auto job = waiting_.take_first();
    job->answer(failure(job->in_doubt ? doubt(*job) : why));
  }
}

}  // namespace holon
