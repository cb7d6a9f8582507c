// A proxy between a PostgreSQL client and its server, for tests: it cuts connections at the moments that hurt.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace holon::testing {

/// Where a proxy sends what it gets.
struct proxy_target {
  int port = 0;                  ///< of 127.0.0.1; 0: the unix socket
  std::string socket_path = {};  ///< the file itself
};

struct proxy_counts {
  std::int64_t accepted = 0;  ///< connections since the start
  std::int64_t open = 0;      ///< connections now
  std::int64_t cuts = 0;      ///< cuts that were told and came about
};

/// Listens on 127.0.0.1 and forwards both ways until it is told otherwise. Its thread does all of it: a method returns
/// when the thread has taken notice, so what a client sends afterwards meets what was told. Any thread may call.
///
/// A request is a message of a client that is connected; connecting is none. A cut is told for one request, the first
/// one that fits, of any connection; the last one told counts. What is encrypted is forwarded and cannot be cut at a
/// request: clients say sslmode=disable, as url() does. Failures to set it up are std::runtime_error.
class tcp_proxy {
 public:
  explicit tcp_proxy(proxy_target target);
  ~tcp_proxy();
  tcp_proxy(const tcp_proxy&) = delete;
  tcp_proxy& operator=(const tcp_proxy&) = delete;

  [[nodiscard]] int port() const;
  [[nodiscard]] std::string url(const std::string& database = "postgres", const std::string& user = "postgres") const;

  /// The next request does not reach the server, which has what was sent before it; both sides are closed.
  void cut_before_request();
  /// The same for the first request with this text in its bytes; small and capital letters are the same.
  void cut_before_request_to(const std::string& text);
  /// The next request reaches the server, and its answer comes back to here, whole: up to ReadyForQuery. It is dropped,
  /// and both sides are closed. A server that asks for the rows of a COPY is heard before.
  void cut_before_reply();
  /// The same for the first request with this text: a "commit", the name of a statement.
  void cut_before_reply_to(const std::string& text);
  /// When the next cut comes about, all connections are closed at that moment and new ones refused, until `accept`:
  /// what was lost cannot be looked up by another connection.
  void leave_with_cut();
  /// No cut that was told and did not come about.
  void cut_nothing();

  /// Closes all connections now.
  void cut_all();
  /// Forwards nothing in either way, and keeps all open; new connections hang.
  void stall();
  void resume();
  /// New connections are refused, as if nobody was there; those that are there stay.
  void refuse();
  void accept();

  [[nodiscard]] proxy_counts counts() const;

 private:
  class loop;
  std::unique_ptr<loop> loop_;
};

}  // namespace holon::testing
