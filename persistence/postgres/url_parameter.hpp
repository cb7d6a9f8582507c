// What a URL of libpq may say beside the place: parameters that are added unless somebody chose them.
#pragma once

#include <string>
#include <string_view>

namespace holon::postgres {

/// For tools, which connect once: an attempt takes this long at most.
inline constexpr std::string_view connect_patience = "connect_timeout=10";  // seconds

/// The URL with "name=value" at its end, unless it says something about that name itself.
[[nodiscard]] inline std::string with_parameter(std::string url, std::string_view parameter) {
  const auto name = std::string(parameter.substr(0, parameter.find('=') + 1));
  if (url.find("?" + name) != std::string::npos || url.find("&" + name) != std::string::npos) return url;
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url.append(parameter);
}

}  // namespace holon::postgres
