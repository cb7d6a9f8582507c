// Reads from a replica as long as it has what the reader must see, and from the primary otherwise.
#pragma once

#include <chrono>
#include <memory>

#include "persistence/journal.hpp"
#include "persistence/postgres/circuit.hpp"
#include "persistence/postgres/postgres_reader.hpp"
#include "persistence/postgres/postgres_shared.hpp"

namespace holon::postgres {

/// So long a read waits for the replica to catch up before it turns to the primary, and so often it looks.
inline constexpr std::chrono::milliseconds catch_up_patience{200};
inline constexpr std::chrono::milliseconds catch_up_poll{5};
/// So long it does not wait again, once it waited in vain.
inline constexpr std::chrono::milliseconds catch_up_pause{1'000};
/// So long a replica that failed is left alone.
inline constexpr std::chrono::seconds replica_pause{30};

/// What the replica shows is the journal as it was at some moment: commits follow one another, so if it has one event
/// it has all before. Reads see all that this process knows of at their beginning (postgres_shared::known_head); what
/// others committed may come later. When the replica fails the primary goes on after what was shown. What has no offset
/// (settled commands, the users' metadata, the archive) comes from the primary.
///
/// Errors are those of postgres_reader.
class replica_reader final : public journal_reader {
 public:
  replica_reader(std::shared_ptr<postgres_shared> shared, std::unique_ptr<journal_reader> primary)
      : shared_(std::move(shared)), primary_(std::move(primary)) {}

  result<std::size_t> read_stream(const stream_query& query, const event_visitor& visit) override;
  result<read_position> read_all(const all_query& query, const event_visitor& visit) override;
  result<std::optional<stream_info>> find_stream(stream_id stream) override { return primary_->find_stream(stream); }
  result<stream_version> version_of(stream_id stream) override { return primary_->version_of(stream); }
  result<std::optional<recorded_event>> find_event(event_id id) override;
  result<std::optional<settled_command>> find_settled(command_id command) override {
    return primary_->find_settled(command);
  }
  result<std::optional<snapshot>> find_snapshot(stream_id stream) override;
  result<global_offset> offset_at(timestamp when) override;
  result<journal_head> head() override;
  void begin_moment() override;
  void end_moment() override;
  result<void> read_batches(global_offset after, const batch_visitor& visit) override;
  result<global_offset> first_offset() override { return primary_->first_offset(); }
  result<void> read_archived_streams(const archived_stream_visitor& visit) override {
    return primary_->read_archived_streams(visit);
  }

 private:
  [[nodiscard]] journal_reader* usable_replica();
  [[nodiscard]] bool catches_up(global_offset wanted);
  [[nodiscard]] bool fell_away(const error& why);
  void leave_replica();
  template <class Ask>
  [[nodiscard]] auto ask_either(const Ask& ask) -> decltype(ask(std::declval<journal_reader&>()));

  std::shared_ptr<postgres_shared> shared_;
  std::unique_ptr<journal_reader> primary_;
  std::unique_ptr<postgres_reader> replica_;  // none: it failed, or was not tried yet
  circuit::clock::time_point try_replica_at_{};
  circuit::clock::time_point wait_again_at_{};
  global_offset replica_has_;            // at least
  journal_reader* in_moment_ = nullptr;  // which of them shows it
};

}  // namespace holon::postgres
