// SPDX-License-Identifier: Apache-2.0
// Keys and certificates, read once; connections share them.
#pragma once

#include <memory>
#include <string>

#include "runtime/base/result.h"

struct ssl_ctx_st;

namespace sbx::http {

/// Thread-safe once made.
using Tls = std::shared_ptr<ssl_ctx_st>;

struct TlsFiles {
  std::string certificate, key;  // PEM; of a client, both may be empty
  std::string ca;                // who vouches for the other side; of a client beside the system's, of a server: clients must show one
};
/// TLS 1.2 and later. R0701 for a file that cannot be read, R0757 for one that is no key or certificate, or does not fit.
[[nodiscard]] Result<Tls> server_tls(const TlsFiles& files);
/// From now on its clients are told that HTTP/2 is spoken here. Before it is shared.
void speak_http2(const Tls& tls);
[[nodiscard]] Result<Tls> client_tls(const TlsFiles& files);

}  // namespace sbx::http
