#include "persistence/event_log/log_bytes.hpp"

#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace holon {
namespace {

struct close_file {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using file_handle = std::unique_ptr<std::FILE, close_file>;

// The file as it is stored.
class stored_bytes final : public log_bytes {
 public:
  stored_bytes(file_handle file, std::int64_t total, std::function<void(const log_progress&)> progress)
      : file_(std::move(file)),
        progress_(std::move(progress)),
        buffer_(log_chunk_bytes),
        so_far_{.bytes_total = total} {}

  result<std::string_view> next() override {
    if (std::exchange(peeked_, false)) return chunk_;
    const std::size_t count = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
    if (count < buffer_.size() && std::ferror(file_.get()))
      return failure(errc::unavailable, "the file cannot be read: " + std::generic_category().message(errno));
    so_far_.bytes_read += static_cast<std::int64_t>(count);
    if (count > 0 && progress_) progress_(so_far_);
    return chunk_ = std::string_view(buffer_.data(), count);
  }

  // The first chunk, which next() will give once more.
  result<std::string_view> peek() {
    auto first = next();
    peeked_ = first.has_value();
    return first;
  }

  [[nodiscard]] std::int64_t bytes_read() const { return so_far_.bytes_read; }

 private:
  file_handle file_;
  std::function<void(const log_progress&)> progress_;
  std::vector<char> buffer_;
  log_progress so_far_;
  std::string_view chunk_;
  bool peeked_ = false;
};

// Unpacks gzip. Not zlib's own gzread: that takes a damaged second member for rubbish behind the first, and stops
// without a word.
class gzip_bytes final : public log_bytes {
 public:
  explicit gzip_bytes(std::unique_ptr<stored_bytes> stored) : stored_(std::move(stored)), buffer_(log_chunk_bytes) {}
  ~gzip_bytes() override { inflateEnd(&stream_); }
  gzip_bytes(const gzip_bytes&) = delete;
  gzip_bytes& operator=(const gzip_bytes&) = delete;

  result<void> start() {
    constexpr int gzip_window_bits = 15 + 16;
    if (inflateInit2(&stream_, gzip_window_bits) != Z_OK)
      return failure(errc::unavailable, "zlib has no memory to unpack the file");
    return {};
  }

  result<std::string_view> next() override {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_out = static_cast<uInt>(buffer_.size());
    while (stream_.avail_out > 0) {
      if (stream_.avail_in == 0) {
        HOLON_TRY(const bool more, refill());
        if (!more) break;
      }
      HOLON_CHECK(unpack());
    }
    return std::string_view(buffer_.data(), buffer_.size() - stream_.avail_out);
  }

 private:
  // False at the end of the file, which must be the end of a member.
  result<bool> refill() {
    HOLON_TRY(const auto packed, stored_->next());
    if (packed.empty() && within_member_)
      return failure(errc::malformed, "the gzip data ends too early, after " + std::to_string(stored_->bytes_read()) +
                                          " bytes: the file is truncated; fetch it again");
    // zlib's old interface is not const, but does not write.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    return !packed.empty();
  }

  result<void> unpack() {
    if (!within_member_ && !begin_member()) return {};
    const int outcome = inflate(&stream_, Z_NO_FLUSH);
    if (outcome == Z_STREAM_END) within_member_ = false;
    if (outcome == Z_OK || outcome == Z_STREAM_END || outcome == Z_BUF_ERROR) return {};
    const auto at = stored_->bytes_read() - static_cast<std::int64_t>(stream_.avail_in);
    return failure(errc::malformed, "the gzip data is corrupt near byte " + std::to_string(at) + " (" +
                                        (stream_.msg != nullptr ? stream_.msg : zError(outcome)) +
                                        "): fetch the file again");
  }

  // Members may follow one another (`cat a.gz b.gz`), with padding of zeros behind, as on tapes. False: only padding.
  bool begin_member() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    if (stream_.avail_in == 0) return false;
    within_member_ = true;
    inflateReset(&stream_);
    return true;
  }

  std::unique_ptr<stored_bytes> stored_;
  std::vector<char> buffer_;
  z_stream stream_{};
  bool within_member_ = false;
};

result<std::unique_ptr<log_bytes>> unpacked(std::unique_ptr<stored_bytes> stored) {
  auto gzip = std::make_unique<gzip_bytes>(std::move(stored));
  HOLON_CHECK(gzip->start());
  return gzip;
}

}  // namespace

result<std::unique_ptr<log_bytes>> log_bytes::open(const log_source& source) {
  file_handle file(std::fopen(source.path.c_str(), "rb"));
  if (!file && (errno == ENOENT || errno == ENOTDIR)) return failure(errc::not_found, "there is no such file");
  if (!file) return failure(errc::unavailable, "the file cannot be opened: " + std::generic_category().message(errno));
  std::error_code no_size;  // a pipe has none
  const auto size = std::filesystem::file_size(source.path, no_size);
  auto stored =
      std::make_unique<stored_bytes>(std::move(file), no_size ? 0 : static_cast<std::int64_t>(size), source.progress);
  HOLON_TRY(const auto first, stored->peek());
  constexpr std::string_view magic = "\x1f\x8b";
  if (first.starts_with(magic)) return unpacked(std::move(stored));
  // A packed file that somebody unpacked without renaming it is welcome; one with nothing left in it is not a log of
  // no events.
  if (first.size() < magic.size() && source.path.extension() == ".gz")
    return failure(errc::malformed, "the gzip data ends too early, after " + std::to_string(first.size()) +
                                        " bytes: the file is truncated; fetch it again");
  return stored;
}

}  // namespace holon
