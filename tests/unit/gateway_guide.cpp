// SPDX-License-Identifier: Apache-2.0
// The guide's settings are settings, and so are those that are shipped.
#include <doctest/doctest.h>

#include <sstream>

#include "tests/unit/gateway_rig.h"

using namespace sbx;
using namespace sbx::gateway;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(std::string(SBX_SOURCE_DIR) + "/" + path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE_MESSAGE(file, path);
  return std::move(text).str();
}

/// Blocks of YAML; `part` says that one is not the whole of the settings.
struct Block {
  std::string text;
  bool part = false;
};
std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> found;
  std::istringstream lines(page);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```yaml")) {
      found.push_back({"", line == "```yaml part"});
      inside = true;
    } else if (line.starts_with("```")) {
      inside = false;
    } else if (inside) {
      found.back().text += line + "\n";
    }
  }
  return found;
}

/// Of `folder`: what the pages name.
void furnish(const SettingsFolder& folder) {
  folder.write("pub.pem", "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n");
  folder.write("policy.so", "");
  for (const char* name : {"admin.token", "azure.key", "openai.key", "shop.key", "server.key", "server.pem", "clients.pem"})
    folder.write(name, std::string("secret of ") + name, std::filesystem::perms::owner_read);
  for (const char* name : {"OPENAI_API_KEY", "ANTHROPIC_API_KEY", "BATCH_KEY", "OTLP_TOKEN"}) setenv(name, name, 1);
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) text.replace(at, what.size(), with);
}

/// What a part does not say, from the least that settings need.
std::string whole(const Block& block) {
  if (!block.part) return block.text;
  std::istringstream least(kLeast);
  std::string text = block.text;
  for (std::string line; std::getline(least, line);) {
    const std::string name = line.substr(0, line.find(':') + 1);
    if (!text.starts_with(name) && text.find("\n" + name) == std::string::npos) text += line + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("the settings that the guide shows") {
  const SettingsFolder folder;
  furnish(folder);
  const std::vector<Block> blocks = blocks_of(text_of("docs/guides/serve.md"));
  CHECK(blocks.size() >= 7);
  for (const Block& block : blocks) {
    CAPTURE(block.text);
    const Read read = folder.read(whole(block));
    CHECK_MESSAGE(read.settings, read.findings);
    const bool opens = block.text.find("0.0.0.0") != std::string::npos;
    CHECK_MESSAGE((read.codes.empty() || opens), read.findings);
  }
}

TEST_CASE("the settings that are shipped, also where all that is commented out is said") {
  const SettingsFolder folder;
  furnish(folder);
  std::string text = text_of("runtime/gateway/packaging/settings.yaml");
  replace(text, "/run/credentials/signalbox.service/keys_", "");
  replace(text, "/var/log/signalbox/", "");
  const Read shipped = folder.read(text);
  REQUIRE_MESSAGE(shipped.settings, shipped.findings);
  CHECK_MESSAGE(shipped.codes.empty(), shipped.findings);
  replace(text, "\nlisten:", "\n#");
  for (const char* setting : {"listen:", "tls:", "clients:", "  - {id:"}) replace(text, std::string("# ") + setting, setting);
  const Read all = folder.read(text);
  REQUIRE_MESSAGE(all.settings, all.findings);
  CHECK_MESSAGE(all.codes.empty(), all.findings);
  CHECK(all.settings->clients.size() == 1);
}

TEST_CASE("the guide names every setting") {
  // What the settings know, by what they say of a name that they do not.
  const SettingsFolder folder;
  const std::string page = text_of("docs/guides/serve.md");
  const std::vector<std::string> places{
      "guardrails: {g: {none: 1}}\n", "retrievers: {r: {none: 1}}\n", "recordings: {none: 1}\n",
      "none: 1\n",           "admin: {none: 1}\n", "tls: {none: 1}\n",          "trust: {none: 1}\n", "trust: {headers: {none: 1}}\n",
      "limits: {none: 1}\n", "cache: {none: 1}\n", "decision_log: {none: 1}\n", "otlp: {none: 1}\n",  "clients: [{none: 1}]\n"};
  const auto check = [&](const std::string& findings) {
    const size_t list = findings.find("there are `");
    REQUIRE_MESSAGE(list != std::string::npos, findings);
    std::string names = findings.substr(list, findings.find('\n', list) - list);
    for (size_t at = 0; (at = names.find('`', at)) != std::string::npos;) {
      const size_t end = names.find('`', at + 1);
      const std::string name = names.substr(at + 1, end - at - 1);
      CHECK_MESSAGE(page.find(name) != std::string::npos, name);
      at = end + 1;
    }
  };
  for (const std::string& place : places) check(folder.read(kLeast + place).findings);
  for (const char* place : {"policy: {none: 1}\nproviders: {local: {kind: vllm, endpoints: [http://a]}}\n",
                            "policy: {path: policy.sbx}\nproviders: {local: {kind: vllm, endpoints: [http://a], none: 1}}\n",
                            "policy: {path: policy.sbx}\nproviders: {local: {kind: vllm, endpoints: [http://a], timeout: {none: 1}}}\n",
                            "policy: {path: policy.sbx}\nproviders: {local: {kind: vllm, endpoints: [http://a], health: {none: 1}}}\n",
                            "policy: {path: policy.sbx}\nproviders: {local: {kind: vllm, endpoints: [http://a], tls: {none: 1}}}\n",
                            "policy: {path: policy.sbx}\nproviders: {local: {kind: vllm, endpoints: [{none: 1}]}}\n"})
    check(folder.read(place).findings);
}
