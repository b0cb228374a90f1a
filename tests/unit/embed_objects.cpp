// SPDX-License-Identifier: Apache-2.0
// tests: R0756 R0758 R0759. Objects through the C contract: signed, tampered with, looked at and loaded.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "compiler/codegen/object.h"
#include "runtime/embed/inspect.h"
#include "runtime/program/object_facts.h"
#include "runtime/program/object_file.h"
#include "runtime/program/signature.h"
#include "tests/unit/embed_rig.h"

using namespace sbx;
using namespace sbx::test;

namespace {

const std::string kPrivate =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
const std::string kPublic =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

const std::string kPolicy = R"(policy p serves "auto"
model small { provider: local }
model large { provider: local  name: "large-1" }
signal urgent = keywords(any: ["urgent"])
route fast when urgent { model = large }
otherwise { model = small }
)";

std::string built(const std::string& policy = kPolicy) {
  const Result<std::string> bytes = codegen::build(module_of(policy));
  REQUIRE(bytes.ok());
  return *bytes;
}

struct Host {
  sbx_router* router = sbx_router_new();
  std::string json;
  ~Host() { sbx_router_free(router); }
  sbx_status load(const sbx_load_options& options) {
    sbx_report* report = nullptr;
    const sbx_status status = sbx_router_load(router, &options, &report);
    json = sbx_report_json(report).data;
    sbx_report_free(report);
    return status;
  }
  bool says(const char* code) const { return json.find(std::string("\"code\":\"") + code) != std::string::npos; }
};

sbx_load_options with(const std::string& object) {
  sbx_load_options options = load_options();
  options.object = embed::text_of(object);
  return options;
}

}  // namespace

TEST_CASE("an object says what it is without being loaded") {
  const std::string object = built();
  const Result<ObjectFacts> facts = read_object_facts(object);
  REQUIRE(facts.ok());
  CHECK(facts->code.abi == SBX_ABI_VERSION);
  CHECK(facts->code.cpu == "baseline");
  CHECK(facts->code.target.find("linux") != std::string::npos);
  CHECK(facts->module.manifest.revision == module_of(kPolicy).manifest.revision);
  CHECK_FALSE(section_of(object, ".signalbox.nothing"));
  CHECK_FALSE(section_of("\177ELF", kModuleSection));
  CHECK_FALSE(section_of("", kModuleSection));
}

TEST_CASE("a version beyond what a version can be is damage") {
  std::string object = built();
  object.resize(object.size() - 32);  // without its seal
  const std::string facts(section_of(object, kFactsSection).value());
  const auto at = static_cast<size_t>(section_of(object, kFactsSection)->data() - object.data());
  nlohmann::ordered_json changed = nlohmann::ordered_json::parse(facts);
  changed["abi"] = uint64_t{SBX_ABI_VERSION} + (uint64_t{1} << 32);
  changed["processor"] = changed["cpu"] = "";
  std::string text = changed.dump();
  REQUIRE(text.size() <= facts.size());
  text.resize(facts.size(), ' ');
  object.replace(at, text.size(), text);
  const Result<CodeTarget> code = read_code_target(object);
  REQUIRE_FALSE(code.ok());
  CHECK(code.error().code == "R0755");
}

TEST_CASE("looking at an object that lies never leaves its bytes") {
  std::string object = built();
  object.resize(object.size() - 32);  // without its seal every byte may lie
  std::mt19937_64 random(1);
  size_t read = 0;
  for (int i = 0; i < 3000; ++i) {
    // Exactly as large as it is, so that AddressSanitizer sees the first byte too many.
    std::vector<char> changed(object.begin(),
                              object.begin() + static_cast<std::ptrdiff_t>(i % 3 == 0 ? random() % object.size() : object.size()));
    for (int byte = 0; byte < 8 && !changed.empty(); ++byte) {
      const size_t headers = std::min<size_t>(changed.size(), 64);
      const size_t tail = changed.size() - std::min<size_t>(changed.size(), 2000);
      const size_t at = byte % 2 == 0 ? random() % headers : tail + random() % (changed.size() - tail);
      changed[at] = static_cast<char>(random());
    }
    const std::string_view bytes(changed.data(), changed.size());
    (void)section_of(bytes, kModuleSection);
    read += read_object_facts(bytes).ok();
  }
  CHECK(read < 3000);
}

TEST_CASE("a signature that is asked for is looked at before anything else") {
  const std::string object = built(), signature = *sign(object, kPrivate);
  Host host;
  sbx_load_options options = with(object);
  options.public_key = embed::text_of(kPublic);
  CHECK(host.load(options) == SBX_REJECTED);
  CHECK(host.says("R0756"));
  options.signature = embed::text_of(signature);
  CHECK(host.load(options) == SBX_OK);
  options.require_signature = 1;
  CHECK(host.load(options) == SBX_OK);
  options.public_key = embed::text_of(kPrivate);
  CHECK(host.load(options) == SBX_REJECTED);
  CHECK(host.says("R0757"));

  // Also where the seal is made anew, which anyone can.
  std::string changed = object.substr(0, object.size() - 32);
  changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
  changed = sealed(changed);
  options = with(changed);
  options.public_key = embed::text_of(kPublic);
  options.signature = embed::text_of(signature);
  CHECK(host.load(options) == SBX_REJECTED);
  CHECK(host.says("R0756"));

  options = load_options();
  options.source = embed::text_of(kPolicy);
  options.public_key = embed::text_of(kPublic);
  options.require_signature = 1;
  CHECK(host.load(options) == SBX_REJECTED);
  CHECK(host.says("R0756"));
}

TEST_CASE("only the revision that is asked for is loaded") {
  const std::string object = built(), revision = module_of(kPolicy).manifest.revision;
  Host host;
  sbx_load_options options = with(object);
  options.revision = embed::text_of(revision);
  CHECK(host.load(options) == SBX_OK);
  options.revision = text("sha256:0");
  CHECK(host.load(options) == SBX_REJECTED);
  CHECK(host.says("R0758"));
  options = load_options();
  options.source = embed::text_of(kPolicy);
  CHECK(host.load(options) == SBX_NOT_SUPPORTED);
  CHECK(host.says("R0759"));
}

TEST_CASE("the file of a loaded object may be overwritten") {
  const std::string path = (std::filesystem::temp_directory_path() / ("signalbox-embed-" + std::to_string(getpid()) + ".so")).string();
  std::ofstream(path, std::ios::binary) << built();
  Host host;
  sbx_load_options options = load_options();
  options.path = embed::text_of(path);
  REQUIRE(host.load(options) == SBX_OK);
  std::ofstream(path, std::ios::binary | std::ios::trunc) << std::string(100'000, '\0');
  const sbx_head head = empty_head();
  sbx_request* request = nullptr;
  CHECK(sbx_decide(host.router, &head, text(R"({"messages":[{"role":"user","content":"urgent"}]})"), &request) == SBX_OK);
  sbx_candidate candidate{.version = SBX_EMBED_VERSION, .size = sizeof(sbx_candidate)};
  CHECK(sbx_get_candidate(request, 0, &candidate) == SBX_OK);
  CHECK(std::string(candidate.served_name.data) == "large-1");
  sbx_request_free(request);
  CHECK(host.load(options) == SBX_REJECTED);
  std::filesystem::remove(path);
}

TEST_CASE("many objects at once are many policies") {
  std::vector<std::string> objects;
  for (int i = 0; i < 8; ++i)
    objects.push_back(
        built("policy p\nmodel m" + std::to_string(i) + " { provider: a }\notherwise { model = m" + std::to_string(i) + " }\n"));
  std::vector<std::unique_ptr<Host>> hosts;
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < objects.size(); ++i) {
      if (hosts.size() <= i) hosts.push_back(std::make_unique<Host>());
      REQUIRE(hosts[i]->load(with(objects[(i + static_cast<size_t>(round)) % objects.size()])) == SBX_OK);
    }
    const sbx_head head = empty_head();
    for (size_t i = 0; i < objects.size(); ++i) {
      sbx_request* request = nullptr;
      REQUIRE(sbx_decide(hosts[i]->router, &head, text("{}"), &request) == SBX_OK);
      sbx_candidate candidate{.version = SBX_EMBED_VERSION, .size = sizeof(sbx_candidate)};
      REQUIRE(sbx_get_candidate(request, 0, &candidate) == SBX_OK);
      CHECK(std::string(candidate.model.data) == "m" + std::to_string((i + static_cast<size_t>(round)) % objects.size()));
      sbx_request_free(request);
    }
  }
}
