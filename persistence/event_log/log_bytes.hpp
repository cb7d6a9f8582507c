// The bytes of a log file, chunk by chunk, unpacked if the file is gzipped.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "config/result.hpp"
#include "persistence/event_log/event_log.hpp"

namespace holon {

class log_bytes {
 public:
  /// errc::not_found, invalid_argument, unavailable: the text names the reason, not the path.
  /// errc::malformed: it is packed in another way than by gzip.
  [[nodiscard]] static result<std::unique_ptr<log_bytes>> open(const log_source& source);

  virtual ~log_bytes() = default;

  /// The next chunk, valid until the next call; empty at the end. Only the last chunk is short.
  /// errc::malformed: the gzip data is cut off or corrupt. errc::unavailable: the disk says no.
  [[nodiscard]] virtual result<std::string_view> next() = 0;

  /// What was read so far.
  [[nodiscard]] virtual log_content content() const = 0;
};

}  // namespace holon
