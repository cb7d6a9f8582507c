// A scraper gets the metrics, others get a clear no, and nobody keeps the server from its end.
#define BOOST_TEST_MODULE metrics_server
#include "tools/metrics/metrics_server.hpp"

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

namespace holon {
namespace {

using boost::asio::ip::tcp;

struct server_fixture {
  std::unique_ptr<metrics_server> server =
      metrics_server::start("127.0.0.1:0", [this] { return "holon_asked " + std::to_string(++asked) + "\n"; }).value();
  int asked = 0;
  boost::asio::io_context context;

  [[nodiscard]] tcp::socket connect() {
    tcp::socket to(context);
    to.connect({boost::asio::ip::make_address("127.0.0.1"), server->port()});
    return to;
  }
  // All that it says until it hangs up.
  [[nodiscard]] std::string ask(const std::string& request) {
    auto to = connect();
    boost::asio::write(to, boost::asio::buffer(request));
    std::string answer;
    boost::system::error_code end;
    boost::asio::read(to, boost::asio::dynamic_buffer(answer), end);
    return answer;
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

BOOST_FIXTURE_TEST_SUITE(metrics_server_suite, server_fixture)

BOOST_AUTO_TEST_CASE(a_scraper_gets_what_there_is_now) {
  const std::string get = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const auto first = ask(get);
  BOOST_TEST(has(first, "HTTP/1.1 200 OK\r\n"));
  BOOST_TEST(has(first, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  BOOST_TEST(has(first, "\r\n\r\nholon_asked 1\n"));
  BOOST_TEST(has(ask(get), "\r\n\r\nholon_asked 2\n"));
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  BOOST_TEST(has(ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "404"));
  BOOST_TEST(has(ask("DELETE /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "405"));
  BOOST_TEST(!has(ask("no HTTP at all\r\n\r\n"), "200"));
}

BOOST_AUTO_TEST_CASE(more_scrapers_than_are_served_wait_and_none_keeps_it_from_its_end) {
  std::vector<tcp::socket> silent;
  for (std::size_t i = 0; i < 2 * scrapers_max; ++i) silent.push_back(connect());
  server.reset();
}

BOOST_AUTO_TEST_CASE(an_address_that_is_none_is_told) {
  for (const auto* bad :
       {"", "nowhere", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "host.example:80", "1.2.3.4:-1"}) {
    const auto started = metrics_server::start(bad, [] { return std::string(); });
    BOOST_TEST((!started && started.error().code == errc::invalid_argument), bad);
  }
}

BOOST_AUTO_TEST_CASE(an_address_that_is_taken_is_told) {
  const auto taken = "127.0.0.1:" + std::to_string(server->port());
  const auto started = metrics_server::start(taken, [] { return std::string(); });
  BOOST_REQUIRE(!started);
  BOOST_TEST((started.error().code == errc::unavailable));
  BOOST_TEST(has(started.error().text, taken));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
