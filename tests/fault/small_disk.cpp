#include "tests/fault/small_disk.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace holon::testing {
namespace {

[[noreturn]] void fail(const std::string& doing) {
  throw std::runtime_error("a small disk for tests: cannot " + doing + ": " + std::strerror(errno));
}

void write_to(const char* file, const std::string& text) {
  const int to = open(file, O_WRONLY | O_CLOEXEC);
  const bool written = to >= 0 && write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int why = errno;
  if (to >= 0) close(to);
  errno = why;
  if (!written) fail(std::string("write ") + file);
}

// Once in a program. The user stays who it is, and may mount.
void enter_namespace() {
  static bool entered = false;
  if (entered) return;
  const auto user = geteuid();
  const auto group = getegid();
  if (unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0) fail("enter a namespace");
  if (user != 0) {
    write_to("/proc/self/setgroups", "deny");
    write_to("/proc/self/uid_map", std::to_string(user) + " " + std::to_string(user) + " 1");
    write_to("/proc/self/gid_map", std::to_string(group) + " " + std::to_string(group) + " 1");
  }
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) fail("make mounts private");
  entered = true;
}

}  // namespace

small_disk::small_disk(std::size_t megabytes) {
  enter_namespace();
  std::string made = "/tmp/holon-disk-XXXXXX";
  if (mkdtemp(made.data()) == nullptr) fail("make a folder");
  path_ = made;
  const auto size = "size=" + std::to_string(megabytes) + "m";
  if (mount("tmpfs", path_.c_str(), "tmpfs", 0, size.c_str()) != 0) fail("mount");
  if (geteuid() != 0) return;
  const passwd* server = getpwnam("postgres");
  if (server == nullptr || chown(path_.c_str(), server->pw_uid, server->pw_gid) != 0) fail("give it to postgres");
}

small_disk::~small_disk() {
  umount2(path_.c_str(), MNT_DETACH);
  rmdir(path_.c_str());
}

void small_disk::fill_but(std::size_t kilobytes) {
  {
    std::ofstream filler(path_ / "filler");
    const std::array<char, 4096> page{};
    while (filler.write(page.data(), page.size()) && filler.flush()) {}
  }
  const auto size = std::filesystem::file_size(path_ / "filler");
  std::filesystem::resize_file(path_ / "filler", size - kilobytes * 1024);
}

void small_disk::make_room() { std::filesystem::remove(path_ / "filler"); }

}  // namespace holon::testing
