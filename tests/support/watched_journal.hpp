// A journal that counts how often it was asked for the version of a stream, and fails or does something then.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "persistence/journal.hpp"

namespace holon::testing {

/// One thread at a time sets what is to happen.
class watched_journal final : public journal {
 public:
  explicit watched_journal(std::shared_ptr<journal> inside) : inside_(std::move(inside)) {}

  std::function<void()> during_next_version = {};  ///< called once, after the version was read
  std::optional<error> fails_with = {};
  [[nodiscard]] int versions_asked() const { return versions_asked_; }

  result<std::unique_ptr<journal_reader>> reader() override { return inside_->reader(); }
  result<std::unique_ptr<journal_reader>> current_reader() override {
    HOLON_TRY(auto real, inside_->current_reader());
    return std::make_unique<watched_reader>(*this, std::move(real));
  }
  [[nodiscard]] bool shared() const override { return true; }
  result<std::unique_ptr<journal_appender>> appender() override { return inside_->appender(); }
  result<global_offset> wait_for_more(global_offset after, std::chrono::milliseconds patience) override {
    return inside_->wait_for_more(after, patience);
  }
  [[nodiscard]] std::string name() const override { return inside_->name(); }

 private:
  class watched_reader final : public journal_reader {
   public:
    watched_reader(watched_journal& of, std::unique_ptr<journal_reader> inside) : of_(of), inside_(std::move(inside)) {}

    result<stream_version> version_of(stream_id stream) override {
      ++of_.versions_asked_;
      if (of_.fails_with) return failure(*of_.fails_with);
      auto found = inside_->version_of(stream);
      if (const auto act = std::exchange(of_.during_next_version, nullptr)) act();
      return found;
    }
    result<std::size_t> read_stream(const stream_query& query, const event_visitor& visit) override {
      return inside_->read_stream(query, visit);
    }
    result<read_position> read_all(const all_query& query, const event_visitor& visit) override {
      return inside_->read_all(query, visit);
    }
    result<std::optional<stream_info>> find_stream(stream_id stream) override { return inside_->find_stream(stream); }
    result<std::optional<recorded_event>> find_event(event_id id) override { return inside_->find_event(id); }
    result<std::optional<settled_command>> find_settled(command_id id) override { return inside_->find_settled(id); }
    result<std::optional<snapshot>> find_snapshot(stream_id stream) override { return inside_->find_snapshot(stream); }
    result<global_offset> offset_at(timestamp when) override { return inside_->offset_at(when); }
    result<journal_head> head() override { return inside_->head(); }
    result<void> read_batches(global_offset after, const batch_visitor& visit) override {
      return inside_->read_batches(after, visit);
    }

   private:
    watched_journal& of_;
    std::unique_ptr<journal_reader> inside_;
  };

  std::shared_ptr<journal> inside_;
  std::atomic<int> versions_asked_{0};
};

}  // namespace holon::testing
