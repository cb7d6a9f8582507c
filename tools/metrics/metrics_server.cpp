#include "tools/metrics/metrics_server.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace holon {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::beast::tcp_stream;

// A scraper that says nothing for so long is hung up on.
constexpr std::chrono::seconds scraper_patience{10};
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::size_t request_bytes_max = 16 * 1024;

tl::unexpected<error> no_address(std::string_view text) {
  return failure(errc::invalid_argument, "'" + std::string(text) +
                                             "' is no address to serve metrics on: give HOST:PORT with an IP address, "
                                             "or a port, as 127.0.0.1:9464");
}

result<tcp::endpoint> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  auto host = colon == std::string_view::npos ? std::string_view("127.0.0.1") : text.substr(0, colon);
  const auto digits = colon == std::string_view::npos ? text : text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  std::uint16_t port = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (wrong != std::errc{} || end != digits.data() + digits.size()) return no_address(text);
  boost::system::error_code bad;
  const auto address = asio::ip::make_address(std::string(host), bad);
  if (bad) return no_address(text);
  return tcp::endpoint(address, port);
}

http::response<http::string_body> answer_to(const http::request<http::empty_body>& asked, std::string text) {
  http::response<http::string_body> answer;
  answer.version(asked.version());
  answer.keep_alive(asked.keep_alive());
  answer.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
  if (asked.method() != http::verb::get) {
    answer.result(http::status::method_not_allowed);
    answer.set(http::field::allow, "GET");
    answer.body() = "only GET is allowed here\n";
  } else if (asked.target() != "/metrics") {
    answer.result(http::status::not_found);
    answer.body() = "there is only /metrics here\n";
  } else {
    answer.body() = std::move(text);
  }
  answer.prepare_payload();
  return answer;
}

}  // namespace

struct metrics_server::server {
  explicit server(std::function<std::string()> shown) : text(std::move(shown)), acceptor(context) {}
  ~server() {
    context.stop();
    if (thread.joinable()) thread.join();
  }

  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(tcp_stream to);

  std::function<std::string()> text;
  asio::io_context context{1};
  tcp::acceptor acceptor;
  std::size_t scrapers = 0;
  std::thread thread;
};

// Out of file descriptors, say: the next try may go well.
asio::awaitable<void> metrics_server::server::accept_all() {
  asio::steady_timer pause(context);
  while (true) {
    std::optional<tcp::socket> accepted;
    if (scrapers < scrapers_max) {
      try {
        accepted = co_await acceptor.async_accept(asio::use_awaitable);
      } catch (const boost::system::system_error&) {
        accepted.reset();
      }
    }
    if (accepted) {
      asio::co_spawn(context, serve(tcp_stream(std::move(*accepted))), asio::detached);
      continue;
    }
    pause.expires_after(accept_pause);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> metrics_server::server::serve(tcp_stream to) {
  ++scrapers;
  try {
    boost::beast::flat_buffer read(request_bytes_max);
    bool goes_on = true;
    while (goes_on) {
      to.expires_after(scraper_patience);
      http::request<http::empty_body> asked;
      co_await http::async_read(to, read, asked, asio::use_awaitable);
      const auto answer = answer_to(asked, text());
      goes_on = answer.keep_alive();
      co_await http::async_write(to, answer, asio::use_awaitable);
    }
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the scraper has gone, or speaks no HTTP
  }
  --scrapers;
}

metrics_server::metrics_server(std::unique_ptr<server> inside) : inside_(std::move(inside)) {}

metrics_server::~metrics_server() = default;

std::uint16_t metrics_server::port() const { return inside_->acceptor.local_endpoint().port(); }

result<std::unique_ptr<metrics_server>> metrics_server::start(std::string_view address,
                                                              std::function<std::string()> text) {
  HOLON_TRY(const auto endpoint, parse_address(address));
  auto inside = std::make_unique<server>(std::move(text));
  try {
    auto& acceptor = inside->acceptor;
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
  } catch (const boost::system::system_error& wrong) {
    return failure(errc::unavailable, "metrics cannot be served on " + std::string(address) + ": " +
                                          wrong.code().message() + "; choose another port");
  }
  asio::co_spawn(inside->context, inside->accept_all(), asio::detached);
  inside->thread = std::thread([at = inside.get()] { at->context.run(); });
  return std::unique_ptr<metrics_server>(new metrics_server(std::move(inside)));
}

}  // namespace holon
