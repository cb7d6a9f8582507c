// GET /metrics over HTTP, for Prometheus to scrape while a command runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace holon {

/// Scrapers that are served at once; one more waits to be accepted.
inline constexpr std::size_t scrapers_max = 8;

/// Serves in a thread of its own until it is destroyed.
class metrics_server {
 public:
  /// `address` is HOST:PORT or PORT, an IPv6 host in brackets; without a host 127.0.0.1, port 0: any that is free.
  /// `text` gives what is shown, on the server's thread.
  /// errc::invalid_argument: no such address. errc::unavailable: it cannot be listened on.
  [[nodiscard]] static result<std::unique_ptr<metrics_server>> start(std::string_view address,
                                                                     std::function<std::string()> text);
  ~metrics_server();
  metrics_server(const metrics_server&) = delete;
  metrics_server& operator=(const metrics_server&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct server;
  explicit metrics_server(std::unique_ptr<server> inside);
  std::unique_ptr<server> inside_;
};

}  // namespace holon
