#include "tests/support/faulty_journal.hpp"

#include <utility>

namespace holon::testing {
namespace {

class faulty_appender final : public journal_appender {
 public:
  faulty_appender(std::shared_ptr<journal_appender> real, fault_plan plan)
      : real_(std::move(real)), plan_(std::move(plan)) {}

  std::vector<result<append_result>> append(std::span<const append_request* const> batch) override {
    const auto fault = plan_();
    if (!fault) return real_->append(batch);
    if (fault->written) static_cast<void>(real_->append(batch));
    return {batch.size(), failure(fault->code, "a fault made for this test")};
  }

  result<void> save_snapshots(std::span<const snapshot> snapshots) override { return real_->save_snapshots(snapshots); }

  result<void> set_stream_metadata(stream_id stream, std::string_view json) override {
    return real_->set_stream_metadata(stream, json);
  }

 private:
  std::shared_ptr<journal_appender> real_;
  fault_plan plan_;
};

}  // namespace

std::unique_ptr<journal_appender> make_faulty_appender(std::shared_ptr<journal_appender> real, fault_plan plan) {
  return std::make_unique<faulty_appender>(std::move(real), std::move(plan));
}

}  // namespace holon::testing
