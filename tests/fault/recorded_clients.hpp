// Clients of a recorded run: they go on whatever happens, and record each request with what they were told.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include "tests/fault/recorded_run.hpp"

namespace holon::testing {

/// Accounts 1 … `hot` are everybody's; `closed` more are closed.
struct accounts_shared {
  std::uint32_t hot = 8;
  std::uint32_t closed = 2;
};

using running_nodes = std::vector<std::unique_ptr<node>>;

/// Random numbers that are the same everywhere.
class dice {
 public:
  explicit dice(std::uint64_t seed) : random_(seed) {}
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }
  bool one_in(std::int64_t many) { return below(many) == 0; }

 private:
  std::mt19937_64 random_;
};

/// Closes the closed accounts, through a node.
void close_accounts(recorded_run& run, node& at, const accounts_shared& accounts);

/// Sends commands to one node, so many at a time, a quarter of them to an account of its own: half of them with ids,
/// some with checks of another account. Every tenth one is sent again to another node with the same id, at once or when
/// it is answered; one with an id of which nothing is known is sent again until it is. Or asks for states only. What
/// has no id is asked at level local now and then.
class recorded_client final : public background {
 public:
  enum class habit : std::uint8_t { writes, asks };
  recorded_client(recorded_run& run, running_nodes& nodes, std::uint16_t home, habit does, accounts_shared accounts,
                  int under_way);
  ~recorded_client() override { stop(); }

 private:
  struct slot;
  void work(int under_way);
  [[nodiscard]] operation next();
  [[nodiscard]] operation new_command();
  void send(slot& in, operation op);
  void take(slot& from);
  [[nodiscard]] std::uint32_t any_account();
  [[nodiscard]] std::uint32_t own_account() const;
  [[nodiscard]] operation with_check(const operation& op);
  void send_again_later(const operation& op);
  [[nodiscard]] std::uint16_t another_node(std::uint16_t than);

  recorded_run& run_;
  running_nodes& nodes_;
  std::uint16_t home_;
  habit does_;
  accounts_shared accounts_;
  answer_recorder recorder_;
  dice dice_;
  std::vector<std::int64_t> versions_;  // that were told last, of each account
  std::deque<operation> again_;
  std::atomic<std::uint32_t> answers_{0};
};

/// Appends deposits past the holons through a journal of its own, now and then: to one account or to two at once, at
/// any version or at the one that it has just read, and only if another account is where it has just been. Or checks
/// two accounts and writes nothing.
class recorded_appender final : public background {
 public:
  recorded_appender(recorded_run& run, std::shared_ptr<journal> to, accounts_shared accounts);
  ~recorded_appender() override { stop(); }

 private:
  void work(journal& to);
  [[nodiscard]] std::vector<stream_part> new_parts(journal_reader& reader);
  [[nodiscard]] std::vector<std::uint32_t> some_accounts(std::size_t count);
  void append_until_known(journal_appender& to, operation op, const std::vector<stream_part>& parts);

  recorded_run& run_;
  accounts_shared accounts_;
  answer_recorder recorder_;
  dice dice_;
};

/// Runs the program `holon append` again and again, which appends one deposit each time and ends.
class appending_process final : public background {
 public:
  appending_process(recorded_run& run, accounts_shared accounts, std::chrono::milliseconds every);
  ~appending_process() override { stop(); }

 private:
  void work(std::chrono::milliseconds every);
  void append_once();

  recorded_run& run_;
  accounts_shared accounts_;
  answer_recorder recorder_;
  dice dice_;
  server_folder folder_;
};

/// Reads the journal as it grows, through wait_for_more.
class recorded_reader final : public background {
 public:
  recorded_reader(recorded_run& run, std::shared_ptr<journal> of, std::uint32_t number);
  ~recorded_reader() override { stop(); }

  /// Waits until it has seen the journal up to its head, and stops it.
  void finish();

 private:
  void work(journal& of, std::uint32_t number);
  recorded_run& run_;
  answer_recorder recorder_;
};

}  // namespace holon::testing
