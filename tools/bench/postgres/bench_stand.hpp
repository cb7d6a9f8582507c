// What the lanes on PostgreSQL share: the server, the rows to write, and journals that are filled once and read often.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/observer/observer.hpp"
#include "persistence/journal.hpp"
#include "tools/bench/bench.hpp"
#include "tools/bench/postgres/bench_server.hpp"

namespace holon::bench {

/// Notebooks that most lanes write to.
inline constexpr std::int64_t notebooks_in_appends = 10'000;

/// Adds `per_stream` notes to each of `streams`, round and round, to a journal that is empty, by COPY and in batches as
/// the journal writes them.
[[nodiscard]] result<void> fill_by_copy(raw_postgres& to, std::span<const stream_id> streams, std::int64_t per_stream,
                                        postgres::payload_type stored);

class bench_stand {
 public:
  [[nodiscard]] static result<std::unique_ptr<bench_stand>> make(const bench_options& options);

  [[nodiscard]] const bench_options& options() const { return options_; }
  [[nodiscard]] bench_server& server() { return *server_; }
  /// `events / divisor`, at least one: for ways that are so much slower.
  [[nodiscard]] std::int64_t share_of_events(std::int64_t divisor) const;

  [[nodiscard]] std::span<const stream_id> streams() const { return streams_; }
  /// Those that `count` requests go to, one after the other.
  [[nodiscard]] std::span<const stream_id> streams_of(std::int64_t count) const;
  /// The rows that as many commands to `streams` will write, offsets from 1.
  [[nodiscard]] std::span<const recorded_event> rows();

  /// `watching` is told what the journal does; null: nobody.
  [[nodiscard]] result<std::shared_ptr<journal>> open(const bench_database& in,
                                                      std::shared_ptr<observer> watching = nullptr) const;

  /// A fresh journal that is filled, vacuumed and analyzed.
  [[nodiscard]] result<std::unique_ptr<bench_database>> make_filled(std::int64_t streams, std::int64_t per_stream);
  /// The same, made when it is first asked for and kept as long as the stand is.
  [[nodiscard]] result<const bench_database*> filled(const std::string& name, std::int64_t streams,
                                                     std::int64_t per_stream);

 private:
  bench_stand(const bench_options& options, std::unique_ptr<bench_server> server);

  bench_options options_;
  std::unique_ptr<bench_server> server_;
  std::vector<stream_id> streams_;
  std::vector<recorded_event> rows_;
  std::map<std::string, std::unique_ptr<bench_database>> filled_;
};

}  // namespace holon::bench
