// SPDX-License-Identifier: Apache-2.0
// tests: R0725 R0726 R0728
#include <doctest/doctest.h>

#include "runtime/gateway/secrets.h"
#include "tests/unit/gateway_rig.h"

using namespace sbx;
using namespace sbx::gateway;

namespace {

/// Findings of provider settings with a secret; the secret is never among them.
Read found(const std::string& members) {
  const SettingsFolder folder;
  folder.write("empty", "\n", std::filesystem::perms::owner_read);
  folder.write("open", "hunter2", std::filesystem::perms::owner_read | std::filesystem::perms::others_read);
  Read read =
      folder.read("policy: {path: policy.sbx}\nproviders:\n  local:\n    kind: vllm\n    endpoints: [http://127.0.0.1]\n" + members);
  CHECK_MESSAGE(read.findings.find("hunter2") == std::string::npos, read.findings);
  return read;
}

void finds(const std::string& members, const std::string& code, const std::string& words) {
  CAPTURE(members);
  const Read read = found(members);
  REQUIRE_MESSAGE(!read.codes.empty(), read.findings);
  CHECK_MESSAGE(read.codes[0] == code, read.findings);
  CHECK_MESSAGE(read.findings.find(words) != std::string::npos, read.findings);
}

}  // namespace

TEST_CASE("a secret that is written down is refused, and not shown") {
  const Read read = found("    key: sk-hunter2\n");
  CHECK(read.findings == R"(error[R0725]: a secret cannot be written in the settings
 --> DIR/settings.yaml:6:5
  |
6 |     key: **********
  |     ^^^
  = help: say `key_env: NAME` or `key_file: PATH`
)");
  finds("    api_key: hunter2\n", "R0725", "key_env");
  finds("    key: |\n      hunter2\n", "R0725", "key_env");
  finds("    key:\n      - hunter2\n", "R0725", "key_env");
  finds("    key_env: sk-hunter2\n", "R0725", "not the name of a variable");
  finds("admin: {listen: \"127.0.0.1:0\", token: hunter2}\n", "R0723", "token_file");
  finds("otlp: {endpoint: http://a, headers: {authorization: Bearer hunter2}}\n", "R0725", "authorization: {env: NAME}");
  finds("    key: \"hunter2\n", "R0720", "the quote is never closed");
  finds("clients: [{key: hunter2, id: a, listen: [}]\n", "R0720", "not YAML");
  finds("otlp: {endpoint: \"http://me:hunter2@collector\"}\n", "R0722", "a name and a password cannot stand in it");
}

TEST_CASE("secrets that are not there") {
  unsetenv("SBX_TEST_NONE");
  setenv("SBX_TEST_EMPTY", " ", 1);
  finds("    key_env: SBX_TEST_NONE\n", "R0726", "no variable `SBX_TEST_NONE`");
  finds("    key_env: SBX_TEST_EMPTY\n", "R0726", "is empty");
  finds("    key_file: empty\n", "R0726", "is empty");
  finds("    key_file: sk-hunter2\n", "R0727", "there is no such file");
  finds("    key_env: hunter2Hunter2\n", "R0725", "not the name of a variable");
  finds("state: {store: \"postgres://u:hunter2@h/db\"}\n", "R0722", "this is no store");
  finds("guardrails: {}\nretrievers: {r: {url: \"http://h/?key=hunter2\", path: /s}}\n", "R0722", "a query cannot stand in it");
  finds("clients: []\n", "R0722", "leave `clients` out");
}

TEST_CASE("secrets that others can read") {
  const Read read = found("    key_file: open\n");
  REQUIRE(read.settings);
  CHECK(read.settings->providers[0].key == "hunter2");
  CHECK(read.codes == std::vector<std::string>{"R0728"});
  CHECK_MESSAGE(read.findings.find("`chmod o-r DIR/open`") != std::string::npos, read.findings);
}

TEST_CASE("what is masked, and that nothing moves") {
  const auto same_places = [](const std::string& text) {
    const std::string masked = mask_secrets(text);
    CHECK(masked.size() == text.size());
    return masked;
  };
  CHECK(same_places("key: abc, def\nkind: x\n") == "key: ***, ***\nkind: x\n");
  CHECK(same_places("{\"token\": \"a b\", kind: x}") == "{\"token\": \"* *\", ***** *}");
  CHECK(same_places("key: >\n  abc\n\n  def\nkind: x") == "key: *\n  ***\n\n  ***\nkind: x");
  CHECK(same_places("key_file: /a/b\nkey_env: NAME\npublic_key: pub.pem\n") == "key_file: /a/b\nkey_env: NAME\npublic_key: pub.pem\n");
  CHECK(same_places("key_env: 0aB/c=\n") == "key_env: ******\n");
  CHECK(same_places("a: sk-abc # disk-full\n") == "a: ****** # disk-full\n");
  CHECK(same_places("a: |\n  -----BEGIN PRIVATE KEY-----\n  MC4\n  -----END PRIVATE KEY-----\nb: c\n").find("MC4") == std::string::npos);
  CHECK(same_places("url: http://u:p@h/x\n") == "url: http://***@h/x\n");
  CHECK(names_secret("X-Api-Key"));
  CHECK_FALSE(names_secret("mask"));
}
