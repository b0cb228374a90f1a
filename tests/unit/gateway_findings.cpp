// SPDX-License-Identifier: Apache-2.0
// tests: R0720 R0721 R0722 R0723 R0724 R0727 R0729
#include <doctest/doctest.h>

#include "tests/unit/gateway_rig.h"

using namespace sbx;
using namespace sbx::gateway;

namespace {

/// One finding of that code, which holds the words.
void finds(const std::string& yaml, const std::string& code, const std::string& words) {
  CAPTURE(yaml);
  const SettingsFolder folder;
  const Read read = folder.read(yaml);
  CHECK_MESSAGE(read.codes == std::vector<std::string>{code}, read.findings);
  CHECK_MESSAGE(read.findings.find(words) != std::string::npos, read.findings);
  CHECK(read.settings.has_value() == (code == "R0729"));
}

/// The same, of settings that need no more than this.
void finds_in(const std::string& more, const std::string& code, const std::string& words) { finds(kLeast + more, code, words); }

std::string with_provider(const std::string& members) { return "policy: {path: policy.sbx}\nproviders:\n  local: {" + members + "}\n"; }

}  // namespace

TEST_CASE("a finding underlines what is wrong, and says what to do") {
  const SettingsFolder folder;
  const Read read = folder.read(kLeast + "limits:\n  conections: 5\n");
  CHECK(read.findings == R"(error[R0721]: `limits` has no setting `conections`
 --> DIR/settings.yaml:4:3
  |
4 |   conections: 5
  |   ^^^^^^^^^^
  = help: did you mean `connections`?
4 |   connections: 5
  |   +++++++++++
)");
}

TEST_CASE("what is no YAML") {
  finds("listen: [1, 2\npolicy: x\n", "R0720", "not YAML");
  finds("listen: *there\n", "R0720", "anchor is not defined");
  finds("a: &x 1\nlisten: *x\n", "R0720", "an alias cannot stand in settings");
  finds("listen: \"127.0.0.1:80\n", "R0720", "the quote is never closed");
  finds("listen: !!str a\n", "R0720", "a tag");
  finds("? [a]\n: b\n", "R0720", "a name of a setting is a text");
  finds(kLeast + "---\nlisten: a\n", "R0720", "one document");
  finds(std::string("listen: a\0b", 11), "R0720", "UTF-8");
  finds(std::string(40, '['), "R0720", "too deep");
  finds("- listen\n", "R0722", "the settings are not a mapping");
  finds("", "R0722", "the settings are not a mapping");
}

TEST_CASE("settings that there are not") {
  finds_in("lisen: 127.0.0.1:80\n", "R0721", "did you mean `listen`?");
  finds_in("state: {stor: memory}\n", "R0721", "`state` has no setting `stor`");
  finds_in("trust: {headers: {user.name: x-user}}\n", "R0721", "`trust.headers` has no setting `user.name`");
  finds_in("memory_of_all: {}\n", "R0721", "there are `listen`");
  finds_in("store: redis\n", "R0721", "no setting `store`");
}

TEST_CASE("values of the wrong kind") {
  finds_in("listen: localhost\n", "R0722", "has no port");
  finds_in("listen: [a]\n", "R0722", "this is a list");
  finds_in("listen:\n", "R0722", "there is no value");
  finds_in("threads: 0\n", "R0722", "from 1 to 256");
  finds_in("threads: \"2\"\n", "R0722", "a text in quotes");
  finds_in("threads: two\n", "R0722", "whole number");
  finds_in("limits:\n", "R0722", "`limits` is not a mapping");
  finds_in("limits: {request_timeout: 30}\n", "R0722", "say the unit: `30s`");
  finds_in("limits: {request_timeout: soon}\n", "R0722", "write it as `500ms`");
  finds_in("limits: {request_timeout: 0s}\n", "R0722", "from `1ms` to `24h`");
  finds_in("limits: {body_bytes: 32Mb}\n", "R0722", "write it as `65536`");
  finds_in("limits: {body_bytes: 5}\n", "R0722", "at least 1024 bytes");
  finds_in("trust: {metadata: yes}\n", "R0722", "`true` or `false`");
  finds_in("trust: {headers: {user.id: \"x user\"}}\n", "R0722", "the name of a header");
  finds_in("decision_log: {path: log, sample: 2}\n", "R0722", "is not a share");
  finds_in("decision_log: {path: log, mask: text}\n", "R0722", "write `mask: [text]`");
  finds_in("otlp: {endpoint: collector}\n", "R0722", "is not an address to call");
  finds_in("clients: {alice: {}}\n", "R0722", "`clients` is not a list");
  finds(with_provider("kind: vlm, endpoints: [{url: http://a}]"), "R0722", "did you mean `vllm`?");
  finds(with_provider("kind: cohere, endpoints: [{url: http://a}]"), "R0722", "there are `openai`");
  finds(with_provider("kind: openai, endpoints: []"), "R0722", "list of endpoints");
  finds(with_provider("kind: openai, endpoints: [{url: \"ftp://a\"}]"), "R0722", "is no http://");
  finds(with_provider("kind: openai, endpoints: [{url: \"http://a:99999\"}]"), "R0722", "has no port");
  finds(with_provider("kind: openai, endpoints: [{url: http://a, weight: 0}]"), "R0722", "weight");
  finds(with_provider("kind: openai, endpoints: [http://a], retries: 11"), "R0722", "from 0 to 10");
  finds(with_provider("kind: openai, endpoints: [http://a], health: {path: health}"), "R0722", "write `/health`");
  finds("policy: {path: policy.sbx}\nproviders: {}\n", "R0722", "`providers` is not a mapping");
}

TEST_CASE("what is missing") {
  finds("providers: {local: {kind: vllm, endpoints: [http://a]}}\n", "R0723", "`policy` is missing");
  finds("policy: {watch: true}\nproviders: {local: {kind: vllm, endpoints: [http://a]}}\n", "R0723", "`policy.path` is missing");
  finds("policy: {path: policy.sbx}\n", "R0723", "`providers` is missing");
  finds(with_provider("kind: vllm"), "R0723", "`providers.local.endpoints` is missing");
  finds(with_provider("endpoints: [http://a]"), "R0723", "`providers.local.kind` is missing");
  finds(with_provider("kind: vllm, endpoints: [{weight: 1}]"), "R0723", "endpoints[0].url` is missing");
  finds_in("admin: {listen: \"127.0.0.1:0\"}\n", "R0723", "`admin.token_file` is missing");
  finds_in("clients: [{id: alice}]\n", "R0723", "`clients[0].key_env` is missing");
  finds_in("decision_log: {sample: 1}\n", "R0723", "`decision_log.path` is missing");
  finds("policy: {path: policy.sbx, require_signature: true}\nproviders: {local: {kind: vllm, endpoints: [http://a]}}\n", "R0723",
        "`policy.public_key` is missing");
}

TEST_CASE("what is said twice") {
  finds_in("threads: 1\nthreads: 2\n", "R0724", "here for the first time");
  finds(with_provider("kind: vllm, endpoints: [http://a], key_file: key, key_env: HOME"), "R0724", "say the same secret");
  finds_in("clients: [{key_file: key}, {key_file: key}]\n", "R0724", "an earlier client has the same key");
}

TEST_CASE("files that are not there") {
  finds("policy: {path: none.sbx}\nproviders: {local: {kind: vllm, endpoints: [http://a]}}\n", "R0727", "there is no file `DIR/none.sbx`");
  finds_in("decision_log: {path: none/log}\n", "R0727", "there is no folder `DIR/none`");
  finds(with_provider("kind: vllm, endpoints: [http://a], key_file: none"), "R0727", "paths begin at the folder of the settings");
  finds(with_provider("kind: vllm, endpoints: [http://a], tls: {ca_file: none}"), "R0727", "none");
}

TEST_CASE("settings that are not there") {
  SourceSet sources;
  Diagnostics diags;
  CHECK_FALSE(read_settings("/nonexistent/settings.yaml", sources, diags));
  REQUIRE(diags.all().size() == 1);
  CHECK(diags.all()[0].kind == Kind::CannotRead);
  CHECK_FALSE(read_settings("/", sources, diags));
}

TEST_CASE("what is not available yet") {
  finds_in("state: redis\n", "R0722", "is no store");
  finds_in("state: {store: sqlite}\n", "R0722", "sqlite:PATH");
  finds_in("state: {store: \"redis://:word@h\"}\n", "R0725", "a password stands in the address");
}

TEST_CASE("doors that are open to the network") {
  const SettingsFolder folder;
  const Read open = folder.read(kLeast + "listen: 0.0.0.0:8080\n");
  CHECK(open.settings);
  CHECK_MESSAGE((open.codes == std::vector<std::string>{"R0729", "R0729"}), open.findings);
  CHECK(open.findings.find("warning[R0729]: requests and keys travel in the clear") != std::string::npos);
  CHECK(open.findings.find("anybody who reaches `0.0.0.0:8080` may use the models") != std::string::npos);
  for (const char* local : {"127.0.0.1:0", "localhost:0", "\"[::1]:0\"", "\"unix:socket\"", "\":0\""}) {
    const Read read = folder.read(kLeast + "listen: " + local + "\n");
    CHECK_MESSAGE(read.codes.empty(), read.findings);
  }
  finds_in("listen: 0.0.0.0:80\nclients: [{key_file: key}]\n", "R0729", "in the clear");
  finds_in("admin: {listen: 0.0.0.0:81, token_file: key}\n", "R0729", "its token travels in the clear");
  finds(with_provider("kind: openai, endpoints: [http://models.example], key_file: key"), "R0729",
        "the key of `local` travels in the clear");
}

TEST_CASE("no bytes make the reader fall") {
  const SettingsFolder folder;
  std::string whole = kLeast + "limits: {body_bytes: 1MiB}\nclients: [{id: \"a\", key_file: key}]\nlisten: 'x:1'\n";
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    for (const char* put : {"", "\"", "{", "\n  - ", "\x80", "\xEF\xBB\xBF", ": ", "# ", "|\n"}) {
      std::string text = whole;
      text.replace(cut, 1, put);
      const Read read = folder.read(text);
      CHECK((read.settings.has_value() || !read.codes.empty()));
    }
  }
}
