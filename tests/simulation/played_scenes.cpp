#include "tests/simulation/played_scenes.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

#include "persistence/postgres/postgres_appender.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/fibers.hpp"
#include "tests/simulation/postgres/fake_server.hpp"
#include "tests/simulation/postgres/fake_session.hpp"
#include "tests/simulation/simulated_time.hpp"

namespace holon::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seed = 1;

std::unique_ptr<postgres::postgres_appender> writer(const std::string& name) {
  const auto shared = std::make_shared<postgres::postgres_shared>(postgres_options{.url = "node:" + name}, name,
                                                                  postgres::payload_type::json);
  auto made = std::make_unique<postgres::postgres_appender>(shared);
  HOLON_ASSERT(made->start().has_value(), "the simulated server is there");
  return made;
}

append_request check_of(stream_id stream, stream_version expected) {
  return {.checks = {{.stream = stream, .expected = expected_version::exactly(expected)}}};
}

// An eventfd, for whoever is not to wait.
class readable_file {
 public:
  readable_file() : number_(eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)) {
    HOLON_ASSERT(number_ >= 0, "the system gives an eventfd");
  }
  readable_file(const readable_file&) = delete;
  readable_file& operator=(const readable_file&) = delete;
  ~readable_file() { ::close(number_); }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// Writers on a server of their own. All that can go on does, in turn, until the work is done.
class stage {
 public:
  void play(const std::function<void()>& work) {
    bool done = false;
    threads_.start(0, [&] {
      work();
      done = true;
    });
    while (!done) {
      time_.pass(1us);
      for (auto* const fiber : std::vector(threads_.all_waiting()))
        if (fiber->ready()) threads_.resume(*fiber);
      for (const auto& session : std::vector(server_.sessions()))
        if (session->can_step()) server_.step(*session);
    }
  }

  [[nodiscard]] append_request event_of(stream_id stream) {
    append_request made;
    made.writes.push_back({.stream = stream, .stream_type = "account", .events = {}});
    made.writes.back().events.push_back(
        {.id = {random_.id()}, .type = "opened", .source_system = "scene", .occurred_at = now(), .payload = "{}"});
    return made;
  }
  void write_to(postgres::postgres_appender& appender, stream_id stream) {
    const auto written = append_one(appender, event_of(stream));
    HOLON_ASSERT(written.has_value(), "an append that nothing disturbs succeeds");
  }

  [[nodiscard]] fake_server& server() { return server_; }
  [[nodiscard]] fake_session& only_session() { return *server_.sessions().front(); }
  [[nodiscard]] stream_id new_stream() { return {random_.id()}; }

 private:
  simulated_time time_{seed};
  dice random_{seed};
  fake_server server_;
  fibers threads_;
};

}  // namespace

result<append_result> check_of_a_lost_version() {
  stage on;
  const auto stream = on.new_stream();
  const auto another = on.new_stream();
  std::optional<result<append_result>> told;
  on.play([&] {
    const auto first = writer("1");
    for (int i = 0; i < 2; ++i) on.write_to(*first, stream);
    on.server().fail_over(1);
    const auto second = writer("2");
    for (int i = 0; i < 2; ++i) on.write_to(*second, another);
    told = append_one(*first, check_of(stream, {2}));
  });
  return *std::move(told);
}

result<append_result> check_behind_a_late_reply() {
  stage on;
  const auto stream = on.new_stream();
  const auto another = on.new_stream();
  const std::array appends{on.event_of(another), on.event_of(another)};  // from two on, a batch runs ahead
  const std::array<const append_request*, 2> ahead{&appends[0], &appends[1]};
  const auto check = check_of(stream, {1});
  const std::array<const append_request*, 1> behind{&check};
  const readable_file wake;
  std::optional<result<append_result>> told;
  on.play([&] {
    const auto first = writer("1");
    on.write_to(*first, stream);
    auto& session = on.only_session();
    first->submit(ahead);
    const auto before = on.server().last_commit();
    while (on.server().last_commit() == before)
      HOLON_ASSERT(!first->wait_until_complete(wake.number()), "the reply follows the commit");
    session.delay_replies(timestamp::max());
    const auto second = writer("2");
    on.write_to(*second, stream);
    first->submit(behind);
    session.delay_replies(now());
    HOLON_ASSERT(first->complete().front().has_value(), "an append whose reply comes late succeeds");
    told = first->complete().front();
  });
  return *std::move(told);
}

}  // namespace holon::testing
