// SPDX-License-Identifier: Apache-2.0
// tests: R0756 R0757. Signatures over bytes; tests/embed/run holds them to the openssl command.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "runtime/program/signature.h"

using namespace sbx;

namespace {

// The pair of RFC 8410, section 10.3, and a key of RFC 8032, section 7.1.
const std::string kPrivate =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
const std::string kPublic =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
const std::string kOther =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";

template <class Value>
std::string code_of(const Result<Value>& result) {
  return result.ok() ? "" : result.error().code;
}

}  // namespace

TEST_CASE("a signature fits its bytes and its key, and no others") {
  const Result<std::string> signature = sign("a policy", kPrivate);
  REQUIRE(signature.ok());
  CHECK(signature->size() == kSignatureBytes);
  CHECK(*signature == *sign("a policy", kPrivate));
  CHECK(verify_signature("a policy", *signature, kPublic).ok());
  CHECK(code_of(verify_signature("a Policy", *signature, kPublic)) == "R0756");
  CHECK(code_of(verify_signature("a policy", *signature, kOther)) == "R0756");
  CHECK(code_of(verify_signature("a policy", "", kPublic)) == "R0756");
  CHECK(code_of(verify_signature("a policy", *signature + "x", kPublic)) == "R0756");
  for (size_t i = 0; i < signature->size(); ++i) {
    std::string changed = *signature;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK(code_of(verify_signature("a policy", changed, kPublic)) == "R0756");
  }
}

TEST_CASE("what is no key of the right kind is refused") {
  CHECK(code_of(sign("a policy", kPublic)) == "R0757");
  CHECK(code_of(sign("a policy", "")) == "R0757");
  CHECK(code_of(verify_signature("a policy", std::string(64, 'x'), kPrivate)) == "R0757");
  CHECK(code_of(verify_signature("a policy", std::string(64, 'x'), "no key")) == "R0757");
  CHECK(code_of(name_of_key(kPrivate)) == "R0757");
}

TEST_CASE("a key is called by its bytes") {
  CHECK(*name_of_key(kPublic) == "ed25519:19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
}

TEST_CASE("an object that is not signed says so") {
  CHECK(code_of(read_signature("/nowhere/policy.so")) == "R0756");
  const Result<std::optional<std::string>> none = find_signature("/nowhere/policy.so");
  REQUIRE(none.ok());
  CHECK_FALSE(*none);
}

TEST_CASE("a signature that cannot be read is not taken for none") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("signalbox-signature-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "policy.so.sig");
  std::ofstream(folder / "long.so.sig") << std::string(1000, 'x');
  CHECK(code_of(find_signature(folder / "policy.so")) == "R0701");
  CHECK(find_signature(folder / "long.so").error().message.ends_with("it has more than 65 bytes"));
  CHECK(code_of(read_signature(folder / "policy.so")) == "R0756");
  std::filesystem::remove_all(folder);
}
