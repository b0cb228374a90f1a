// SPDX-License-Identifier: Apache-2.0
#include "runtime/program/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <filesystem>
#include <memory>

#include "runtime/source/read_file.h"

namespace sbx {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

// OpenSSL would ask the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) { return 0; }

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

using Reader = EVP_PKEY* (*)(BIO*, EVP_PKEY**, pem_password_cb*, void*);

Result<Key> read_key(std::string_view pem, Reader read, const char* kind) {
  const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  Key key(memory ? read(memory.get(), nullptr, no_password, nullptr) : nullptr, EVP_PKEY_free);
  ERR_clear_error();
  if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) return Error{"R0757", std::string("it is no Ed25519 ") + kind};
  return key;
}

}  // namespace

Result<std::string> sign(std::string_view bytes, std::string_view private_pem) {
  Result<Key> key = read_key(private_pem, PEM_read_bio_PrivateKey, "private key in PEM without a password");
  if (!key) return key.error();
  const Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  const bool made = digest && EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key->get()) == 1 &&
                    EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(bytes), bytes.size()) == 1;
  ERR_clear_error();
  if (!made || size != kSignatureBytes) return Error{"R0757", "the key cannot sign"};
  return signature;
}

Result<bool> verify_signature(std::string_view bytes, std::string_view signature, std::string_view public_pem) {
  Result<Key> key = read_key(public_pem, PEM_read_bio_PUBKEY, "public key in PEM");
  if (!key) return key.error();
  if (signature.size() != kSignatureBytes) return Error{"R0756", "its signature is not one of 64 bytes"};
  const Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const bool fits = digest && EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key->get()) == 1 &&
                    EVP_DigestVerify(digest.get(), raw(signature), signature.size(), raw(bytes), bytes.size()) == 1;
  ERR_clear_error();
  if (!fits) return Error{"R0756", "its signature is not by this key, or the file has changed"};
  return true;
}

Result<std::string> name_of_key(std::string_view public_pem) {
  Result<Key> key = read_key(public_pem, PEM_read_bio_PUBKEY, "public key in PEM");
  if (!key) return key.error();
  std::array<unsigned char, 32> bytes{};
  size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key->get(), bytes.data(), &size) != 1) return Error{"R0757", "its bytes cannot be had"};
  std::string name = "ed25519:";
  for (const unsigned char byte : bytes) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

std::string signature_path(const std::string& path) { return path + ".sig"; }

Result<std::optional<std::string>> find_signature(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::exists(signature_path(path), unknown) && !unknown) return std::optional<std::string>();
  // One byte more than a signature has tells a longer file.
  Result<std::string> signature = read_file(signature_path(path), kSignatureBytes + 1);
  if (!signature) return signature.error();
  return std::optional(std::move(*signature));
}

Result<std::string> read_signature(const std::string& path) {
  Result<std::optional<std::string>> signature = find_signature(path);
  if (!signature) return Error{"R0756", "its signature cannot be had: " + signature.error().message};
  if (!*signature) return Error{"R0756", "it is not signed: there is no `" + signature_path(path) + "`"};
  return std::move(**signature);
}

}  // namespace sbx
