#include "tests/support/server_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace holon::testing {
namespace {

constexpr std::chrono::milliseconds signal_patience{20'000};
constexpr std::size_t log_bytes_shown_max = 2000;

// Reads which process runs until it is told of the end, or until nobody can tell it anything more: the test is dead. A
// postmaster leaves a segment of System V memory behind when it is killed: line 7 of its file names it.
constexpr const char* janitor_script = R"sh(
while read -r line && [ "$line" != end ]; do pid=$line; done
children() { awk -v parent="$1" '/^PPid:/ && $2 == parent { split(FILENAME, at, "/"); print at[3] }' /proc/[0-9]*/status; }
if [ "${pid:-0}" -gt 0 ]; then
  kill -STOP "$pid"
  while grep -q '^State:[[:space:]][RSD]' "/proc/$pid/status"; do sleep 0.01; done
  kill -KILL $(children "$pid") "$pid"
fi
[ -f "$1/data/postmaster.pid" ] && ipcrm -m "$(sed -n '7s/.* //p' "$1/data/postmaster.pid")"
rm -rf "$1"
)sh";

[[noreturn]] void fail(const std::string& why) { throw std::runtime_error(why); }

[[noreturn]] void fail_with_errno(const std::string& doing, int number = errno) {
  fail("cannot " + doing + ": " + std::strerror(number));
}

bool is_root() { return geteuid() == 0; }

const passwd& postgres_user() {
  const passwd* found = getpwnam("postgres");
  if (found == nullptr) fail("PostgreSQL does not run as root, and there is no user postgres; run tools/setup");
  return *found;
}

std::vector<std::string> as_server_user(std::vector<std::string> command) {
  if (!is_root()) return command;
  std::vector<std::string> prefix = {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"};
  prefix.insert(prefix.end(), std::make_move_iterator(command.begin()), std::make_move_iterator(command.end()));
  return prefix;
}

// How to start a process: nothing of the test's is shared with it but what is said here.
class spawning {
 public:
  spawning() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    // A session of its own: the Ctrl-C that ends the test is not for the server, nor for the janitor.
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  }
  ~spawning() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  spawning(const spawning&) = delete;
  spawning& operator=(const spawning&) = delete;

  spawning& in(const std::filesystem::path& folder) {
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    return *this;
  }
  spawning& input(int from) {
    posix_spawn_file_actions_adddup2(&actions_, from, STDIN_FILENO);
    return *this;
  }
  spawning& no_input() {
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    return *this;
  }
  spawning& output(const std::string& file) {
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
    return *this;
  }

  pid_t start(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const int wrong = posix_spawnp(&pid, arguments[0], &actions_, &attributes_, arguments.data(), environ);
    if (wrong != 0) fail_with_errno("start " + command[0], wrong);
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) fail_with_errno("wait for process " + std::to_string(pid));
  return status;
}

// Empty if there is none. Of a process that ends at this moment, opening its file works and reading it throws.
std::string whole_file(const std::filesystem::path& path) {
  try {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  } catch (const std::ios_base::failure&) {
    return {};
  }
}

// What the kernel says of a process: its state by a letter, and who made it.
struct process_state {
  char letter;
  pid_t parent;
};

std::optional<process_state> state_of(pid_t pid) {
  const std::string text = whole_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t after_name = text.rfind(')');
  if (after_name == std::string::npos) return std::nullopt;
  process_state found{};
  std::istringstream(text.substr(after_name + 1)) >> found.letter >> found.parent;
  return found;
}

bool is_gone(pid_t pid) {
  const auto state = state_of(pid);
  return !state || state->letter == 'Z' || state->letter == 'X';
}

bool stands(pid_t pid) {
  const auto state = state_of(pid);
  return !state || std::string_view("TtZX").find(state->letter) != std::string_view::npos;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    const auto end = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (end.ec != std::errc{} || *end.ptr != '\0') continue;
    const auto state = state_of(pid);
    if (state && state->parent == parent) found.push_back(pid);
  }
  return found;
}

template <class Condition>
void require_all(const std::vector<pid_t>& pids, const Condition& condition, const char* what) {
  const bool all = wait_until(signal_patience, [&] { return std::ranges::all_of(pids, condition); });
  if (!all) fail(std::string("a server's processes do not ") + what + " when told to");
}

}  // namespace

void rest() { std::this_thread::sleep_for(rest_between_questions); }

server_folder::server_folder() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail_with_errno("make a pipe");
  to_janitor_ = ends[1];
  std::string name = "/tmp/holon-XXXXXX";
  try {
    if (mkdtemp(name.data()) == nullptr) fail_with_errno("make a folder under /tmp");
    path_ = name;
    if (is_root() && chown(path_.c_str(), postgres_user().pw_uid, postgres_user().pw_gid) != 0)
      fail_with_errno("give " + name + " to the user postgres");
    janitor_ =
        spawning().in("/").input(ends[0]).output("/dev/null").start({"/bin/sh", "-c", janitor_script, "janitor", name});
  } catch (const std::exception&) {
    rmdir(name.c_str());
    close(ends[0]);
    close(ends[1]);
    throw;
  }
  close(ends[0]);
}

server_folder::~server_folder() {
  // A fork of the test may still hold the pipe, so closing it would not be enough.
  if (::write(to_janitor_, "end\n", 4) == 4) {
    int ignored = 0;
    waitpid(janitor_, &ignored, 0);
  }
  close(to_janitor_);
}

void server_folder::write(const std::string& name, std::string_view text) {
  const std::filesystem::path file = path_ / name;
  std::ofstream(file, std::ios::binary) << text;
  if (chmod(file.c_str(), 0600) != 0) fail_with_errno("write " + file.string());
  if (is_root() && chown(file.c_str(), postgres_user().pw_uid, postgres_user().pw_gid) != 0)
    fail_with_errno("give " + file.string() + " to the user postgres");
}

std::string server_folder::run(const std::vector<std::string>& command) {
  const std::filesystem::path said = path_ / "run.log";
  std::filesystem::remove(said);
  const int status = wait_for(spawning().in(path_).no_input().output(said).start(as_server_user(command)));
  if (status != 0) fail(command[0] + " failed: " + last_lines(said));
  return whole_file(said);
}

void server_folder::tell_janitor(pid_t runs) {
  const std::string line = std::to_string(runs) + "\n";
  if (::write(to_janitor_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    fail_with_errno("tell the janitor of " + path_.string());
}

server_process::server_process(server_folder& folder, const std::vector<std::string>& command, const std::string& log)
    : folder_(folder) {
  pid_ = spawning().in(folder.path()).no_input().output(folder.path() / log).start(as_server_user(command));
  folder_.tell_janitor(pid_);
}

server_process::~server_process() {
  if (!is_running()) return;
  try {
    kill_all();
  } catch (const std::exception&) {
    ::kill(pid_, SIGKILL);  // the janitor looks after the rest
  }
}

bool server_process::is_running() {
  if (ended_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  ended_ = true;
  folder_.tell_janitor(0);
  return false;
}

void server_process::signal(int number) const {
  if (ended_) fail("the server does not run, so it cannot be told anything");
  if (::kill(pid_, number) != 0) fail_with_errno("signal process " + std::to_string(pid_));
}

bool server_process::wait_for_end(std::chrono::milliseconds patience) {
  return wait_until(patience, [&] { return !is_running(); });
}

void server_process::pause() {
  signal(SIGSTOP);  // first the one that makes the others
  require_all({pid_}, stands, "stand");
  const std::vector<pid_t> children = children_of(pid_);
  for (const pid_t child : children) ::kill(child, SIGSTOP);
  require_all(children, stands, "stand");
}

void server_process::resume() {
  const std::vector<pid_t> children = children_of(pid_);
  for (const pid_t child : children) ::kill(child, SIGCONT);
  signal(SIGCONT);
}

void server_process::kill_all() {
  pause();
  const std::vector<pid_t> children = children_of(pid_);
  for (const pid_t child : children) ::kill(child, SIGKILL);
  signal(SIGKILL);
  require_all(children, is_gone, "die");
  if (!wait_for_end(signal_patience)) fail("a server does not die when it is killed");
}

int free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  const bool good = probe >= 0 && bind(probe, plain, size) == 0 && getsockname(probe, plain, &size) == 0;
  const int why = errno;
  close(probe);
  if (!good) fail_with_errno("find a free port on 127.0.0.1", why);
  return ntohs(address.sin_port);
}

std::string last_lines(const std::filesystem::path& file) {
  const std::string text = whole_file(file);
  return text.size() <= log_bytes_shown_max ? text : "…" + text.substr(text.size() - log_bytes_shown_max);
}

}  // namespace holon::testing
