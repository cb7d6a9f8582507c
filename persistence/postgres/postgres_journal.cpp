#include "persistence/postgres/postgres_journal.hpp"

#include <algorithm>
#include <mutex>

#include "persistence/postgres/journal_keeper.hpp"
#include "persistence/postgres/month_keeper.hpp"
#include "persistence/postgres/postgres_appender.hpp"
#include "persistence/postgres/postgres_migration.hpp"
#include "persistence/postgres/postgres_reader.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "persistence/postgres/replica_reader.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon {
namespace postgres {
namespace {

// Longer than anybody waits, and short enough to be added to the clock.
constexpr std::chrono::milliseconds patience_max = std::chrono::hours{24};

// Tells the keeper of each commit, so that other processes hear of it. The keepers live as long as an appender does.
class telling_appender final : public journal_appender, public append_pipeline {
 public:
  telling_appender(std::unique_ptr<postgres_appender> inside, std::shared_ptr<journal_keeper> keeper,
                   std::shared_ptr<month_keeper> months)
      : inside_(std::move(inside)), keeper_(std::move(keeper)), months_(std::move(months)) {}

  std::vector<result<append_result>> append(std::span<const append_request* const> batch) override {
    return told(inside_->append(batch));
  }
  append_pipeline* pipeline() override { return this; }
  void submit(std::span<const append_request* const> batch) override { inside_->submit(batch); }
  bool wait_until_complete(int wake) override { return inside_->wait_until_complete(wake); }
  std::vector<result<append_result>> complete() override { return told(inside_->complete()); }
  result<void> save_snapshots(std::span<const snapshot> snapshots) override {
    return inside_->save_snapshots(snapshots);
  }
  result<void> set_stream_metadata(stream_id stream, std::string_view json) override {
    return inside_->set_stream_metadata(stream, json);
  }

 private:
  std::vector<result<append_result>> told(std::vector<result<append_result>> outcomes) {
    global_offset last;
    for (const auto& each : outcomes)
      if (each && !each->already) last = std::max(last, each->last);
    if (last.value > 0) keeper_->tell(last);
    return outcomes;
  }

  std::unique_ptr<postgres_appender> inside_;
  std::shared_ptr<journal_keeper> keeper_;
  std::shared_ptr<month_keeper> months_;
};

class postgres_journal final : public journal {
 public:
  explicit postgres_journal(std::shared_ptr<postgres_shared> shared) : shared_(std::move(shared)) {}

  result<std::unique_ptr<journal_reader>> reader() override {
    HOLON_TRY(auto primary, postgres_reader::open(shared_, route::read));
    if (shared_->options.replica_url.empty()) return primary;
    return std::make_unique<replica_reader>(shared_, std::move(primary));
  }

  result<std::unique_ptr<journal_reader>> current_reader() override {
    return postgres_reader::open(shared_, route::current);
  }

  [[nodiscard]] bool shared() const override { return true; }

  result<std::unique_ptr<journal_appender>> appender() override {
    auto made = std::make_unique<postgres_appender>(shared_);
    HOLON_CHECK(made->start());
    auto keeper = keeper_of();
    const std::lock_guard lock{mutex_};
    auto months = months_.lock();
    if (!months) months_ = months = std::make_shared<month_keeper>(shared_);
    return std::make_unique<telling_appender>(std::move(made), std::move(keeper), std::move(months));
  }

  result<global_offset> wait_for_more(global_offset after, std::chrono::milliseconds patience) override {
    static_cast<void>(keeper_of());
    const auto waits = std::clamp(patience, patience.zero(), patience_max);
    return shared_->wait_beyond(after, circuit::clock::now() + waits);
  }

  [[nodiscard]] bool available() const override { return shared_->breaker.may_try(circuit::clock::now()); }
  [[nodiscard]] std::string name() const override { return shared_->name; }

 private:
  std::shared_ptr<journal_keeper> keeper_of() {
    const std::lock_guard lock{mutex_};
    if (!keeper_) keeper_ = std::make_shared<journal_keeper>(shared_);
    return keeper_;
  }

  std::shared_ptr<postgres_shared> shared_;
  std::mutex mutex_;
  std::shared_ptr<journal_keeper> keeper_;
  std::weak_ptr<month_keeper> months_;
};

result<std::vector<applied_migration>> applied_to(connection& at) {
  HOLON_TRY(const auto there, at.answer({sql::find_migrations}));
  if (!there[0].boolean(0)) return std::vector<applied_migration>{};
  HOLON_TRY(const auto answer, at.answer({sql::read_migrations}));
  std::vector<applied_migration> applied;
  for (int i = 0; i < answer.size(); ++i)
    applied.push_back({.number = answer[i].integer(0),
                       .name = std::string(answer[i].bytes(1)),
                       .checksum = std::string(answer[i].bytes(2))});
  return applied;
}

struct journal_identity {
  uuid id;
  payload_type payload;
};

result<journal_identity> look_at_journal(connection& at, const std::string& name) {
  HOLON_CHECK(check_server(at.server_version()));
  HOLON_TRY(const auto applied, applied_to(at));
  if (auto fits = check_schema(applied); !fits) return failure_in(name, std::move(fits).error());
  HOLON_TRY(const auto answer, at.answer({sql::journal_info}));
  if (answer.empty())
    return failure(errc::corrupt, name + ": the journal has no row in journal_info: restore a backup");
  const auto info = answer[0];
  if (info.bytes(2) == "off")
    return failure(errc::invalid_argument,
                   name +
                       ": synchronous_commit is off there, so what is acknowledged could be lost: set it to on for "
                       "this database or user");
  return journal_identity{.id = info.id(0),
                          .payload = info.bytes(1) == "json" ? payload_type::json : payload_type::jsonb};
}

// Of which kind the payload is must be known before there is something to share. Who opens is told what goes wrong, and
// the observer need not be.
result<journal_identity> identify(postgres_options options) {
  options.observer = nullptr;
  const auto name = shown_url(options.url);
  postgres_shared probe{options, name, payload_type::jsonb};
  HOLON_TRY(const auto at, probe.connect(route::read));
  return look_at_journal(*at, name);
}

}  // namespace
}  // namespace postgres

result<std::unique_ptr<journal>> open_postgres_journal(postgres_options options) {
  HOLON_TRY(const auto found, postgres::identify(options));
  const auto name = postgres::shown_url(options.url);
  auto shared = std::make_shared<postgres::postgres_shared>(std::move(options), name, found.payload, found.id);
  // A replica that is away may come back; one of another journal is a mistake that is better told now.
  if (!shared->options.replica_url.empty())
    if (const auto replica = shared->connect_beside(postgres::route::replica))
      if (auto same = shared->check_same_journal(**replica); !same && same.error().code == errc::invalid_argument)
        return failure(std::move(same).error());
  return std::make_unique<postgres::postgres_journal>(std::move(shared));
}

result<uuid> postgres_journal_id(const postgres_options& options) {
  HOLON_TRY(const auto found, postgres::identify(options));
  return found.id;
}

}  // namespace holon
