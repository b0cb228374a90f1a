// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/address.h"

#include <algorithm>

namespace sbx::http {

namespace {

constexpr size_t kLongestSocketPath = 107;  // sockaddr_un

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return false;
  return std::stoi(std::string(text)) <= 65535;
}

bool is_host(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '/' || c == '@' || c == '?' || c == '#' || c == '"';
  });
}

Error wrong(std::string_view text, std::string_view why) { return {"R0703", "`" + std::string(text) + "` " + std::string(why)}; }

/// `HOST:PORT`, where the port may be left out if `port` is given.
Result<Address> split(std::string_view text, std::string_view whole, std::string port) {
  Address address;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return wrong(whole, "has a `[` without its `]`");
    address.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else {
    const size_t colon = text.find(':');
    address.host = text.substr(0, colon);
    text.remove_prefix(std::min(colon, text.size()));
  }
  if (!text.empty()) {
    port = text.substr(1);
    if (text[0] != ':' || !is_port(port)) return wrong(whole, "has no port between 0 and 65535");
  }
  if (port.empty()) return wrong(whole, "has no port");
  if (address.host.empty()) return wrong(whole, "has no host");
  if (!is_host(address.host)) return wrong(whole, "has no host that could be called");
  address.port = std::move(port);
  return address;
}

Result<Address> socket_path(std::string_view path, std::string_view whole) {
  if (path.empty()) return wrong(whole, "has no path of a socket");
  if (path.size() > kLongestSocketPath) return wrong(whole, "is longer than the path of a socket may be (107 bytes)");
  return Address{.host = {}, .port = {}, .path = std::string(path)};
}

}  // namespace

bool Address::is_local() const {
  return !path.empty() || host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<Address> parse_address(std::string_view text) {
  if (text.starts_with("unix:")) return socket_path(text.substr(5), text);
  if (text.starts_with(':')) return split("127.0.0.1" + std::string(text), text, {});
  return split(text, text, {});
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  std::string_view rest = text;
  if (rest.starts_with("unix:")) {
    rest.remove_prefix(5);
    const size_t colon = rest.find(":/");
    Result<Address> address = socket_path(rest.substr(0, colon), text);
    if (!address) return address.error();
    url.address = std::move(*address);
    url.authority = "localhost";
    if (colon != std::string_view::npos) url.base = rest.substr(colon + 1);
  } else {
    url.tls = rest.starts_with("https://");
    if (!url.tls && !rest.starts_with("http://")) return wrong(text, "is no http://, https:// or unix: address");
    rest.remove_prefix(url.tls ? 8 : 7);
    const size_t slash = rest.find('/');
    url.authority = rest.substr(0, slash);
    Result<Address> address = split(url.authority, text, url.tls ? "443" : "80");
    if (!address) return address.error();
    url.address = std::move(*address);
    if (slash != std::string_view::npos) url.base = rest.substr(slash);
  }
  if (url.base.find_first_of("?# ") != std::string::npos) return wrong(text, "has more than a path at its end");
  while (url.base.ends_with('/')) url.base.pop_back();
  return url;
}

}  // namespace sbx::http
