#include "actors/runtime/node.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <limits>
#include <mutex>
#include <string>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include "actors/runtime/answered_states.hpp"
#include "actors/runtime/awaited.hpp"
#include "actors/runtime/commit_hint.hpp"
#include "actors/runtime/holon_actor.hpp"
#include "actors/runtime/holon_router.hpp"
#include "actors/runtime/journal_loader.hpp"
#include "actors/runtime/journal_watch.hpp"
#include "actors/runtime/journal_writer.hpp"
#include "actors/runtime/messages.hpp"
#include "actors/runtime/node_system.hpp"
#include "actors/runtime/projection_runner.hpp"
#include "actors/runtime/reply_line.hpp"
#include "actors/runtime/supervision.hpp"
#include "config/guarded.hpp"
#include "persistence/append_judge.hpp"

namespace holon {
namespace {

constexpr std::size_t loaders_max = 20;
constexpr std::size_t spare_threads_max = 64;

// What `stop` takes at least, whatever its timeout, once everything is answered: actors that do not hang end in less.
constexpr std::chrono::milliseconds end_patience_min{1'000};

result<void> check(const node_options& options) {
  const auto out_of_range = [](std::string_view what) {
    return failure(errc::invalid_argument, "node option " + std::string(what) + " is out of its range");
  };
  if (options.commands_open_max < 1) return out_of_range("commands_open_max (from 1)");
  if (options.commands_open_bytes_max < 1) return out_of_range("commands_open_bytes_max (from 1)");
  if (options.batch_events_max < 1) return out_of_range("batch_events_max (from 1)");
  if (options.loaders < 1 || options.loaders > loaders_max) return out_of_range("loaders (1 to 20)");
  if (options.spare_threads > spare_threads_max) return out_of_range("spare_threads (0 to 64)");
  if (options.slow_call.count() < 1) return out_of_range("slow_call (from 1 ms)");
  if (options.awake_target < 1) return out_of_range("awake_target (from 1)");
  if (options.idle_before_sleep < std::chrono::milliseconds(4)) return out_of_range("idle_before_sleep (from 4 ms)");
  if (!options.clock) return out_of_range("clock (a function)");
  if (options.call_timeout.count() < 1) return out_of_range("call_timeout (from 1 ms)");
  if (options.stop_timeout.count() < 1) return out_of_range("stop_timeout (from 1 ms)");
  return {};
}

// One check is the holon's own.
result<void> check_context(const command_job& job) {
  const auto& checks = job.context.checks;
  if (checks.empty()) return {};
  append_request asked;
  asked.checks.reserve(1 + checks.size());
  asked.checks.push_back({job.stream, expected_version::no_stream()});
  asked.checks.insert(asked.checks.end(), checks.begin(), checks.end());
  return check_request(asked);
}

std::string what_is_left(std::chrono::milliseconds timeout, std::size_t unanswered, bool is_over) {
  std::string text = "the node did not come to its end within " + std::to_string(timeout.count()) + " ms";
  if (unanswered > 0) text += "; " + std::to_string(unanswered) + " commands and questions were answered with timeout";
  if (!is_over) text += "; a thread of it hangs, in a holon type, a reply, a hint or the journal, and was left behind";
  return text;
}

struct running_projection {
  const projection* what;
  std::shared_ptr<runtime::projection_board> board;
  caf::actor runner;

  void wake() const {
    if (!board->wake_pending.exchange(true)) caf::anon_send(runner, runtime::wake{});
  }
};

}  // namespace

// The order of the members is the order of the shutdown, backwards: handles before the system.
struct node::running {
  running(std::shared_ptr<journal> to, holon_catalog known, node_options with, node_views seen)
      : store(std::move(to)),
        types(std::move(known)),
        options(std::move(with)),
        views(std::move(seen)),
        answered(store),
        threads{.usual = runtime::threads_or_usual(options.scheduler_threads), .spare = options.spare_threads},
        watched(std::make_shared<runtime::thread_watch>(
            runtime::watch_options{.watching = options.observer.get(),
                                   .slow_call = options.slow_call,
                                   .scheduler_threads = threads.usual + threads.spare})),
        config(threads, watched),
        system(config) {}

  std::shared_ptr<journal> store;
  holon_catalog types;
  node_options options;
  node_views views;
  open_jobs open{{.jobs_max = options.commands_open_max, .bytes_max = options.commands_open_bytes_max}};
  std::atomic<std::int64_t> awake{0};
  std::atomic<std::int64_t> committed{0};
  std::atomic<bool> stopping{false};
  std::mutex stop_mutex;
  std::optional<result<void>> stopped;  // what came of it
  runtime::holon_surroundings around;
  runtime::answered_states answered;
  runtime::scheduler_limits threads;
  std::shared_ptr<runtime::thread_watch> watched;  // those of the system
  runtime::node_system_config config;
  caf::actor_system system;
  caf::actor router;
  std::unique_ptr<runtime::commit_hint> hint;  // none: nobody wants to hear of commits
  std::mutex projections_mutex;                // stop() ends them while others may ask how they are
  std::vector<running_projection> projections;
  std::unique_ptr<runtime::journal_watch> watch;  // none: nobody else writes, or nobody wants to hear of it

  [[nodiscard]] std::vector<running_projection> running_projections() {
    const std::lock_guard lock(projections_mutex);
    return projections;
  }
  result<void> start_projections();
  void wake_projections();
  void end_actors();
  std::size_t give_up_open_jobs(const std::shared_ptr<running>& self);
  result<void> stop(std::chrono::milliseconds timeout, const std::shared_ptr<running>& self);
  void committed_up_to(global_offset last);
  template <class Result, class Call>
  Result call_engine(std::string_view name, Call call);
};

// Connects all of them before the first one runs, so that an error leaves nothing running.
result<void> node::running::start_projections() {
  event_catalog known;
  HOLON_CHECK(types.list_events(known));
  HOLON_CHECK(views.projections.check(known));
  if (views.store == nullptr && !views.projections.all().empty())
    return failure(errc::invalid_argument, "the node has projections and no store for their rows: give node_views one");
  std::vector<std::pair<std::shared_ptr<journal_reader>, std::shared_ptr<row_session>>> connections;
  for (std::size_t i = 0; i < views.projections.all().size(); ++i) {
    HOLON_TRY(std::shared_ptr<journal_reader> reader, store->reader());
    HOLON_TRY(std::shared_ptr<row_session> session, views.store->session());
    connections.emplace_back(std::move(reader), std::move(session));
  }
  for (std::size_t i = 0; i < connections.size(); ++i) {
    const projection* what = views.projections.all()[i].get();
    auto& [reader, session] = connections[i];
    auto board = std::make_shared<runtime::projection_board>();
    auto runner = system.spawn<runtime::projection_runner, caf::detached>(
        std::move(reader), std::move(session), what, views.settings,
        runtime::runner_limits{.poll_every = views.poll_every}, board, around.faults, around.watching);
    projections.push_back({.what = what, .board = std::move(board), .runner = std::move(runner)});
  }
  return {};
}

void node::running::wake_projections() {
  for (const auto& one : running_projections()) one.wake();
}

void node::running::committed_up_to(global_offset last) {
  committed.store(last.value, std::memory_order_relaxed);
  wake_projections();
  if (hint != nullptr) hint->note(last);
}

// Runs `call` on the projection's own thread and waits for what it gives.
template <class Result, class Call>
Result node::running::call_engine(std::string_view name, Call call) {
  HOLON_CHECK(runtime::check_may_wait("a projection's call"));
  HOLON_TRY(const auto* const wanted, views.projections.get(name));
  auto all = running_projections();
  const auto at = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.what == wanted; });
  if (at == all.end()) return failure(errc::stopping, "the node has stopped its projections");
  runtime::awaited<Result> answer;
  auto run = std::make_shared<std::function<void(projection_engine&)>>([reply = answer.reply(), call,
                                                                        board = at->board](projection_engine& engine) {
    auto outcome = guarded({"the store", "of a projection", "do as it was told", true}, [&] { return call(engine); });
    // Shown before it is told: who waits for the projection next must not see how it was before.
    board->write(engine.status());
    reply(std::move(outcome));
  });
  caf::anon_send(at->runner, runtime::engine_call{std::move(run)});
  all.clear();  // nobody may keep a handle while stop() waits for its actor
  return answer.get(options.call_timeout);
}

node::node(std::shared_ptr<running> inside) : running_(std::move(inside)) {}

// On a thread of its own, a node cannot wait for its end.
node::~node() {
  if (running_ == nullptr) return;
  if (!runtime::on_thread_of_a_node()) {
    stop();
    return;
  }
  std::thread([ending = std::move(running_)] { ending->stop(ending->options.stop_timeout, ending); }).detach();
}

result<std::unique_ptr<node>> node::start(std::shared_ptr<journal> journal, holon_catalog types, node_options options,
                                          node_views views) {
  HOLON_CHECK(check(options));
  HOLON_CHECK(types.check());
  if (journal == nullptr)
    return failure(errc::invalid_argument, "a node needs a journal and was given none: open one first");
  HOLON_TRY(std::shared_ptr<journal_appender> appender, journal->appender());
  std::vector<std::shared_ptr<journal_reader>> readers;
  for (std::size_t i = 0; i < options.loaders; ++i) {
    HOLON_TRY(readers.emplace_back(), journal->current_reader());
  }
  auto inside = std::make_shared<running>(std::move(journal), std::move(types), std::move(options), std::move(views));
  auto& run = *inside;
  run.around.watching = run.options.observer.get();
  run.around.faults = std::make_shared<runtime::fault_board>(run.around.watching);
  run.around.limits = run.options.holons;
  run.around.clock = run.options.clock;
  run.around.who_writes = run.store->shared() ? journal_writers::others_too : journal_writers::this_node;
  // Before the writer, which wakes them.
  HOLON_CHECK(run.start_projections());
  for (auto& reader : readers)
    run.around.loaders.push_back(run.system.spawn<runtime::journal_loader, caf::detached>(
        std::move(reader), run.around.faults, run.around.watching));
  const auto replies = std::make_shared<runtime::reply_line>();
  run.watched->at_each_look([replies] { replies->relieve(); });
  run.around.writer = run.system.spawn<runtime::journal_writer, caf::detached>(
      std::move(appender), run.around.writes, runtime::writer_limits{.batch_events_max = run.options.batch_events_max},
      runtime::writer_hints{.committed = [&run](global_offset last) { run.committed_up_to(last); },
                            .in_doubt = [&run] { run.answered.forget(); },
                            .watching = run.around.watching,
                            .replies = replies},
      run.around.faults);
  run.router = run.system.spawn<runtime::holon_router>(
      &run.around,
      runtime::router_limits{.awake_target = run.options.awake_target,
                             .idle_before_sleep = run.options.idle_before_sleep},
      &run.awake);
  if (run.store->shared() && !run.views.projections.all().empty())
    run.watch = std::make_unique<runtime::journal_watch>(run.store, [&run](global_offset) { run.wake_projections(); });
  if (run.around.watching != nullptr) run.around.watching->on(node_started{.journal = run.store->name()});
  return std::unique_ptr<node>(new node(std::move(inside)));
}

// Counts the job as open before it looks whether the node is stopping, as stop() does it the other way round: so no job
// slips in between unseen.
bool node::accept(command_job& job, std::string_view holon_type) {
  auto& run = *running_;
  job.watching = run.around.watching;
  if (job.watching != nullptr) job.accepted_at = std::chrono::steady_clock::now();
  job.model = run.types.find(holon_type);
  auto admitted = run.open.admit(job);
  if (run.stopping.load()) {
    job.answer(failure(errc::stopping, "the node is stopping and takes no more commands"));
    return false;
  }
  if (!admitted) {
    job.answer(failure(std::move(admitted).error()));
    return false;
  }
  if (run.around.faults->is_fatal()) {
    job.answer(failure(errc::unavailable, run.around.faults->text() + "; restart the node"));
    return false;
  }
  // What was accepted waits for a store that is away; what comes now is told so at once and may go elsewhere.
  if (!run.store->available()) {
    job.answer(failure(errc::unavailable, run.store->name() + " is away at the moment: try again later"));
    return false;
  }
  if (job.model == nullptr) {
    job.answer(failure(errc::unknown_type, "no holon type '" + std::string(holon_type) + "' is known to this node"));
    return false;
  }
  if (auto sound = check_context(job); !sound) {
    job.answer(failure(std::move(sound).error()));
    return false;
  }
  return true;
}

std::shared_ptr<command_job> node::make_job(stream_id stream, std::unique_ptr<command_body> command,
                                            command_context context) const {
  auto job = make_question(stream, context.reads);
  job->body = std::move(command);
  job->resendable = context.id.has_value();
  job->context = std::move(context);
  return job;
}

std::shared_ptr<command_job> node::make_question(stream_id stream, std::optional<read_consistency> reads) const {
  auto job = std::make_shared<command_job>();
  job->stream = stream;
  job->reads = reads.value_or(running_->options.reads);
  return job;
}

void node::offer(std::shared_ptr<command_job> job) {
  auto& run = *running_;
  if (run.around.offers.put(std::move(job))) caf::anon_send(run.router, runtime::flush{});
}

void node::send(stream_id stream, std::string_view holon_type, std::unique_ptr<command_body> command,
                command_context context, command_reply reply) {
  auto job = make_job(stream, std::move(command), std::move(context));
  job->on_result = std::move(reply);
  if (accept(*job, holon_type)) offer(std::move(job));
}

void node::ask_state(stream_id stream, std::string_view holon_type, state_reply reply,
                     std::optional<read_consistency> reads) {
  auto job = make_question(stream, reads);
  job->on_state = std::move(reply);
  if (accept(*job, holon_type)) offer(std::move(job));
}

result<command_result> node::run(stream_id stream, std::string_view holon_type, std::unique_ptr<command_body> command,
                                 command_context context) {
  HOLON_CHECK(runtime::check_may_wait("run"));
  const auto timeout = context.timeout.value_or(running_->options.call_timeout);
  runtime::awaited<result<command_result>> answer;
  auto job = make_job(stream, std::move(command), std::move(context));
  job->on_result = answer.reply();
  job->wakes_caller = true;
  if (accept(*job, holon_type)) offer(std::move(job));
  return answer.get(timeout);
}

result<state_answer> node::state(stream_id stream, std::string_view holon_type, std::optional<read_consistency> reads,
                                 std::optional<std::chrono::milliseconds> timeout) {
  HOLON_CHECK(runtime::check_may_wait("state"));
  const auto wait = timeout.value_or(running_->options.call_timeout);
  runtime::awaited<result<state_answer>> answer;
  auto job = make_question(stream, reads);
  job->on_state = answer.reply();
  job->wakes_caller = true;
  if (!accept(*job, holon_type)) return answer.get(wait);
  auto& run = *running_;
  const bool to_prove =
      run.around.who_writes == journal_writers::others_too && job->reads == read_consistency::linearizable;
  const auto* const model = job->model;
  // Whoever looks himself waits as long as the journal does, so not with a timeout of his own.
  if (to_prove && !timeout)
    if (auto known = run.answered.ask(stream, model)) {
      job->answer_state(*std::move(known));
      return answer.get(wait);
    }
  const auto asked = run.answered.now();
  offer(std::move(job));
  auto told = answer.get(wait);
  if (to_prove && told) run.answered.note(stream, model, *told, asked);
  return told;
}

void node::on_commit(std::function<void(global_offset)> hint) {
  running_->hint = std::make_unique<runtime::commit_hint>(running_->system, std::move(hint), running_->around.faults);
}

result<void> node::stop(std::optional<std::chrono::milliseconds> timeout) {
  HOLON_CHECK(runtime::check_may_wait("stop"));
  return running_->stop(timeout.value_or(running_->options.stop_timeout), running_);
}

result<void> node::running::stop(std::chrono::milliseconds timeout, const std::shared_ptr<running>& self) {
  const auto until = std::chrono::steady_clock::now() + timeout;
  const auto left = [&] {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()));
  };
  const std::lock_guard one_at_a_time(stop_mutex);
  if (stopped) return *stopped;
  stopping.store(true);
  std::size_t unanswered = 0;
  if (!open.wait_until_none(left())) unanswered = give_up_open_jobs(self);
  auto ended = std::make_shared<std::promise<void>>();
  auto end = ended->get_future();
  // It must not be the last to let go of this, unless nobody waits for it any more.
  std::thread([self = self, ended]() mutable {
    self->end_actors();
    self.reset();
    ended->set_value();
  }).detach();
  // Whoever has hung for so long mostly goes on hanging; the rest ends within a moment.
  const bool is_over = end.wait_for(std::max(left(), end_patience_min)) == std::future_status::ready;
  if (around.watching != nullptr) around.watching->on(node_stopped{.journal = store->name(), .unanswered = unanswered});
  stopped =
      unanswered == 0 && is_over ? result<void>() : failure(errc::timeout, what_is_left(timeout, unanswered, is_over));
  return *stopped;
}

// Their replies are foreign code, too, and may hang as what they wait for does.
std::size_t node::running::give_up_open_jobs(const std::shared_ptr<running>& self) {
  auto jobs = open.all();
  const auto count = jobs.size();
  auto told = std::make_shared<std::promise<void>>();
  auto all_told = told->get_future();
  std::thread([self = self, jobs = std::move(jobs), told]() mutable {
    runtime::note_thread_of_a_node();
    for (const auto& job : jobs)
      job->answer(failure(errc::timeout,
                          "the node stopped before this was answered; what was asked may have happened, or "
                          "may still: ask again, a command with the same id"));
    jobs.clear();  // they are in a list of the node's
    self.reset();
    told->set_value();
  }).detach();
  static_cast<void>(all_told.wait_for(end_patience_min));
  return count;
}

void node::running::end_actors() {
  if (router == nullptr) return;
  watch.reset();
  caf::anon_send(router, runtime::close{});
  caf::anon_send_exit(around.writer, caf::exit_reason::user_shutdown);
  for (auto& loader : around.loaders) caf::anon_send_exit(loader, caf::exit_reason::user_shutdown);
  for (auto& one : running_projections()) caf::anon_send_exit(one.runner, caf::exit_reason::user_shutdown);
  if (hint != nullptr) hint->close();
  // ~actor_system waits for a detached actor for as long as anybody holds a handle to it.
  router = nullptr;
  around.writer = nullptr;
  around.loaders.clear();
  {
    const std::lock_guard lock(projections_mutex);
    projections.clear();
  }
  system.await_all_actors_done();
}

node_stats node::stats() const {
  const auto& run = *running_;
  return {.commands_open = run.open.count(),
          .commands_open_bytes = run.open.bytes(),
          .holons_awake = run.awake.load(),
          .committed = {run.committed.load(std::memory_order_relaxed)},
          .faults = run.around.faults->count(),
          .fault = run.around.faults->text(),
          .threads = run.threads.usual + run.threads.spare,
          .threads_held = run.watched->held(),
          .slow_calls = run.watched->slow_calls()};
}

std::vector<projection_status> node::projections() const {
  // A projection that hangs, or has ended, does not see how the journal grows.
  const auto head = running_->store->wait_for_more(global_offset{std::numeric_limits<std::int64_t>::max()},
                                                   std::chrono::milliseconds(0));
  std::vector<projection_status> all;
  for (const auto& one : running_->running_projections()) {
    auto& status = all.emplace_back(one.board->read());
    if (head) status.head = std::max(status.head, *head);
    status.lag = std::max<std::int64_t>(0, status.head.value - status.offset.value);
    if (status.phase == projection_phase::live && status.lag > 0) status.phase = projection_phase::catching_up;
  }
  return all;
}

bool node::wait_for_projections(global_offset offset, std::chrono::milliseconds patience) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::vector<std::shared_ptr<runtime::projection_board>> boards;
  for (const auto& one : running_->running_projections()) {
    one.wake();
    boards.push_back(one.board);
  }
  return std::all_of(boards.begin(), boards.end(), [&](const auto& board) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    return board->wait_for(offset, std::max(left, std::chrono::milliseconds(0)));
  });
}

result<void> node::pause_projection(std::string_view name) {
  return running_->call_engine<result<void>>(name, [](auto& engine) { return engine.pause(); });
}

result<void> node::resume_projection(std::string_view name) {
  return running_->call_engine<result<void>>(name, [](auto& engine) { return engine.resume(); });
}

result<void> node::rebuild_projection(std::string_view name) {
  return running_->call_engine<result<void>>(name, [](auto& engine) { return engine.rebuild(); });
}

result<replay_report> node::replay_parked(std::string_view name) {
  return running_->call_engine<result<replay_report>>(name, [](auto& engine) { return engine.replay_parked(); });
}

const holon_catalog& node::types() const { return running_->types; }

journal& node::store() const { return *running_->store; }

}  // namespace holon
