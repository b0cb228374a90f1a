// SPDX-License-Identifier: Apache-2.0
// `signalbox sign` and `signalbox verify`: Ed25519 over a whole file, beside it as FILE.sig.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/signing.h"
#include "runtime/program/signature.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string file, key, format;
};

int sign_one(const Options& options, const Common& common) {
  Result<std::string> bytes = read_file(options.file);
  if (!bytes) return fail(common, bytes.error());
  Result<bool> written = write_signature(options.file, *bytes, options.key);
  return written ? Done : fail(common, written.error());
}

int verify_one(const Options& options, const Common& common) {
  Result<std::string> bytes = read_file(options.file);
  if (!bytes) return fail(common, bytes.error());
  Result<std::string> pem = read_file(options.key);
  if (!pem) return fail(common, pem.error());
  Result<std::string> key = name_of_key(*pem);
  if (!key) return fail(common, Error{key.error().code, "`" + options.key + "`: " + key.error().message});
  const Result<std::string> signature = read_signature(options.file);
  const Result<bool> fits = signature ? verify_signature(*bytes, *signature, *pem) : Result<bool>(signature.error());
  if (options.format == "json") {
    print(nlohmann::ordered_json{{"schema", "signalbox.verify/1"}, {"file", options.file}, {"key", *key}, {"valid", fits.ok()}}.dump(2) +
          "\n");
  } else if (fits) {
    print(options.file + " is signed by " + *key + "\n");
  }
  if (fits) return Done;
  fail(common, Error{fits.error().code, "`" + options.file + "`: " + fits.error().message});
  return Findings;
}

}  // namespace

Result<bool> write_signature(const std::string& path, std::string_view bytes, const std::string& key_path) {
  Result<std::string> pem = read_file(key_path);
  if (!pem) return pem.error();
  Result<std::string> signature = sign(bytes, *pem);
  if (!signature) return Error{signature.error().code, "`" + key_path + "`: " + signature.error().message};
  return write_file(signature_path(path), *signature);
}

Run add_sign(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("sign", "Sign a compiled policy");
  command->add_option("FILE", options->file, "The file to sign; the signature goes to FILE.sig")->required();
  command->add_option("--key", options->key, "An Ed25519 private key (PEM)")->required()->option_text("KEY.pem");
  add_common(*command, common);
  add_examples(
      *command,
      {"openssl genpkey -algorithm ed25519 -out key.pem && signalbox build policy.sbx -o p.so && signalbox sign p.so --key key.pem"});
  return [options, &common] { return sign_one(*options, common); };
}

Run add_verify(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("verify", "Say whether a compiled policy is signed by a key");
  command->add_option("FILE", options->file, "The file; its signature is FILE.sig")->required();
  command->add_option("--key", options->key, "An Ed25519 public key (PEM)")->required()->option_text("PUB.pem");
  add_format(*command, options->format, {"text", "json"});
  add_common(*command, common);
  add_examples(*command, {"openssl pkey -in key.pem -pubout -out pub.pem && signalbox verify p.so --key pub.pem"});
  return [options, &common] { return verify_one(*options, common); };
}

}  // namespace sbx::driver
