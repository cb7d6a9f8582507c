#include "tools/bench/postgres/bench_stand.hpp"

#include <algorithm>
#include <utility>

#include "persistence/digest.hpp"
#include "persistence/postgres/postgres_journal.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::size_t fill_batch_events = 8192;

// Writes batches as rows by hand: events, and the row that makes their last one the head.
class filler {
 public:
  filler(raw_postgres& to, postgres::payload_type stored) : to_(to), stored_(stored) {}

  result<void> add(stream_id stream, std::int64_t version) {
    batch_.push_back({.offset = {++last_},
                      .stream = stream,
                      .stream_type = std::string(notebook::name),
                      .version = {version},
                      .recorded_at = {},
                      .content = note_event(last_)});
    return batch_.size() < fill_batch_events ? result<void>() : commit();
  }

  result<void> commit() {
    if (batch_.empty()) return {};
    const auto recorded_at = now();
    for (auto& event : batch_) {
      event.recorded_at = recorded_at;
      digest_.add(view_of(event));
    }
    const auto content = digest_.finish();
    chain_ = chain_after(chain_, content);
    ++number_;
    HOLON_CHECK(to_.run("begin"));
    HOLON_CHECK(to_.copy(encode_rows(batch_, stored_)));
    HOLON_CHECK(to_.run("insert into batches values (" + std::to_string(number_) + ", " + std::to_string(number_) +
                        ", " + std::to_string(batch_.front().offset.value) + ", " + std::to_string(last_) + ", '" +
                        to_string(recorded_at) + "', '\\x" + to_hex(content) + "', '\\x" + to_hex(chain_) + "')"));
    HOLON_CHECK(to_.run("commit"));
    batch_.clear();
    return {};
  }

 private:
  raw_postgres& to_;
  postgres::payload_type stored_;
  std::vector<recorded_event> batch_;
  batch_digest digest_;
  digest chain_{};
  std::int64_t number_ = 0;
  std::int64_t last_ = 0;
};

}  // namespace

result<void> fill_by_copy(raw_postgres& to, std::span<const stream_id> streams, std::int64_t per_stream,
                          postgres::payload_type stored) {
  filler all(to, stored);
  for (std::int64_t version = 1; version <= per_stream; ++version)
    for (const auto stream : streams) HOLON_CHECK(all.add(stream, version));
  return all.commit();
}

bench_stand::bench_stand(const bench_options& options, std::unique_ptr<bench_server> server)
    : options_(options), server_(std::move(server)), streams_(notebooks(notebooks_in_appends)) {}

result<std::unique_ptr<bench_stand>> bench_stand::make(const bench_options& options) {
  HOLON_TRY(auto server, bench_server::open(options.server, options.payload));
  return std::unique_ptr<bench_stand>(new bench_stand(options, std::move(server)));
}

std::int64_t bench_stand::share_of_events(std::int64_t divisor) const {
  return std::max<std::int64_t>(1, options_.events / divisor);
}

std::span<const stream_id> bench_stand::streams_of(std::int64_t count) const {
  return streams().first(static_cast<std::size_t>(std::min(count, notebooks_in_appends)));
}

std::span<const recorded_event> bench_stand::rows() {
  if (rows_.empty()) rows_ = note_rows(options_.events, streams_);
  return rows_;
}

result<std::shared_ptr<journal>> bench_stand::open(const bench_database& in, std::shared_ptr<observer> watching) const {
  return open_postgres_journal({.url = in.url(), .observer = std::move(watching)});
}

result<std::unique_ptr<bench_database>> bench_stand::make_filled(std::int64_t streams, std::int64_t per_stream) {
  HOLON_TRY(auto made, server_->fresh());
  HOLON_TRY(const auto to, made->connect());
  HOLON_CHECK(fill_by_copy(*to, notebooks(streams), per_stream, options_.payload));
  HOLON_CHECK(to->run("vacuum (analyze) events"));
  HOLON_CHECK(server_->checkpoint());
  return made;
}

result<const bench_database*> bench_stand::filled(const std::string& name, std::int64_t streams,
                                                  std::int64_t per_stream) {
  auto& kept = filled_[name];
  if (!kept) {
    HOLON_TRY(kept, make_filled(streams, per_stream));
  }
  return kept.get();
}

}  // namespace holon::bench
