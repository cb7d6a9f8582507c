#include "tools/bench/postgres/losing_journal.hpp"

#include <deque>
#include <utility>
#include <vector>

#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

// No stream of a benchmark gets so far.
constexpr stream_version never_reached{1'000'000'000};

append_request loser_beside(const append_request& other) {
  append_request lost;
  auto& write = lost.writes.emplace_back();
  write.stream = other.writes.front().stream;
  write.stream_type = other.writes.front().stream_type;
  write.expected = expected_version::exactly(never_reached);
  write.events.push_back(note_event(0));
  return lost;
}

class losing_appender final : public journal_appender {
 public:
  losing_appender(std::unique_ptr<journal_appender> inside, std::shared_ptr<loser_count> counts)
      : inside_(std::move(inside)), counts_(std::move(counts)) {}

  std::vector<result<append_result>> append(std::span<const append_request* const> batch) override {
    std::deque<append_request> losers;
    std::vector<const append_request*> mixed;
    std::vector<bool> is_loser;
    for (const auto* request : batch) {
      mixed.push_back(request);
      is_loser.push_back(false);
      if (++appends_ % appends_for_each_loser != 0 || request->writes.empty()) continue;
      mixed.push_back(&losers.emplace_back(loser_beside(*request)));
      is_loser.push_back(true);
    }
    std::vector<result<append_result>> outcomes;
    auto loses = is_loser.begin();
    for (auto& outcome : inside_->append(mixed)) {
      if (*loses++)
        count(outcome);
      else
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
  }

  result<void> save_snapshots(std::span<const snapshot> snapshots) override {
    return inside_->save_snapshots(snapshots);
  }
  result<void> set_stream_metadata(stream_id stream, std::string_view json) override {
    return inside_->set_stream_metadata(stream, json);
  }

 private:
  void count(const result<append_result>& outcome) {
    const bool refused = !outcome && outcome.error().code == errc::version_conflict;
    ++(refused ? counts_->refused : counts_->mistaken);
  }

  std::unique_ptr<journal_appender> inside_;
  std::shared_ptr<loser_count> counts_;
  std::int64_t appends_ = 0;
};

class losing_journal final : public journal {
 public:
  losing_journal(std::shared_ptr<journal> inside, std::shared_ptr<loser_count> counts)
      : inside_(std::move(inside)), counts_(std::move(counts)) {}

  result<std::unique_ptr<journal_reader>> reader() override { return inside_->reader(); }
  result<std::unique_ptr<journal_reader>> current_reader() override { return inside_->current_reader(); }
  [[nodiscard]] bool shared() const override { return inside_->shared(); }
  result<std::unique_ptr<journal_appender>> appender() override {
    HOLON_TRY(auto to, inside_->appender());
    return std::make_unique<losing_appender>(std::move(to), counts_);
  }
  result<global_offset> wait_for_more(global_offset after, std::chrono::milliseconds patience) override {
    return inside_->wait_for_more(after, patience);
  }
  [[nodiscard]] bool available() const override { return inside_->available(); }
  [[nodiscard]] std::string name() const override { return inside_->name(); }

 private:
  std::shared_ptr<journal> inside_;
  std::shared_ptr<loser_count> counts_;
};

}  // namespace

std::shared_ptr<journal> with_losers(std::shared_ptr<journal> inside, std::shared_ptr<loser_count> counts) {
  return std::make_shared<losing_journal>(std::move(inside), std::move(counts));
}

}  // namespace holon::bench
