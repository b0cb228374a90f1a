// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace sbx::http {

namespace {

Error wrong(const std::string& file, std::string_view what) {
  ERR_clear_error();
  if (::access(file.c_str(), R_OK) != 0) return {"R0701", "cannot read " + file};
  return {"R0757", file + " " + std::string(what)};
}

Result<Tls> made(const SSL_METHOD* method, const TlsFiles& files) {
  Tls tls(SSL_CTX_new(method), SSL_CTX_free);
  if (!tls) return Error{"R0757", "TLS cannot be used here"};
  SSL_CTX_set_min_proto_version(tls.get(), TLS1_2_VERSION);
  // A stream that waits holds no buffers; a write may go on from another place than it began.
  SSL_CTX_set_mode(tls.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (!files.certificate.empty() && SSL_CTX_use_certificate_chain_file(tls.get(), files.certificate.c_str()) != 1)
    return wrong(files.certificate, "holds no certificate");
  if (!files.key.empty() && SSL_CTX_use_PrivateKey_file(tls.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return wrong(files.key, "holds no private key that fits the certificate");
  if (!files.ca.empty() && SSL_CTX_load_verify_locations(tls.get(), files.ca.c_str(), nullptr) != 1)
    return wrong(files.ca, "holds no certificates");
  return tls;
}

}  // namespace

Result<Tls> server_tls(const TlsFiles& files) {
  Result<Tls> tls = made(TLS_server_method(), files);
  if (!tls || files.ca.empty()) return tls;
  SSL_CTX_set_verify(tls->get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_client_CA_list(tls->get(), SSL_load_client_CA_file(files.ca.c_str()));
  return tls;
}

void speak_http2(const Tls& tls) {
  const auto choose = [](ssl_st*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered, unsigned int offered_size, void*) {
    static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
    const int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size, kHttp2, sizeof kHttp2, offered, offered_size);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
  };
  SSL_CTX_set_alpn_select_cb(tls.get(), choose, nullptr);
}

Result<Tls> client_tls(const TlsFiles& files) {
  Result<Tls> tls = made(TLS_client_method(), files);
  if (!tls) return tls;
  SSL_CTX_set_default_verify_paths(tls->get());
  SSL_CTX_set_verify(tls->get(), SSL_VERIFY_PEER, nullptr);
  return tls;
}

}  // namespace sbx::http
