// SPDX-License-Identifier: Apache-2.0
// Where to listen and whom to call, as settings write it.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx::http {

/// A place to listen: `HOST:PORT`, `[V6]:PORT`, `:PORT` (loopback) or `unix:PATH`. Port 0: any that is free.
struct Address {
  std::string host;  // a name or an IP address; empty for `unix`
  std::string port;
  std::string path;  // of a UNIX socket
  /// Whether only this machine can reach it.
  [[nodiscard]] bool is_local() const;
};
[[nodiscard]] Result<Address> parse_address(std::string_view text);

/// A server to call: `http://HOST[:PORT][/BASE]`, `https://…`, `unix:PATH[:/BASE]`. `base` has no slash at its end.
struct Url {
  bool tls = false;
  Address address;
  std::string base;
  std::string authority;  // of the `host` header
};
[[nodiscard]] Result<Url> parse_url(std::string_view text);

}  // namespace sbx::http
