#include "persistence/event_log/log_bytes.hpp"

#include <zlib.h>

#include <algorithm>
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

// What is wrong with the name that was given, not with the machine.
bool is_of_the_name(int problem) {
  return problem == EACCES || problem == EPERM || problem == EISDIR || problem == ELOOP || problem == ENAMETOOLONG ||
         problem == ENXIO;
}

// How files begin that are no text, and what to do about them.
struct packing {
  std::string_view begins;
  std::string_view what;
  std::string_view remedy;
};
constexpr packing packings[] = {
    {"\x1f\x8b", "gzip", "unpack it once with gunzip"},
    {"PK\x03\x04", "a zip archive (or a spreadsheet)", "unpack it with unzip, or export it as CSV"},
    {"\x28\xb5\x2f\xfd", "zstd", "unpack it with unzstd"},
    {"\xfd"
     "7zXZ",
     "xz", "unpack it with unxz"},
    {"BZh91AY&SY", "bzip2", "unpack it with bunzip2"},
    {"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it"},
    {"Rar!\x1a\x07", "a rar archive", "unpack it"},
    {"%PDF-", "a PDF document", "export the log as XES, CSV or JSON Lines"},
    {"SQLite format 3", "a SQLite database", "export the log as XES, CSV or JSON Lines"},
    {"\xd0\xcf\x11\xe0", "an old Office document", "export it as CSV"},
    {"PAR1\x15", "Parquet", "export it as CSV or JSON Lines"},
};

result<void> check_not_packed(std::string_view first, std::string_view where) {
  for (const auto& each : packings)
    if (first.starts_with(each.begins))
      return failure(errc::malformed, "what is " + std::string(where) + " is " + std::string(each.what) +
                                          ", and no event log that is read: " + std::string(each.remedy));
  return {};
}

// The file as it is stored.
class stored_bytes final : public log_bytes {
 public:
  stored_bytes(file_handle file, std::int64_t total, const log_source& source)
      : file_(std::move(file)),
        progress_(source.progress),
        same_as_(source.same_as),
        buffer_(log_chunk_bytes),
        so_far_{.bytes_total = total} {}

  result<std::string_view> next() override {
    if (std::exchange(peeked_, false)) return chunk_;
    const std::size_t wanted = wanted_now();
    const std::size_t count = std::fread(buffer_.data(), 1, wanted, file_.get());
    if (count < wanted && std::ferror(file_.get()))
      return failure(errc::unavailable, "the file cannot be read: " + std::generic_category().message(errno));
    HOLON_CHECK(note(std::string_view(buffer_.data(), count)));
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
  [[nodiscard]] log_content content() const override { return content_; }

 private:
  // Not beyond the end that an earlier reading saw.
  [[nodiscard]] std::size_t wanted_now() const {
    if (same_as_ == nullptr) return buffer_.size();
    return static_cast<std::size_t>(
        std::min<std::int64_t>(static_cast<std::int64_t>(buffer_.size()), same_as_->bytes - content_.bytes));
  }

  result<void> note(std::string_view chunk) {
    if (!chunk.empty()) {
      content_.bytes += static_cast<std::int64_t>(chunk.size());
      content_.chunks.push_back(
          static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(chunk.data()), chunk.size())));
    }
    if (same_as_ == nullptr) return {};
    const auto at = content_.chunks.size();
    const bool same = chunk.empty()
                          ? content_.bytes == same_as_->bytes
                          : at <= same_as_->chunks.size() && content_.chunks.back() == same_as_->chunks[at - 1];
    if (same) return {};
    return failure(errc::malformed, "the file was changed while it was read, before byte " +
                                        std::to_string(content_.bytes) + ": import it once nobody writes it");
  }

  file_handle file_;
  std::function<void(const log_progress&)> progress_;
  const log_content* same_as_;
  std::vector<char> buffer_;
  log_progress so_far_;
  log_content content_;
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
    const std::string_view text(buffer_.data(), buffer_.size() - stream_.avail_out);
    if (!std::exchange(began_, true)) HOLON_CHECK(check_not_packed(text, "within the gzip data"));
    return text;
  }

  [[nodiscard]] log_content content() const override { return stored_->content(); }

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
  bool began_ = false;
};

result<std::unique_ptr<log_bytes>> unpacked(std::unique_ptr<stored_bytes> stored) {
  auto gzip = std::make_unique<gzip_bytes>(std::move(stored));
  HOLON_CHECK(gzip->start());
  return gzip;
}

}  // namespace

result<std::unique_ptr<log_bytes>> log_bytes::open(const log_source& source) {
  file_handle file(std::fopen(source.path.c_str(), "rb"));
  const int problem = errno;
  if (!file && (problem == ENOENT || problem == ENOTDIR)) return failure(errc::not_found, "there is no such file");
  if (!file)
    return failure(is_of_the_name(problem) ? errc::invalid_argument : errc::unavailable,
                   "the file cannot be opened: " + std::generic_category().message(problem));
  std::error_code no_size;  // a pipe has none
  if (std::filesystem::is_directory(source.path, no_size))
    return failure(errc::invalid_argument, "this is a folder: name a file in it");
  const auto size = std::filesystem::file_size(source.path, no_size);
  auto stored = std::make_unique<stored_bytes>(std::move(file), no_size ? 0 : static_cast<std::int64_t>(size), source);
  HOLON_TRY(const auto first, stored->peek());
  constexpr std::string_view magic = "\x1f\x8b";
  if (first.starts_with(magic)) return unpacked(std::move(stored));
  HOLON_CHECK(check_not_packed(first, "in the file"));
  // A packed file that somebody unpacked without renaming it is welcome; one with nothing left in it is not a log of
  // no events.
  if (first.size() < magic.size() && source.path.extension() == ".gz")
    return failure(errc::malformed, "the gzip data ends too early, after " + std::to_string(first.size()) +
                                        " bytes: the file is truncated; fetch it again");
  return stored;
}

}  // namespace holon
