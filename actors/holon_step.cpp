#include "actors/holon_step.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "actors/event_envelope.hpp"
#include "config/guarded.hpp"
#include "config/simulation.hpp"
#include "persistence/append_judge.hpp"

namespace holon {
namespace {

bool is_append(const command_job& job) { return std::holds_alternative<prepared_answer::append>(job.prepared.what); }
bool is_error(const command_job& job) { return std::holds_alternative<error>(job.prepared.what); }

// One of the planted bugs: what is said without events is not proven.
bool is_left_unproven(const command_job& job) {
  const auto& what = job.prepared.what;
  return (HOLON_PLANTED(unproven_refusal) && std::holds_alternative<refusal>(what)) ||
         (HOLON_PLANTED(unproven_nothing) && std::holds_alternative<prepared_answer::nothing_to_do>(what)) ||
         (HOLON_PLANTED(unproven_state) && std::holds_alternative<prepared_answer::state>(what));
}

// The domain threw, perhaps while it applied what it had decided: the state may be no longer that of any version.
bool is_spoilt(const command_job& job) {
  return is_error(job) && (job.threw || (!job.request.writes.empty() && !job.request.writes.front().events.empty()));
}

foreign_call to(const holon_model& model, std::string_view task) { return {"holon type", model.name(), task}; }

// Nobody can tell yet whether it was written.
error doubt(const command_job& job) {
  return {.code = errc::in_doubt,
          .text = "command " + to_string(job.context.id->value) +
                  " may have been recorded, or may still be: the connection broke while it was being written; send it "
                  "again with this id"};
}

// Of a look-up: the journal has a first answer, which was no, or an event of another stream that has the id for ever.
bool is_first_answer(const error& found) { return found.code == errc::refused || found.code == errc::duplicate_event; }

}  // namespace

holon_step::holon_step(stream_id stream, const holon_model& model, const holon_limits& limits, journal_writers writers)
    : stream_(stream), model_(&model), limits_(&limits), writers_(writers) {}

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
  if (phase_ == phase::asleep)
    load(effects);
  else if (phase_ == phase::ready)
    decide_waiting(effects);
}

// The load shows all that was committed before it is asked for, so it proves what is said to those who wait now.
void holon_step::load(holon_effects& effects) {
  phase_ = phase::loading;
  told_ = {};
  before_load_ = waiting_.size();
  effects.load();
}

void holon_step::on_loaded(result<loaded_holon> loaded, holon_effects& effects) {
  HOLON_ASSERT(phase_ == phase::loading, "a holon is loaded only when it asked to be");
  if (!loaded) {
    phase_ = phase::asleep;
    fail_waiting(loaded.error());
    return;
  }
  // Somebody was told of more while it looked. The load after that shows all that there is, be it less.
  if (loaded->version < told_) return load(effects);
  state_ = std::move(loaded->state);
  version_ = loaded->version;
  snapshot_version_ = loaded->snapshot_version;
  as_loaded_ = true;
  phase_ = phase::ready;
  decide_waiting(effects);
}

void holon_step::decide_waiting(holon_effects& effects) {
  while (phase_ == phase::ready && !waiting_.empty()) {
    auto job = waiting_.take_first();
    job->before_load = before_load_ > 0;
    if (job->before_load) --before_load_;
    decide(std::move(job), effects);
  }
}

void holon_step::decide(job_ptr job, holon_effects& effects) {
  // Before it is decided nobody knows how much it is to record, and after that the state has changed. What may be in
  // the journal already is not turned away.
  if (!job->in_doubt)
    if (auto room = job->slot.check_outcome_room(); !room) return job->answer(failure(std::move(room).error()));
  const foreign_call clock{"the clock", "of the node", "tell the time"};
  const auto when =
      job->body == nullptr ? result<timestamp>{} : guarded(clock, [&]() -> result<timestamp> { return effects.now(); });
  prepare(*job, when);
  // What goes wrong in a command that is in doubt says nothing of what became of it.
  if (job->in_doubt && is_error(*job)) job->prepared.what = doubt(*job);
  if (is_spoilt(*job)) {
    phase_ = phase::broken;
    hold_or_answer(std::move(job), effects);
    return start_again_if_drained(effects);
  }
  job->by = proof_of(*job);
  switch (job->by) {
    case proof::standing: return hold_or_answer(std::move(job), effects);
    case proof::append: return prove_append(std::move(job), *when, effects);
    case proof::check: prove_check(*job); break;
    case proof::record: prove_record(*job); break;
  }
  enter_line(std::move(job), effects);
}

// What has to happen before the answer is true. A record is also what ends a doubt: the journal writes it only if the
// command has no event, and takes a number with it, which the append in doubt then cannot have.
proof holon_step::proof_of(const command_job& job) const {
  if (is_append(job)) return proof::append;
  if (is_left_unproven(job) || (HOLON_PLANTED(own_append_proves) && !as_loaded_)) return proof::standing;
  if (HOLON_PLANTED(doubt_ends_by_check) && job.in_doubt && !job.resendable) return proof::check;
  if (!is_error(job) && (job.resendable || job.in_doubt)) return proof::record;
  if (!job.context.checks.empty()) return proof::check;
  if (writers_ == journal_writers::this_node || job.reads == read_consistency::local) return proof::standing;
  return as_loaded_ && (job.before_load || HOLON_PLANTED(load_proves_latecomers)) ? proof::standing : proof::check;
}

void holon_step::prepare(command_job& job, const result<timestamp>& when) {
  job.by = proof::standing;
  job.plain = false;
  job.threw = false;
  job.outcome = append_result{};
  job.request = {};
  if (job.body == nullptr) return prepare_state(job);
  if (!job.context.id) job.context.id = command_id{make_uuid_v7()};
  if (!when) {
    job.prepared.what = when.error();
    return;
  }
  auto& events = job.request.writes.emplace_back().events;
  const decision_context context{.stream = stream_, .version = version_, .actor = job.context.actor, .now = *when};
  auto no = guarded(to(*model_, "decide a command"), [&] {
    job.threw = true;
    auto said = model_->decide(*state_, *job.body, context, events);
    job.threw = false;
    return said;
  });
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
  auto text = guarded(to(*model_, "show a state"), [&] { return model_->to_json(*state_); });
  if (!text) {
    job.prepared.what = std::move(text).error();
    return;
  }
  job.slot.hold_outcome(text->size());
  job.prepared.what = prepared_answer::state{{.version = version_, .state = std::move(*text)}};
}

void holon_step::prove_append(job_ptr job, timestamp when, holon_effects& effects) {
  auto& write = job->request.writes.front();
  if (auto completed = complete_envelopes(write.events, job->context, when); !completed) {
    // The events are applied already: what undoes them is to load again.
    job->answer(failure(job->in_doubt ? doubt(*job) : std::move(completed).error()));
    phase_ = phase::broken;
    return start_again_if_drained(effects);
  }
  write.stream = stream_;
  write.stream_type = model_->name();
  write.expected = expected_version::exactly(version_);
  job->request.checks = job->context.checks;
  if (job->resendable) job->request.command = job->context.id;
  job->slot.hold_outcome(bytes_of(job->request));
  if (chain_ == 0) chain_ = effects.new_chain();
  version_ = version_.plus(static_cast<std::int64_t>(write.events.size()));
  as_loaded_ = false;
  enter_line(std::move(job), effects);
}

void holon_step::prove_check(command_job& job) const {
  job.request = {};
  job.request.checks.reserve(1 + job.context.checks.size());
  job.request.checks.push_back({stream_, expected_version::exactly(version_)});
  job.request.checks.insert(job.request.checks.end(), job.context.checks.begin(), job.context.checks.end());
}

// Without events there is no event id that tells of the command, so its answer is written down beside them.
void holon_step::prove_record(command_job& job) const {
  settled_command settled{.command = *job.context.id, .stream = stream_, .version = version_, .code = {}, .text = {}};
  if (const auto* no = std::get_if<refusal>(&job.prepared.what)) {
    settled.code = no->code;
    settled.text = no->text;
  }
  job.request = {};
  job.request.settled = std::move(settled);
  job.request.checks = job.context.checks;
}

// Behind an answer that waits for its turn, this one's answer has to wait for its turn as well.
void holon_step::enter_line(job_ptr job, holon_effects& effects) {
  job->version = version_;
  job->request.chain = chain_;
  if (job->by == proof::append) take_snapshot_if_due(*job);
  job->plain = in_flight_.empty();
  if (job->plain)
    ++plain_in_flight_;
  else
    in_flight_.add(job);
  job->in_journal = true;
  effects.append(std::move(job));
}

void holon_step::take_snapshot_if_due(command_job& job) {
  if (limits_->snapshot_every == 0 || version_.value - snapshot_version_.value < limits_->snapshot_every) return;
  snapshot_version_ = version_;
  auto taken = guarded(to(*model_, "save a snapshot"), [&]() -> result<snapshot> {
    return snapshot{
        .stream = stream_, .version = version_, .schema = model_->snapshot_schema(), .state = model_->save(*state_)};
  });
  if (taken) job.due_snapshot = *std::move(taken);
}

void holon_step::hold_or_answer(job_ptr job, holon_effects& effects) {
  job->version = version_;
  if (all_settled()) return job->answer_prepared();
  in_flight_.add(std::move(job));
  if (plain_in_flight_ > 0) effects.watch_plain();
}

void holon_step::look_up(const job_ptr& job, holon_effects& effects) {
  ++outside_;
  effects.look_up(job);
}

void holon_step::on_looked_up(const job_ptr& job, result<std::optional<command_result>> found, holon_effects& effects) {
  --outside_;
  if (found && *found) return give_first_answer(job, **found, effects);
  if (!found && is_first_answer(found.error()))
    return give_first_answer(job, failure(std::move(found).error()), effects);
  // Whether it was written is known only once its number is taken, and a look-up does not say that.
  if (job->in_doubt && !HOLON_PLANTED(last_error_for_doubt)) return job->answer(failure(doubt(*job)));
  if (!found) return job->answer(failure(std::move(found).error()));
  if (!job->outcome) return job->answer(failure(job->outcome.error()));
  job->answer(failure(errc::unavailable, "the first answer to command " + to_string(job->context.id->value) +
                                             " was there and is gone, as after the loss of a server: send it again"));
}

// Another writer may have given it, of a version that this holon has not seen. Nobody who was told of that version may
// be told of an older state afterwards, not even by a read that asks for no proof.
void holon_step::give_first_answer(const job_ptr& job, result<command_result> first, holon_effects& effects) {
  const stream_version of{first ? first->version : stream_version{first.error().actual_version.value_or(0)}};
  if (told_ < of) told_ = of;
  job->answer(std::move(first));
  if (phase_ != phase::ready || told_ <= version_) return;
  phase_ = phase::broken;
  start_again_if_drained(effects);
}

void holon_step::on_settled(const job_ptr& job, holon_effects& effects) {
  HOLON_ASSERT(job->plain ? plain_in_flight_ > 0
                          : plain_in_flight_ == 0 && !in_flight_.empty() && &in_flight_.first() == job.get(),
               "requests are settled in their order");
  job->in_journal = false;
  if (job->plain)
    --plain_in_flight_;
  else
    in_flight_.take_first();
  if (job->by == proof::append)
    settle_append(job, effects);
  else
    settle_eventless(job, effects);
  release();
  start_again_if_drained(effects);
}

void holon_step::on_plain_settled(std::uint32_t count, holon_effects& effects) {
  HOLON_ASSERT(count <= plain_in_flight_, "what was not under way cannot be settled");
  plain_in_flight_ -= count;
  release();
  start_again_if_drained(effects);
}

// The expectation of this holon's own stream failed, or an append that it stood on did. Otherwise it was one of the
// caller's checks, which nobody but the caller can mend.
bool holon_step::was_behind(const error& why) const {
  if (why.code != errc::version_conflict) return false;
  return why.conflicts == nullptr || std::any_of(why.conflicts->begin(), why.conflicts->end(),
                                                 [&](const auto& each) { return each.stream == stream_; });
}

void holon_step::settle_append(const job_ptr& job, holon_effects& effects) {
  if (!job->outcome) return settle_failure(job, std::exchange(phase_, phase::broken) != phase::broken, effects);
  if (job->due_snapshot && job->proven()) effects.save(*job->due_snapshot);
  job->answer_appended();
  if (job->outcome->already) phase_ = phase::broken;
}

void holon_step::settle_eventless(const job_ptr& job, holon_effects& effects) {
  if (job->proven()) return job->answer_prepared();
  // The same command was settled before, without an event or with: that answer is the first one.
  if (job->outcome || job->outcome.error().code == errc::duplicate_event) return look_up(job, effects);
  const auto& why = job->outcome.error();
  if (was_behind(why)) {
    // No lost race: the next load proves the answer, however fast others write.
    if (!HOLON_PLANTED(conflict_keeps_state)) phase_ = phase::broken;
    return decide_again(job);
  }
  if (why.code == errc::in_doubt && job->by == proof::record && ++job->attempts < limits_->decide_again_max) {
    job->in_doubt = true;
    phase_ = phase::broken;
    return decide_again(job);
  }
  // Without the record a repeated command might get another answer, so the caller gets the error.
  job->answer(failure(job->in_doubt ? doubt(*job) : why));
}

// Worth deciding again on the state that is there by then: somebody else was first, or nobody knows who was.
void holon_step::settle_failure(const job_ptr& job, bool first_of_chain, holon_effects& effects) {
  const auto& why = job->outcome.error();
  // What stood behind the first to fail has not lost a race itself.
  if (first_of_chain) ++job->attempts;
  if (why.code == errc::in_doubt) job->in_doubt = true;
  job->due_snapshot.reset();
  const bool may_go_well = was_behind(why) || why.code == errc::in_doubt;
  if (may_go_well && job->attempts < limits_->decide_again_max) return decide_again(job);
  // A duplicate may be this very command, decided on another state than the first time.
  if (why.code != errc::duplicate_event && !job->in_doubt) return job->answer(failure(why));
  look_up(job, effects);
}

// Answers that stood behind what was just settled: say them, or throw them away with the state that they were made on.
void holon_step::release() {
  while (plain_in_flight_ == 0 && !in_flight_.empty() && in_flight_.first().by == proof::standing) {
    auto job = in_flight_.take_first();
    if (phase_ == phase::broken)
      decide_again(std::move(job));
    else
      job->answer_prepared();
  }
}

void holon_step::start_again_if_drained(holon_effects& effects) {
  if (phase_ != phase::broken) return;
  if (plain_in_flight_ > 0) effects.watch_plain();
  if (!all_settled()) return;
  if (chain_ != 0) effects.end_chain(std::exchange(chain_, 0));
  state_.reset();
  waiting_.add_in_front(again_);
  phase_ = phase::asleep;
  if (!waiting_.empty()) load(effects);
}

void holon_step::decide_again(job_ptr job) {
  if (job->watching != nullptr)
    job->watching->on(command_decided_again{.holon_type = model_->name(), .in_doubt = job->in_doubt});
  again_.add(std::move(job));
}

void holon_step::fail_waiting(const error& why) {
  while (!waiting_.empty()) {
    const auto job = waiting_.take_first();
    job->answer(failure(job->in_doubt ? doubt(*job) : why));
  }
}

}  // namespace holon
