// Writes a journal file: one transaction a batch.
//
// Optimistic: an append whose streams are known to be as expected is inserted at once, and the unique indexes speak up
// if an event id is taken. Whatever is not that plain goes to the judge (append_judge.hpp), which looks things up.
#pragma once

#include <memory>
#include <optional>

#include "persistence/append_judge.hpp"
#include "persistence/journal.hpp"
#include "persistence/sqlite/sqlite_connection.hpp"
#include "persistence/sqlite/sqlite_shared.hpp"
#include "persistence/sqlite/writer_lock.hpp"
#include "persistence/stream_heads.hpp"

namespace holon::sqlite {

class sqlite_appender final : public journal_appender, private append_evidence {
 public:
  sqlite_appender(std::shared_ptr<sqlite_shared> shared, writer_lock lock, std::unique_ptr<connection> file)
      : shared_(std::move(shared)), lock_(std::move(lock)), file_(std::move(file)) {}
  ~sqlite_appender() override;

  std::vector<result<append_result>> append(std::span<const append_request* const> batch) override;
  result<void> save_snapshots(std::span<const snapshot> snapshots) override;
  result<void> set_stream_metadata(stream_id stream, std::string_view json) override;

 private:
  using outcome = result<append_result>;
  enum class pass : std::uint8_t { optimistic, careful };
  enum class insertion : std::uint8_t { done, taken };

  // A failing result of these is the whole batch's.
  result<void> run_batch(std::span<const append_request* const> batch, std::vector<outcome>& outcomes);
  result<void> settle_checks(std::span<const append_request* const> batch, std::vector<outcome>& outcomes);
  result<void> begin();
  result<void> settle_all(std::span<const append_request* const> batch, pass how, std::vector<outcome>& outcomes);
  result<outcome> settle(const append_request& request, pass how);
  result<std::optional<append_result>> try_to_write(const append_request& request);
  result<bool> is_plain(const append_request& request);
  result<std::optional<stream_version>> start_of(const stream_write& write);
  result<std::optional<append_result>> write(const append_request& request);
  result<insertion> insert(const event_view& event);
  result<void> keep(const settled_command& settled);
  result<void> seal();
  result<void> commit();
  result<void> overwrite_log();
  void roll_back();

  result<stream_head> head_of(stream_id stream) override;
  result<std::optional<recorded_event>> event_by_id(event_id id) override;
  result<std::optional<settled_command>> settled_of(command_id command) override;

  std::shared_ptr<sqlite_shared> shared_;
  writer_lock lock_;
  std::unique_ptr<connection> file_;

  std::optional<journal_head> head_;  // as committed; nothing: read it again
  stream_heads heads_;                // with what the open transaction wrote
  bool log_in_doubt_ = false;         // see commit()

  // The open transaction.
  timestamp recorded_at_;
  global_offset last_;  // the last offset that was given
  bool keeps_settled_ = false;
  bool half_written_ = false;           // a request got stuck halfway: undo all and go again, carefully
  std::vector<stream_version> starts_;  // of the request at hand: for each write, the version that it goes on from
  broken_chains broken_;
  batch_bytes bytes_;
  batch_digest digest_;
  journal_head sealed_;  // the head once this has committed
};

}  // namespace holon::sqlite
