// postgres::connection on a simulated server, in the place of libpq's. The URL says which node connects: "node:2".
#include <charconv>
#include <utility>

#include <poll.h>
#include <postgresql/libpq-fe.h>

#include "persistence/postgres/pq_connection.hpp"
#include "tests/simulation/fibers.hpp"
#include "tests/simulation/postgres/fake_session.hpp"

// What libpq has in its place.
struct pg_conn {
  std::shared_ptr<holon::testing::fake_session> session;
  std::string copied;  // rows of a COPY, until its end
  holon::testing::transaction_status status = holon::testing::transaction_status::idle;
  int row_of_page = 0;
};

namespace holon::postgres {
namespace {

using testing::fake_server;
using testing::fibers;
using testing::session_reply;
using testing::session_request;
using testing::transaction_status;
using testing::wire_row;

constexpr int binary = 1;
// Flags, and the extension that has no bytes, behind the signature.
constexpr std::size_t copy_header_bytes = 19;

errc code_of(std::string_view sqlstate) {
  if (sqlstate == "53100") return errc::no_space;
  return errc::unavailable;
}

std::uint32_t node_in(std::string_view url) {
  std::uint32_t node = 0;
  const auto at = url.find(':') + 1;
  std::from_chars(url.data() + at, url.data() + url.size(), node);
  return node;
}

PGresult* to_result(const std::vector<wire_row>& from) {
  auto* const made = PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK);
  if (from.empty()) return made;
  std::vector<PGresAttDesc> columns(from.front().size());
  char name[] = "?";
  for (auto& column : columns) column = {.name = name, .format = binary};
  PQsetResultAttrs(made, static_cast<int>(columns.size()), columns.data());
  for (std::size_t i = 0; i < from.size(); ++i)
    for (std::size_t column = 0; column < from[i].size(); ++column) {
      const auto& value = from[i][column];
      std::string bytes = value.value_or("");
      PQsetvalue(made, static_cast<int>(i), static_cast<int>(column), value ? bytes.data() : nullptr,
                 value ? static_cast<int>(bytes.size()) : -1);
    }
  return made;
}

}  // namespace

// ---- opening and closing

result<std::unique_ptr<connection>> connection::open(const connection_target& target) {
  if (fibers::on_fiber()) fibers::wait([] { return true; });
  auto session = fake_server::current().connect(node_in(target.url), target.server == server_kind::any);
  if (!session) return failure(errc::unavailable, target.name + ": no connection: the simulated server is away");
  return std::unique_ptr<connection>(new connection(target, new pg_conn{.session = std::move(session), .copied = {}}));
}

connection::connection(const connection_target& target, pg_conn* to) : target_(target), to_(to) {}

connection::~connection() {
  to_->session->leave();
  delete to_;
}

int connection::server_version() const { return 150000; }

// ---- flights

void connection::send(const statement& what, const parameters& with) {
  if (!alive_) {
    send_failed_ = true;
    return;
  }
  wire_row values(with.starts_.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (with.lengths_[i] >= 0)
      values[i] = with.bytes_.substr(with.starts_[i], static_cast<std::size_t>(with.lengths_[i]));
  to_->session->send({.what = session_request::kind::statement, .text = what.text, .with = std::move(values)});
}

void connection::ask(const statement& what, const parameters& with) {
  send(what, with);
  expected_.push_back({expecting::answer, what.text});
}

void connection::send_asked() {
  flight_sent_ = true;
  if (!send_failed_) to_->session->send({.what = session_request::kind::sync});
}

result<std::vector<rows>> connection::answers() {
  if (!std::exchange(flight_sent_, false)) send_asked();
  flight_sent_ = false;
  if (send_failed_) return failure(lost("send statements"));
  HOLON_CHECK(await(0));
  std::vector<rows> all;
  std::optional<error> first;
  for (; !expected_.empty(); expected_.pop_front()) {
    auto answer = take_answer(expected_.front());
    if (!answer && !first) first = std::move(answer).error();
    if (answer) all.push_back(std::move(*answer));
  }
  HOLON_CHECK(take_sync());
  if (first) return failure(std::move(*first));
  return all;
}

result<rows> connection::answer(const statement& what, const parameters& with) {
  ask(what, with);
  HOLON_TRY(auto all, answers());
  return std::move(all.front());
}

result<rows> connection::take_answer(const expected& /*what*/) {
  const auto reply = to_->session->take();
  if (reply.what == session_reply::kind::rows) return rows{to_result(reply.rows)};
  if (reply.what == session_reply::kind::not_run) return failure(errc::unavailable, target_.name + ": not run");
  sqlstate_ = reply.sqlstate;
  return failure(code_of(sqlstate_), target_.name + ": a simulated failure, SQLSTATE " + sqlstate_);
}

result<void> connection::take_sync() {
  to_->status = to_->session->take().status;
  return {};
}

// ---- pages

result<void> connection::ask_page(const statement& what, const parameters& with) {
  send(what, with);
  expected_.push_back({expecting::page, what.text});
  if (send_failed_) return failure(lost("send a read"));
  to_->session->send({.what = session_request::kind::sync});
  return {};
}

result<bool> connection::next_row(row& into) {
  if (!in_page_) {
    HOLON_CHECK(await(0));
    auto page = take_answer(expected_.front());
    HOLON_CHECK(take_sync());
    expected_.pop_front();
    HOLON_TRY(page_row_, std::move(page));
    in_page_ = true;
    to_->row_of_page = 0;
  }
  if (to_->row_of_page < page_row_->size()) {
    into = (*page_row_)[to_->row_of_page++];
    return true;
  }
  in_page_ = false;
  return false;
}

void connection::drop_pages() {
  in_page_ = false;
  row ignored;
  while (alive_ && !expected_.empty()) {
    auto more = next_row(ignored);
    static_cast<void>(more);
  }
  in_page_ = false;
}

// ---- COPY

result<rows> connection::copy_in(const statement& what) {
  if (!alive_) return failure(lost("begin a COPY"));
  to_->copied.clear();
  to_->session->send({.what = session_request::kind::query, .text = what.text});
  HOLON_CHECK(await(0));
  const bool begun = to_->session->next_is(session_reply::kind::copy_in);
  if (begun) return rows{to_result(to_->session->take().rows)};
  auto refused = take_answer({expecting::answer, what.text});
  HOLON_CHECK(take_sync());
  return refused;
}

result<void> connection::copy_rows(std::string_view some) { return copy_rows_ahead(some); }

result<void> connection::copy_rows_ahead(std::string_view some) {
  if (!alive_) return failure(lost("send rows"));
  to_->copied += some;
  return {};
}

result<void> connection::copy_end() {
  HOLON_CHECK(copy_end_ahead());
  return copied();
}

result<void> connection::copy_end_ahead() {
  if (!alive_) return failure(lost("end a COPY"));
  to_->session->send({.what = session_request::kind::copy_done, .text = std::exchange(to_->copied, {})});
  return {};
}

result<void> connection::copied() {
  HOLON_CHECK(await(0));
  auto ended = take_answer({expecting::answer, ""});
  HOLON_CHECK(take_sync());
  return ended ? result<void>{} : failure(std::move(ended).error());
}

bool connection::has_answer() { return !alive_ || to_->session->lost() || to_->session->has_flight(); }

bool connection::wait_for_answer(int wake) {
  const auto woken = [wake] {
    pollfd file{wake, POLLIN, 0};
    return poll(&file, 1, 0) == 1;
  };
  if (!has_answer()) fibers::wait([this, woken] { return has_answer() || woken(); });
  return has_answer();
}

void connection::copy_abort() {
  if (!alive_) return;
  to_->copied.clear();
  to_->session->send({.what = session_request::kind::copy_fail});
  if (!await(0)) return;
  static_cast<void>(take_answer({expecting::answer, ""}));
  static_cast<void>(take_sync());
}

// ---- single statements

result<void> connection::run(const std::string& sql) {
  if (!alive_) return failure(lost("send a statement"));
  to_->session->send({.what = session_request::kind::query, .text = sql});
  HOLON_CHECK(await(0));
  auto answer = take_answer({expecting::answer, ""});
  HOLON_CHECK(take_sync());
  return answer ? result<void>{} : failure(std::move(answer).error());
}

void connection::rollback() {
  if (!alive_ || to_->status == transaction_status::idle) return;
  const auto kept = sqlstate_;
  static_cast<void>(run("rollback"));
  sqlstate_ = kept;
}

void connection::hang_up() {
  if (!alive_) return;
  to_->session->leave();
  alive_ = false;
  sqlstate_.clear();
}

result<std::optional<std::string>> connection::notification(std::chrono::milliseconds, int) {
  return failure(errc::unavailable, target_.name + ": a simulated server notifies nobody");
}

// ---- waiting, and what goes wrong

// Until a whole flight is answered.
result<void> connection::await(short /*events*/) {
  const auto& session = to_->session;
  if (!session->has_flight() && !session->lost())
    fibers::wait([&session] { return session->has_flight() || session->lost(); });
  if (session->lost()) return failure(lost("read an answer"));
  return {};
}

error connection::lost(std::string_view doing) {
  alive_ = false;
  sqlstate_.clear();
  expected_.clear();
  return {.code = errc::unavailable, .text = target_.name + ": the connection broke (" + std::string(doing) + ")"};
}

}  // namespace holon::postgres
