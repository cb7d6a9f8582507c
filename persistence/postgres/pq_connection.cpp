#include "persistence/postgres/pq_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <thread>

#include <poll.h>
#include <postgresql/libpq-fe.h>
#include <sys/socket.h>
#include <unistd.h>

#include "persistence/postgres/connection_diagnosis.hpp"
#include "persistence/postgres/server_failure.hpp"

namespace holon::postgres {
namespace {

constexpr int binary = 1;
constexpr std::string_view check_violation = "23514";

// What libpq is told unless the URL says otherwise: to notice within half a minute that a host is gone.
constexpr const char* keepalive_idle_seconds = "5";
constexpr const char* keepalive_interval_seconds = "5";
constexpr const char* keepalive_count = "3";
constexpr const char* unacknowledged_max_ms = "20000";

constexpr std::string_view copy_header{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
constexpr std::string_view copy_trailer{"\377\377", 2};

// The same text has the same name on every connection, so that behind a pooler two programs cannot mean different ones.
std::string prepared_name(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  char name[32];
  std::snprintf(name, sizeof name, "holon_%016llx", static_cast<unsigned long long>(hash));
  return name;
}

// As libpq calls them, by server_kind.
constexpr const char* session_attributes[] = {"any", "primary", "read-write"};

// libpq ends its messages with a line break, and puts details on further lines.
std::string one_line(const char* message) {
  std::string text = message == nullptr ? "" : message;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.empty() ? "no reason was given" : text;
}

}  // namespace

// ---- opening and closing

result<std::unique_ptr<connection>> connection::open(const connection_target& target) {
  const auto seconds =
      std::max<std::int64_t>(2, std::chrono::ceil<std::chrono::seconds>(target.connect_patience).count());
  const auto patience = std::to_string(seconds);
  // What stands before dbname is overruled by what the URL in it says.
  const std::array settings{
      connection_setting{"connect_timeout", patience.c_str()},
      connection_setting{"keepalives_idle", keepalive_idle_seconds},
      connection_setting{"keepalives_interval", keepalive_interval_seconds},
      connection_setting{"keepalives_count", keepalive_count},
      connection_setting{"tcp_user_timeout", unacknowledged_max_ms},
      connection_setting{"target_session_attrs", session_attributes[static_cast<std::size_t>(target.server)]},
      connection_setting{"fallback_application_name", "holon"},
      connection_setting{"dbname", target.url.c_str()},
      connection_setting{"client_encoding", "UTF8"}};
  const connection_words words(settings);
  const auto begun = std::chrono::steady_clock::now();
  constexpr int url_in_dbname = 1;
  std::unique_ptr<connection> made(
      new connection(target, PQconnectdbParams(words.names.data(), words.values.data(), url_in_dbname)));
  if (made->to_ == nullptr) return failure(errc::unavailable, target.name + ": no memory for a connection");
  if (PQstatus(made->to_) != CONNECTION_OK) {
    auto why = target.name + ": no connection: " + one_line(PQerrorMessage(made->to_));
    const auto left = target.connect_patience - (std::chrono::steady_clock::now() - begun);
    const auto found = diagnose_connection(settings, std::chrono::ceil<std::chrono::milliseconds>(left));
    if (!found.sqlstate.empty()) why += ", SQLSTATE " + found.sqlstate;
    return failure(found.code, std::move(why));
  }
  HOLON_CHECK(made->set_up());
  return made;
}

result<void> connection::set_up() {
  PQsetnonblocking(to_, 1);
  PQsetNoticeProcessor(to_, [](void*, const char*) {}, nullptr);
  if (target_.pooled || target_.session.empty()) return {};
  return run(target_.session);
}

connection::connection(const connection_target& target, pg_conn* to) : target_(target), to_(to) {}
connection::~connection() { PQfinish(to_); }

int connection::server_version() const { return PQserverVersion(to_); }

// ---- flights

bool connection::enter_pipeline() { return PQpipelineStatus(to_) == PQ_PIPELINE_ON || PQenterPipelineMode(to_) == 1; }

bool connection::prepare(const statement& what) {
  if (target_.pooled || prepared_.contains(what.text)) return true;
  const bool waits = std::any_of(expected_.begin(), expected_.end(), [&](const expected& each) {
    return each.what == expecting::prepared && each.text == what.text;
  });
  if (waits) return true;
  if (PQsendPrepare(to_, prepared_name(what.text).c_str(), what.text, 0, nullptr) != 1) return false;
  expected_.push_back({expecting::prepared, what.text});
  return true;
}

// Sends or leaves a mark that it failed, which the call that waits for the answer tells.
void connection::send(const statement& what, const parameters& with) {
  std::vector<const char*> values(with.starts_.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = with.lengths_[i] < 0 ? nullptr : with.bytes_.data() + with.starts_[i];
  const std::vector<int> formats(values.size(), binary);
  if (!alive_ || !enter_pipeline() || !prepare(what)) {
    send_failed_ = true;
    return;
  }
  const int sent = target_.pooled ? PQsendQueryParams(to_, what.text, with.count(), nullptr, values.data(),
                                                      with.lengths_.data(), formats.data(), binary)
                                  : PQsendQueryPrepared(to_, prepared_name(what.text).c_str(), with.count(),
                                                        values.data(), with.lengths_.data(), formats.data(), binary);
  if (sent != 1) send_failed_ = true;
}

void connection::ask(const statement& what, const parameters& with) {
  send(what, with);
  expected_.push_back({expecting::answer, what.text});
}

void connection::send_asked() {
  flight_sent_ = true;
  if (!send_failed_ && (PQpipelineSync(to_) != 1 || !flush())) send_failed_ = true;
}

result<std::vector<rows>> connection::answers() {
  if (!std::exchange(flight_sent_, false)) send_asked();
  flight_sent_ = false;
  if (send_failed_) return failure(lost("send statements"));
  std::vector<rows> all;
  std::optional<error> first;
  for (; !expected_.empty(); expected_.pop_front()) {
    auto answer = take_answer(expected_.front());
    if (!alive_) return failure(std::move(answer).error());
    if (!answer && !first) first = std::move(answer).error();
    if (answer && expected_.front().what == expecting::answer) all.push_back(std::move(*answer));
  }
  HOLON_CHECK(take_sync());
  if (PQexitPipelineMode(to_) != 1) return failure(lost("end a flight"));
  if (first) return failure(std::move(*first));
  return all;
}

result<rows> connection::answer(const statement& what, const parameters& with) {
  ask(what, with);
  HOLON_TRY(auto all, answers());
  return std::move(all.front());
}

// The whole of what one command is answered, and the null that ends it. Of an aborted pipeline the first failure said
// why; sqlstate_ stays that of the first.
result<rows> connection::take_answer(const expected& what) {
  HOLON_TRY(auto* const got, next_result());
  if (got == nullptr) return failure(lost("read an answer"));
  rows answer{got};
  const auto status = PQresultStatus(got);
  HOLON_CHECK(end_command());
  if (status == PGRES_PIPELINE_ABORTED) return failure(errc::unavailable, target_.name + ": not run");
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return failure(problem(got));
  if (what.what == expecting::prepared) prepared_.insert(what.text);
  return answer;
}

result<void> connection::end_command() {
  HOLON_TRY(auto* const end, next_result());
  if (end == nullptr) return {};
  const rows unexpected{end};
  return failure(lost("read the end of an answer"));
}

result<void> connection::take_sync() {
  HOLON_TRY(auto* const got, next_result());
  const rows sync{got};
  if (got == nullptr || PQresultStatus(got) != PGRES_PIPELINE_SYNC) return failure(lost("end a flight"));
  return {};
}

// ---- pages

result<void> connection::ask_page(const statement& what, const parameters& with) {
  send(what, with);
  expected_.push_back({expecting::page, what.text});
  if (send_failed_ || PQpipelineSync(to_) != 1) return failure(lost("send a read"));
  return flush();
}

result<bool> connection::next_row(row& into) {
  page_row_.reset();
  if (!in_page_) {
    if (auto prepared = take_prepared(); !prepared) return failure(end_page_not_run(std::move(prepared).error()));
    if (PQsetSingleRowMode(to_) != 1) return failure(lost("read row by row"));
    in_page_ = true;
  }
  HOLON_TRY(auto* const got, next_result());
  if (got == nullptr) return failure(lost("read a row"));
  page_row_.emplace(got);
  const auto status = PQresultStatus(got);
  if (status == PGRES_SINGLE_TUPLE) {
    into = (*page_row_)[0];
    ++rows_in_page_;
    return true;
  }
  // Rows all at once, though they were asked for singly: libpq had read them before.
  if (status == PGRES_TUPLES_OK && PQntuples(got) > 0) return failure(lost("read row by row"));
  // The end of the page, good or bad.
  in_page_ = false;
  rows_in_page_ = 0;
  expected_.pop_front();
  std::optional<error> why;
  if (status != PGRES_TUPLES_OK) why = problem(got);
  HOLON_CHECK(end_command());
  HOLON_CHECK(take_sync());
  if (expected_.empty() && PQexitPipelineMode(to_) != 1) return failure(lost("end a read"));
  if (why) return failure(std::move(*why));
  return false;
}

// What was prepared on the way to the page.
result<void> connection::take_prepared() {
  while (expected_.front().what == expecting::prepared) {
    const auto what = expected_.front();
    expected_.pop_front();
    HOLON_CHECK(take_answer(what));
  }
  // libpq turns to the next command only when its results are asked for, and that is when rows can be asked for singly.
  return flush();
}

// A page whose statement could not be prepared did not run; in the place of its rows the server says so.
error connection::end_page_not_run(error why) {
  if (!alive_) return why;
  const auto kept = sqlstate_;
  const auto not_run = take_answer(expected_.front());
  expected_.pop_front();
  if (!alive_ || !take_sync()) return why;
  if (expected_.empty() && PQexitPipelineMode(to_) != 1) static_cast<void>(lost("end a read"));
  sqlstate_ = kept;
  return why;
}

void connection::drop_pages() {
  row ignored;
  while (alive_ && !expected_.empty()) {
    auto more = next_row(ignored);
    static_cast<void>(more);
  }
}

// ---- COPY

result<rows> connection::copy_in(const statement& what) {
  if (!alive_ || PQsendQuery(to_, what.text) != 1) return failure(lost("begin a COPY"));
  rows last{nullptr};
  while (true) {
    HOLON_TRY(auto* const got, next_result());
    rows answer{got};
    if (got == nullptr) return failure(lost("begin a COPY"));
    const auto status = PQresultStatus(got);
    if (status == PGRES_COPY_IN) break;
    if (status == PGRES_TUPLES_OK) last = std::move(answer);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) continue;
    auto why = problem(got);
    HOLON_CHECK(end_command());
    return failure(std::move(why));
  }
  HOLON_CHECK(copy_rows_ahead(copy_header));
  return last;
}

// libpq keeps whatever it is given, so nothing but a flush holds back who reads faster than the server writes.
result<void> connection::copy_rows(std::string_view some) {
  HOLON_CHECK(copy_rows_ahead(some));
  return flush();
}

result<void> connection::copy_end() {
  HOLON_CHECK(copy_end_ahead());
  return copied();
}

result<void> connection::copy_rows_ahead(std::string_view some) {
  while (true) {
    const int put = PQputCopyData(to_, some.data(), static_cast<int>(some.size()));
    if (put == 1) return {};
    if (put < 0) return failure(lost("send rows"));
    HOLON_CHECK(await(POLLOUT | POLLIN));
  }
}

result<void> connection::copy_end_ahead() {
  HOLON_CHECK(copy_rows_ahead(copy_trailer));
  for (int put = 0; put != 1;) {
    put = PQputCopyEnd(to_, nullptr);
    if (put < 0) return failure(lost("end a COPY"));
    if (put == 0) HOLON_CHECK(await(POLLOUT | POLLIN));
  }
  send_on();
  return {};
}

// As much as the server takes now. What goes wrong is told by the call that waits for an answer.
void connection::send_on() { unsent_ = PQflush(to_) == 1; }

bool connection::has_answer() {
  send_on();
  return !alive_ || PQconsumeInput(to_) != 1 || PQisBusy(to_) == 0;
}

bool connection::wait_for_answer(int wake) {
  while (!has_answer()) {
    short happened = 0;
    const short wanted = unsent_ ? POLLIN | POLLOUT : POLLIN;
    const int ready = wait_for(wanted, happened, wake);
    if (ready == 0 || (ready < 0 && errno != EINTR)) return true;  // who takes the answer will notice
    pollfd woken{wake, POLLIN, 0};
    if (happened == 0 && poll(&woken, 1, 0) == 1) return false;
  }
  return true;
}

result<void> connection::copied() {
  HOLON_TRY(auto* const got, next_result());
  const rows ended{got};
  if (got == nullptr) return failure(lost("end a COPY"));
  std::optional<error> why;
  if (PQresultStatus(got) != PGRES_COMMAND_OK) why = problem(got);
  HOLON_CHECK(end_command());
  if (why) return failure(std::move(*why));
  return {};
}

void connection::copy_abort() {
  if (!alive_) return;
  PQputCopyEnd(to_, "given up");
  while (alive_) {
    const auto got = next_result();
    if (!got || *got == nullptr) return;
    const rows ignored{*got};
  }
}

// ---- single statements

result<void> connection::run(const std::string& sql) {
  if (!alive_ || PQsendQuery(to_, sql.c_str()) != 1) return failure(lost("send a statement"));
  std::optional<error> first;
  while (true) {
    HOLON_TRY(auto* const got, next_result());
    if (got == nullptr) break;
    const rows answer{got};
    const auto status = PQresultStatus(got);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !first) first = problem(got);
  }
  if (first) return failure(std::move(*first));
  return {};
}

void connection::rollback() {
  if (!alive_ || PQtransactionStatus(to_) == PQTRANS_IDLE) return;
  const auto kept = sqlstate_;
  static_cast<void>(run("rollback"));
  sqlstate_ = kept;
}

void connection::hang_up() {
  if (!alive_) return;
  static_cast<void>(shutdown(PQsocket(to_), SHUT_RDWR));
  alive_ = false;
  sqlstate_.clear();
}

void connection::interrupt() const { static_cast<void>(shutdown(PQsocket(to_), SHUT_RDWR)); }

result<std::optional<std::string>> connection::notification(std::chrono::milliseconds patience, int wake) {
  const auto take = [&]() -> std::optional<std::string> {
    while (true) {
      const std::unique_ptr<PGnotify, decltype(&PQfreemem)> got{PQnotifies(to_), &PQfreemem};
      if (!got) return std::nullopt;
      if (got->be_pid != PQbackendPID(to_)) return got->extra;
    }
  };
  if (auto waiting = take()) return waiting;
  pollfd files[] = {{PQsocket(to_), POLLIN, 0}, {wake, POLLIN, 0}};
  const int ready = poll(files, wake < 0 ? 1 : 2, static_cast<int>(patience.count()));
  if (ready < 0 && errno != EINTR) return failure(lost("wait for a notification"));
  if (files[0].revents != 0 && PQconsumeInput(to_) != 1) return failure(lost("wait for a notification"));
  return take();
}

// ---- waiting, and what goes wrong

result<void> connection::flush() {
  while (true) {
    const int left = PQflush(to_);
    if (left == 0) return {};
    if (left < 0) return failure(lost("send"));
    HOLON_CHECK(await(POLLOUT | POLLIN));
  }
}

// Waits for the server to take or to give something. What it gives is read at once, so that it never waits for us.
result<void> connection::await(short events) {
  short happened = 0;
  const int ready = wait_for(events, happened);
  if (ready < 0 && errno == EINTR) return {};
  if (ready == 0) {
    alive_ = false;
    sqlstate_.clear();
    return failure(errc::unavailable, target_.name + ": no answer for " +
                                          std::to_string(target_.reply_patience.count()) +
                                          " ms, so the connection is given up");
  }
  if (ready < 0 || ((happened & ~POLLOUT) != 0 && PQconsumeInput(to_) != 1)) return failure(lost("wait"));
  return {};
}

result<void> connection::await_input() {
  pollfd input{PQsocket(to_), POLLIN, 0};
  if (rows_in_page_ >= long_page_rows && poll(&input, 1, 0) == 0) std::this_thread::sleep_for(long_page_pause);
  return await(POLLIN);
}

// As poll. Those beside have no say in how long: whoever waits for them will notice.
int connection::wait_for(short events, short& happened, int wake) {
  std::array<pollfd, 2 + served_max> files{};
  std::array<connection*, 2 + served_max> whose{};
  std::size_t count = 0;
  files[count++] = {PQsocket(to_), events, 0};
  files[count++] = {wake, POLLIN, 0};  // below 0: nothing
  for (auto* const other : beside_) {
    if (!other->alive_ || !other->unsent_) continue;
    whose[count] = other;
    files[count++] = {PQsocket(other->to_), POLLOUT, 0};
  }
  const int ready = poll(files.data(), count, static_cast<int>(target_.reply_patience.count()));
  for (std::size_t i = 2; ready > 0 && i < count; ++i)
    if (files[i].revents != 0) whose[i]->send_on();
  happened = files[0].revents;
  return ready;
}

result<pg_result*> connection::next_result() {
  if (!alive_) return failure(errc::unavailable, target_.name + ": the connection is lost");
  HOLON_CHECK(flush());
  while (PQisBusy(to_) != 0) HOLON_CHECK(await_input());
  auto* const got = PQgetResult(to_);
  if (PQstatus(to_) != CONNECTION_BAD) return got;
  // The server may have said why before it hung up: 57P01, an administrator's command.
  const rows last{got};
  auto why = lost("read");
  if (got != nullptr && PQresultErrorField(got, PG_DIAG_SQLSTATE) != nullptr)
    sqlstate_ = PQresultErrorField(got, PG_DIAG_SQLSTATE);
  return failure(std::move(why));
}

error connection::problem(const pg_result* with) {
  const char* state = PQresultErrorField(with, PG_DIAG_SQLSTATE);
  sqlstate_ = state == nullptr ? "" : state;
  const char* primary = PQresultErrorField(with, PG_DIAG_MESSAGE_PRIMARY);
  const char* detail = PQresultErrorField(with, PG_DIAG_MESSAGE_DETAIL);
  std::string text = target_.name + ": " + one_line(primary);
  if (detail != nullptr) text += " (" + one_line(detail).substr(0, 256) + ")";
  // A check that has a name is about what was sent. That there is no partition has none, and the same SQLSTATE.
  const bool is_named_check =
      sqlstate_ == check_violation && PQresultErrorField(with, PG_DIAG_CONSTRAINT_NAME) != nullptr;
  const auto code = is_named_check ? errc::invalid_argument : code_of_sqlstate(sqlstate_);
  return {.code = code, .text = text + (sqlstate_.empty() ? "" : ", SQLSTATE " + sqlstate_)};
}

error connection::lost(std::string_view doing) {
  alive_ = false;
  sqlstate_.clear();
  return {
      .code = errc::unavailable,
      .text = target_.name + ": the connection broke (" + std::string(doing) + "): " + one_line(PQerrorMessage(to_))};
}

}  // namespace holon::postgres
