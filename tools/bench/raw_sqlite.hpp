// The baseline: the same rows in the same tables by plain SQLite in one thread, without anything of ours around it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "persistence/event.hpp"

struct sqlite3;

namespace holon::bench {

/// Not for production: anything that goes wrong ends the program.
class raw_sqlite {
 public:
  /// Makes or opens the file; the schema is the journal's own.
  raw_sqlite(const std::filesystem::path& path, bool create);
  ~raw_sqlite();
  raw_sqlite(const raw_sqlite&) = delete;
  raw_sqlite& operator=(const raw_sqlite&) = delete;

  /// Inserts the events in one transaction with synchronous=FULL.
  void insert(std::span<const event_view> events);

  /// Steps over the columns that a reader needs, by pages, in the order of the offsets.
  void read_all(const std::function<void(const event_view&)>& visit);
  /// The same for one stream in the order of the versions.
  void read_stream(stream_id stream, const std::function<void(const event_view&)>& visit);

  void run(const char* sql);
  [[nodiscard]] sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
  struct statements;
  std::unique_ptr<statements> statements_;
};

}  // namespace holon::bench
