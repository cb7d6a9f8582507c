#include "tests/support/pipelined_appender.hpp"

#include <deque>
#include <unordered_set>
#include <utility>

namespace holon::testing {
namespace {

using requests = std::span<const append_request* const>;

class pipelined_appender final : public journal_appender, public append_pipeline {
 public:
  explicit pipelined_appender(std::shared_ptr<journal_appender> real) : real_(std::move(real)) {}

  std::vector<result<append_result>> append(requests batch) override { return real_->append(batch); }
  result<void> save_snapshots(std::span<const snapshot> snapshots) override { return real_->save_snapshots(snapshots); }
  result<void> set_stream_metadata(stream_id stream, std::string_view json) override {
    return real_->set_stream_metadata(stream, json);
  }

  append_pipeline* pipeline() override { return this; }

  void submit(requests batch) override {
    HOLON_ASSERT(open_.size() < open_max, "no more batches are open than may be");
    open_.push_back(batch);
  }

  // Whoever was woken takes what is there and comes again.
  bool wait_until_complete(int /*wake*/) override { return std::exchange(completes_, !completes_); }

  std::vector<result<append_result>> complete() override {
    const auto batch = open_.front();
    open_.pop_front();
    std::vector<const append_request*> standing;
    for (const auto* each : batch)
      if (stands(*each)) standing.push_back(each);
    auto told = standing.empty() ? std::vector<result<append_result>>{} : real_->append(standing);
    std::vector<result<append_result>> outcomes;
    auto next = told.begin();
    for (const auto* each : batch)
      outcomes.push_back(stands(*each) ? std::move(*next++) : failure(errc::version_conflict, "its chain is broken"));
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (batch[i]->chain != 0 && (!outcomes[i] || outcomes[i]->already)) broken_.insert(batch[i]->chain);
    return outcomes;
  }

 private:
  [[nodiscard]] bool stands(const append_request& request) const { return !broken_.contains(request.chain); }

  std::shared_ptr<journal_appender> real_;
  std::deque<requests> open_;
  bool completes_ = false;
  std::unordered_set<std::uint64_t> broken_;  // never used again, so none is ever forgotten
};

}  // namespace

std::unique_ptr<journal_appender> make_pipelined_appender(std::shared_ptr<journal_appender> real) {
  return std::make_unique<pipelined_appender>(std::move(real));
}

}  // namespace holon::testing
