#include "tests/support/tcp_proxy.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <future>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/message_frames.hpp"

namespace holon::testing {
namespace {

// Beyond it a side is not read until the other has taken some.
constexpr std::size_t waiting_bytes_max = 1 << 20;
constexpr std::size_t read_bytes = 1 << 16;

class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int number) : number_(number) {
    if (number < 0) throw std::runtime_error(std::string("the proxy has no socket: ") + std::strerror(errno));
  }
  ~descriptor() { reset(); }
  descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] explicit operator bool() const { return number_ >= 0; }
  void reset() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

descriptor make_socket(int family) { return descriptor(socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

// A socket that has the port, and does not listen yet.
descriptor bound_to(int port) {
  descriptor bound = make_socket(AF_INET);
  const int on = 1;
  setsockopt(bound.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (bind(bound.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error(std::string("the proxy gets no port on 127.0.0.1: ") + std::strerror(errno));
  return bound;
}

int port_of(const descriptor& bound) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(bound.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

void send_at_once(const descriptor& to) {
  const int on = 1;
  setsockopt(to.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// On one machine a connect says yes or no at once, so it may block. Nothing: nobody listens there.
std::optional<descriptor> connected_to(const proxy_target& target) {
  sockaddr_un file{};
  file.sun_family = AF_UNIX;
  std::strncpy(file.sun_path, target.socket_path.c_str(), sizeof file.sun_path - 1);
  const sockaddr_in port = loopback(target.port);
  const bool by_port = target.port != 0;
  const auto* address = by_port ? reinterpret_cast<const sockaddr*>(&port) : reinterpret_cast<const sockaddr*>(&file);
  descriptor made(socket(by_port ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(made.number(), address, by_port ? sizeof port : sizeof file) != 0) return std::nullopt;
  fcntl(made.number(), F_SETFL, O_NONBLOCK);
  if (by_port) send_at_once(made);
  return made;
}

enum class cut_point : std::uint8_t { none, before_request, before_reply };

struct cut_plan {
  cut_point at = cut_point::none;
  std::string text = {};

  [[nodiscard]] bool meets(const message_frame& frame) const {
    return at != cut_point::none && frame.is_request() && frame.contains(text);
  }
};

// One side: what was read from it goes to the other's `waiting`.
struct side {
  descriptor socket;
  std::string waiting;  // to be written to this side
};

enum class flow : std::uint8_t { goes_on, ends, is_cut };

// A client and its server, and how far they are in asking and answering.
class forwarded {
 public:
  forwarded(descriptor client, descriptor server) : client_{std::move(client), {}}, server_{std::move(server), {}} {}

  [[nodiscard]] short client_events() const { return events(client_, server_); }
  [[nodiscard]] short server_events() const { return events(server_, client_); }
  [[nodiscard]] int client() const { return client_.socket.number(); }
  [[nodiscard]] int server() const { return server_.socket.number(); }

  [[nodiscard]] flow on_client(short happened, cut_plan& plan) {
    return on_events(happened, client_, [&](std::string_view bytes) { return from_client(bytes, plan); });
  }
  [[nodiscard]] flow on_server(short happened) {
    return on_events(happened, server_, [&](std::string_view bytes) { return from_server(bytes); });
  }

 private:
  [[nodiscard]] short events(const side& of, const side& other) const {
    const bool reads = !ending_ && other.waiting.size() < waiting_bytes_max;
    return static_cast<short>((reads ? POLLIN : 0) | (of.waiting.empty() ? 0 : POLLOUT));
  }

  template <class Take>
  flow on_events(short happened, side& of, const Take& take) {
    if ((happened & POLLOUT) != 0 && !write_some(of)) return flow::ends;
    if ((happened & (POLLIN | POLLHUP | POLLERR)) != 0 && !ending_) {
      std::array<char, read_bytes> buffer;
      const ssize_t size = recv(of.socket.number(), buffer.data(), buffer.size(), 0);
      if (size < 0 && errno != EAGAIN) return flow::ends;
      if (size == 0) ending_ = true;  // what waits is still brought
      const flow now = size > 0 ? take({buffer.data(), static_cast<std::size_t>(size)}) : flow::goes_on;
      // Of what comes before a cut, too.
      const bool written = write_some(client_) && write_some(server_);
      if (now == flow::is_cut || !written) return now == flow::is_cut ? now : flow::ends;
    }
    return ending_ && client_.waiting.empty() && server_.waiting.empty() ? flow::ends : flow::goes_on;
  }

  static bool write_some(side& to) {
    if (to.waiting.empty()) return true;
    const ssize_t size = send(to.socket.number(), to.waiting.data(), to.waiting.size(), MSG_NOSIGNAL);
    if (size < 0) return errno == EAGAIN;
    to.waiting.erase(0, static_cast<std::size_t>(size));
    return true;
  }

  flow from_client(std::string_view bytes, cut_plan& plan) {
    if (encrypted_) {
      server_.waiting += bytes;
      return flow::goes_on;
    }
    asking_.feed(bytes);
    while (const auto frame = asking_.next()) {
      if (plan.meets(*frame)) {
        const cut_point at = std::exchange(plan, {}).at;
        if (at == cut_point::before_request) return flow::is_cut;
        replies_wanted_ = asked_;
      }
      note_request(*frame);
      server_.waiting += frame->bytes;
    }
    return flow::goes_on;
  }

  void note_request(const message_frame& frame) {
    if (client_frames::asks_for_encryption(frame)) {
      answering_.expect_single_byte();
    } else if (frame.type == 0 || frame.type == message::query || frame.type == message::sync ||
               frame.type == message::function_call) {
      ++asked_;
      last_asked_ = frame.type;
    }
  }

  flow from_server(std::string_view bytes) {
    answering_.feed(bytes);
    while (!encrypted_) {
      const auto frame = answering_.next();
      if (!frame) return flow::goes_on;
      if (frame->type == 0 && frame->bytes != "N") encrypted_ = true;
      if (replies_wanted_ && answered_ >= *replies_wanted_)
        hold(*frame);
      else
        client_.waiting += frame->bytes;
      // During a COPY the server takes no notice of a Sync: another one comes after the rows.
      if (frame->type == message::copy_in && last_asked_ == message::sync) --asked_;
      if (frame->type == message::ready_for_query) ++answered_;
      const bool all_answered = answered_ == asked_ && !asking_.has_part();
      if (replies_wanted_ && answered_ > *replies_wanted_ && all_answered) return flow::is_cut;
    }
    client_.waiting += answering_.take_all();
    return flow::goes_on;
  }

  // A client sends the rows of a COPY only when it heard that the server waits for them.
  void hold(const message_frame& frame) {
    held_ += frame.bytes;
    if (frame.type == message::copy_in || frame.type == message::copy_out || frame.type == message::copy_both)
      client_.waiting += std::exchange(held_, {});
  }

  side client_;
  side server_;
  client_frames asking_;
  server_frames answering_;
  std::int64_t asked_ = 0;  // connecting is answered too
  std::int64_t answered_ = 0;
  char last_asked_ = 0;
  std::optional<std::int64_t> replies_wanted_;  // as many reach the client; what comes then is held
  std::string held_;
  bool encrypted_ = false;
  bool ending_ = false;
};

}  // namespace

// Everything but `tasks_` belongs to the thread.
class tcp_proxy::loop {
 public:
  explicit loop(proxy_target target)
      : target_(std::move(target)), holder_(bound_to(0)), port_(port_of(holder_)), wake_(eventfd(0, EFD_CLOEXEC)) {
    listen_again();
    thread_ = std::thread([this] { run(); });
  }
  ~loop() {
    tell([this] { ending_ = true; });
    thread_.join();
  }

  [[nodiscard]] int port() const { return port_; }

  // Runs `what` on the thread and returns when it has run.
  void tell(const std::function<void()>& what) {
    std::packaged_task<void()> task(what);
    std::future<void> done = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    const std::uint64_t one = 1;
    if (write(wake_.number(), &one, sizeof one) != sizeof one) throw std::runtime_error("the proxy cannot be told");
    done.get();
  }

  // From here on: for `tell` only.
  void listen_again() {
    if (listener_) return;
    listener_ = bound_to(port_);
    if (listen(listener_.number(), SOMAXCONN) != 0)
      throw std::runtime_error(std::string("the proxy cannot listen: ") + std::strerror(errno));
  }
  void listen_no_more() { listener_ = descriptor(); }
  void plan(cut_point at, const std::string& text) { plan_ = {.at = at, .text = text}; }
  void plan_nothing() {
    plan_ = {};
    leaves_with_cut_ = false;
  }
  void leave_with_cut() { leaves_with_cut_ = true; }
  void stall(bool stalled) { stalled_ = stalled; }
  void cut_all() {
    counts_.cuts += static_cast<std::int64_t>(connections_.size());
    connections_.clear();
  }
  [[nodiscard]] proxy_counts counts() const {
    proxy_counts now = counts_;
    now.open = static_cast<std::int64_t>(connections_.size());
    return now;
  }

 private:
  void run() {
    while (!ending_) {
      std::vector<pollfd> watched = {{.fd = wake_.number(), .events = POLLIN, .revents = 0}};
      if (!stalled_) watch_all(watched);
      if (poll(watched.data(), watched.size(), -1) < 0) continue;
      // What was told counts for all that is read after it: look again.
      if (watched[0].revents != 0)
        run_tasks();
      else
        forward(watched);
    }
  }

  // Each connection has two entries, in the order of the list; poll leaves out what has a negative number.
  void watch_all(std::vector<pollfd>& watched) {
    watched.push_back({.fd = listener_.number(), .events = POLLIN, .revents = 0});
    const auto watch = [&](int socket, short events) {
      watched.push_back({.fd = events == 0 ? -1 : socket, .events = events, .revents = 0});
    };
    for (const forwarded& connection : connections_) {
      watch(connection.client(), connection.client_events());
      watch(connection.server(), connection.server_events());
    }
  }

  void forward(const std::vector<pollfd>& watched) {
    const auto cuts_before = counts_.cuts;
    auto events = watched.begin() + 2;
    for (auto connection = connections_.begin(); connection != connections_.end(); events += 2) {
      flow now = flow::goes_on;
      if (events[0].revents != 0) now = connection->on_client(events[0].revents, plan_);
      if (now == flow::goes_on && events[1].revents != 0) now = connection->on_server(events[1].revents);
      if (now == flow::is_cut) ++counts_.cuts;
      connection = now == flow::goes_on ? std::next(connection) : connections_.erase(connection);
    }
    if (counts_.cuts != cuts_before && std::exchange(leaves_with_cut_, false)) return leave();
    if (watched[1].revents != 0) take_connection();
  }

  void leave() {
    connections_.clear();
    listen_no_more();
  }

  void take_connection() {
    const int number = accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (number < 0) return;  // it went away again
    descriptor client(number);
    send_at_once(client);
    ++counts_.accepted;
    if (auto server = connected_to(target_)) connections_.emplace_back(std::move(client), *std::move(server));
  }

  void run_tasks() {
    std::uint64_t ignored = 0;
    if (read(wake_.number(), &ignored, sizeof ignored) < 0) return;
    std::vector<std::packaged_task<void()>> tasks;
    {
      const std::lock_guard lock(mutex_);
      tasks.swap(tasks_);
    }
    for (auto& task : tasks) task();
  }

  const proxy_target target_;
  const descriptor holder_;  // keeps the port while nobody listens on it
  const int port_;
  const descriptor wake_;
  descriptor listener_;
  std::list<forwarded> connections_;
  cut_plan plan_;
  proxy_counts counts_;
  bool leaves_with_cut_ = false;
  bool stalled_ = false;
  bool ending_ = false;

  std::mutex mutex_;
  std::vector<std::packaged_task<void()>> tasks_;
  std::thread thread_;
};

tcp_proxy::tcp_proxy(proxy_target target) : loop_(std::make_unique<loop>(std::move(target))) {}
tcp_proxy::~tcp_proxy() = default;

int tcp_proxy::port() const { return loop_->port(); }

std::string tcp_proxy::url(const std::string& database, const std::string& user) const {
  return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port()) + "/" + database +
         "?sslmode=disable&gssencmode=disable";
}

void tcp_proxy::cut_before_request() { cut_before_request_to(""); }
void tcp_proxy::cut_before_request_to(const std::string& text) {
  loop_->tell([&] { loop_->plan(cut_point::before_request, text); });
}
void tcp_proxy::cut_before_reply() { cut_before_reply_to(""); }
void tcp_proxy::cut_before_reply_to(const std::string& text) {
  loop_->tell([&] { loop_->plan(cut_point::before_reply, text); });
}
void tcp_proxy::leave_with_cut() {
  loop_->tell([&] { loop_->leave_with_cut(); });
}
void tcp_proxy::cut_nothing() {
  loop_->tell([&] { loop_->plan_nothing(); });
}
void tcp_proxy::cut_all() {
  loop_->tell([&] { loop_->cut_all(); });
}
void tcp_proxy::stall() {
  loop_->tell([&] { loop_->stall(true); });
}
void tcp_proxy::resume() {
  loop_->tell([&] { loop_->stall(false); });
}
void tcp_proxy::refuse() {
  loop_->tell([&] { loop_->listen_no_more(); });
}
void tcp_proxy::accept() {
  loop_->tell([&] { loop_->listen_again(); });
}

proxy_counts tcp_proxy::counts() const {
  proxy_counts now;
  loop_->tell([&] { now = loop_->counts(); });
  return now;
}

}  // namespace holon::testing
