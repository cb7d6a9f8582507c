// Tells an observer of the batches of a command that appends without a node.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "config/observer/observer.hpp"
#include "persistence/journal.hpp"

namespace holon::cli {

/// One thread at a time. Everything else is passed on.
class observed_appender final : public journal_appender {
 public:
  observed_appender(std::unique_ptr<journal_appender> inside, std::shared_ptr<observer> watching)
      : inside_(std::move(inside)), watching_(std::move(watching)) {}

  std::vector<result<append_result>> append(std::span<const append_request* const> batch) override;
  result<void> save_snapshots(std::span<const snapshot> snapshots) override {
    return inside_->save_snapshots(snapshots);
  }
  result<void> set_stream_metadata(stream_id stream, std::string_view json) override {
    return inside_->set_stream_metadata(stream, json);
  }

 private:
  std::unique_ptr<journal_appender> inside_;
  std::shared_ptr<observer> watching_;
};

}  // namespace holon::cli
