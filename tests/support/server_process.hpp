// Servers that a test starts for itself: a short private folder, and processes in it that do not outlive the test,
// whatever becomes of the test.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace holon::testing {

/// Asks again and again until `condition` holds, for as long as `patience`. False: it never did.
template <class Condition>
[[nodiscard]] bool wait_until(std::chrono::milliseconds patience, const Condition& condition);

/// A folder under /tmp, short enough for unix sockets. When it ends, or when the test dies, the processes in it are
/// killed and it is removed: a janitor process sees to that. One thread at a time.
///
/// Programs in it run as the user of the test; as the user `postgres` if that is root, as which PostgreSQL refuses to
/// run. Failures are thrown as std::runtime_error, in a sentence, with what the program said.
class server_folder {
 public:
  server_folder();
  ~server_folder();
  server_folder(const server_folder&) = delete;
  server_folder& operator=(const server_folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Writes a file that belongs to the user of the programs and that only this user may read.
  void write(const std::string& name, std::string_view text);
  /// Runs a program in the folder until its end and gives what it said.
  std::string run(const std::vector<std::string>& command);

 private:
  friend class server_process;
  void tell_janitor(pid_t runs);

  std::filesystem::path path_;
  pid_t janitor_ = 0;
  int to_janitor_ = -1;
};

/// A server in the foreground and the processes that it makes. It is killed with them when this ends. One thread at a
/// time; not necessarily the one that started it.
class server_process {
 public:
  /// What it says is appended to `log` in the folder.
  server_process(server_folder& folder, const std::vector<std::string>& command, const std::string& log);
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool is_running();
  void signal(int number) const;
  /// False: it still runs.
  [[nodiscard]] bool wait_for_end(std::chrono::milliseconds patience);

  /// SIGSTOP to it and to its children; returns when all of them stand.
  void pause();
  /// SIGCONT to all of them.
  void resume();
  /// SIGKILL to all of them at one moment; returns when none is left.
  void kill_all();

 private:
  server_folder& folder_;
  pid_t pid_ = 0;
  bool ended_ = false;
};

/// A port of 127.0.0.1 that nobody has at this moment; somebody may have it at the next.
[[nodiscard]] int free_port();

/// The last lines of a file, for messages; empty if there is none.
[[nodiscard]] std::string last_lines(const std::filesystem::path& file);

/// How long wait_until rests between two questions.
constexpr std::chrono::milliseconds rest_between_questions{3};
void rest();

template <class Condition>
bool wait_until(std::chrono::milliseconds patience, const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    rest();
  }
  return true;
}

}  // namespace holon::testing
