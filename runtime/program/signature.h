// SPDX-License-Identifier: Apache-2.0
// Signatures of compiled policies: Ed25519 over the whole file, 64 raw bytes, as `openssl pkeyutl -sign -rawin` makes them. The only file
// of the runtime that sees OpenSSL's keys. Thread-safe; nothing is ever asked of a terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx {

inline constexpr size_t kSignatureBytes = 64;

/// The signature of `bytes` by a private key in PEM. R0757 if that is no plain Ed25519 private key.
[[nodiscard]] Result<std::string> sign(std::string_view bytes, std::string_view private_pem);

/// R0756 unless `signature` is that of `bytes` by the owner of the public key in PEM; R0757 if that is no Ed25519 public key.
[[nodiscard]] Result<bool> verify_signature(std::string_view bytes, std::string_view signature, std::string_view public_pem);

/// `ed25519:` and the 32 bytes of the public key in hexadecimal: what a key is called. R0757.
[[nodiscard]] Result<std::string> name_of_key(std::string_view public_pem);

/// The file that holds the signature of the object at `path`.
[[nodiscard]] std::string signature_path(const std::string& path);

/// What stands beside the object at `path` as its signature, if anything does. R0701 if that cannot be read, or is far too long.
[[nodiscard]] Result<std::optional<std::string>> find_signature(const std::string& path);
/// The same where a signature is asked for: R0756 if there is none that can be read.
[[nodiscard]] Result<std::string> read_signature(const std::string& path);

}  // namespace sbx
