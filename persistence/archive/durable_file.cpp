#include "persistence/archive/durable_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <unistd.h>
#include <zlib.h>

namespace holon {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} * 1024;
constexpr int gzip_window_bits = 15 + 16;
constexpr int memory_level = 8;  // zlib's own choice
constexpr mode_t file_mode = 0640;
constexpr const char* lock_name = ".holon-archive.lock";

tl::unexpected<error> problem_of(const std::filesystem::path& path, std::string_view doing, int why) {
  const bool is_full = why == ENOSPC || why == EDQUOT;
  return failure(is_full ? errc::no_space : errc::unavailable,
                 path.string() + ": cannot " + std::string(doing) + ": " + std::generic_category().message(why) +
                     (is_full ? ": free some space, or name another folder" : ""));
}

result<void> sync_folder(const std::filesystem::path& folder) {
  const int opened = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return problem_of(folder, "open the folder", errno);
  const int synced = fsync(opened);
  const int why = errno;
  close(opened);
  if (synced != 0) return problem_of(folder, "write the folder to the disk", why);
  return {};
}

class sha256 {
 public:
  sha256() { HOLON_ASSERT(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1, "OpenSSL gives SHA-256"); }
  void add(std::string_view bytes) {
    HOLON_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "OpenSSL hashes any bytes");
  }
  [[nodiscard]] digest finish() {
    digest value{};
    HOLON_ASSERT(EVP_DigestFinal_ex(context_.get(), value.data(), nullptr) == 1, "OpenSSL finishes a digest");
    return value;
  }

 private:
  struct release {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, release> context_{EVP_MD_CTX_new()};
};

}  // namespace

// ---- durable_file

durable_file::durable_file(const std::filesystem::path& path) : path_(path), unfinished_(path) {
  unfinished_ += unfinished_suffix;
}

result<std::unique_ptr<durable_file>> durable_file::create(const std::filesystem::path& path) {
  std::unique_ptr<durable_file> made(new durable_file(path));
  made->file_ = open(made->unfinished_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, file_mode);
  if (made->file_ < 0) return made->problem("make the file");
  return made;
}

durable_file::~durable_file() {
  if (file_ < 0) return;
  close(file_);
  unlink(unfinished_.c_str());
}

tl::unexpected<error> durable_file::problem(std::string_view doing) const { return problem_of(path_, doing, errno); }

result<void> durable_file::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return problem("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

result<void> durable_file::finish() {
  if (fsync(file_) != 0) return problem("write to the disk");
  if (close(std::exchange(file_, -1)) != 0) return problem("close the file");
  if (rename(unfinished_.c_str(), path_.c_str()) != 0) return problem("give the file its name");
  return sync_folder(path_.parent_path());
}

// ---- durable_gzip

struct durable_gzip::packer {
  z_stream stream{};
  sha256 sum;
  std::vector<char> buffer = std::vector<char>(chunk_bytes);
};

durable_gzip::durable_gzip(std::unique_ptr<durable_file> file)
    : file_(std::move(file)), packer_(std::make_unique<packer>()) {}

durable_gzip::~durable_gzip() { deflateEnd(&packer_->stream); }

result<std::unique_ptr<durable_gzip>> durable_gzip::create(const std::filesystem::path& path) {
  HOLON_TRY(auto file, durable_file::create(path));
  std::unique_ptr<durable_gzip> made(new durable_gzip(std::move(file)));
  if (deflateInit2(&made->packer_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window_bits, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return failure(errc::unavailable, path.string() + ": zlib has no memory to pack the file");
  return made;
}

result<void> durable_gzip::write(std::string_view text) { return pack(text, false); }

result<digest> durable_gzip::finish() {
  HOLON_CHECK(pack({}, true));
  HOLON_CHECK(file_->finish());
  return packer_->sum.finish();
}

result<void> durable_gzip::pack(std::string_view text, bool is_end) {
  auto& [stream, sum, buffer] = *packer_;
  // zlib's old interface is not const, but does not write.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  for (int state = Z_OK; state == Z_OK && (is_end || stream.avail_in > 0);) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    state = deflate(&stream, is_end ? Z_FINISH : Z_NO_FLUSH);
    HOLON_ASSERT(state == Z_OK || state == Z_STREAM_END, "zlib packs any bytes");
    const std::string_view packed(buffer.data(), buffer.size() - stream.avail_out);
    sum.add(packed);
    HOLON_CHECK(file_->write(packed));
  }
  return {};
}

// ---- what is there

result<digest> digest_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return failure(errc::not_found, path.string() + ": there is no such file");
    return problem_of(path, "open the file", errno);
  }
  sha256 sum;
  std::vector<char> buffer(chunk_bytes);
  do {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    sum.add({buffer.data(), static_cast<std::size_t>(file.gcount())});
  } while (file);
  if (file.bad()) return problem_of(path, "read the file", errno);
  return sum.finish();
}

result<folder_lock> folder_lock::take(const std::filesystem::path& folder) {
  std::error_code why;
  std::filesystem::create_directories(folder, why);
  if (why) return problem_of(folder, "make the folder", why.value());
  const auto path = folder / lock_name;
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode);
  if (file < 0) return problem_of(path, "make the file", errno);
  folder_lock taken(file);
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return taken;
  if (errno != EWOULDBLOCK) return problem_of(path, "lock the file", errno);
  return failure(errc::locked,
                 folder.string() + ": another program works on the archive in this folder: wait until it is done");
}

folder_lock::folder_lock(folder_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

folder_lock::~folder_lock() {
  if (file_ >= 0) close(file_);
}

}  // namespace holon
