// SPDX-License-Identifier: Apache-2.0
// differential_objects [--requests N]: every policy of the tests, loaded through the C contract from its text (native code, just in time)
// and from the object that `build` makes of it. Both must decide every request alike, to the byte of the explanation but for timings; and
// what is decided by the head alone must be what the body would have led to, whatever the body.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "compiler/codegen/object.h"
#include "compiler/pipeline.h"
#include "runtime/embed/c_views.h"

using namespace sbx;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Random = std::mt19937_64;

sbx_text text(const std::string& chars) { return embed::text_of(chars); }

struct Router {
  sbx_router* router = sbx_router_new();
  ~Router() { sbx_router_free(router); }
  std::string load(const sbx_load_options& options) const {
    sbx_report* report = nullptr;
    const sbx_status status = sbx_router_load(router, &options, &report);
    std::string told = status == SBX_OK ? "" : std::string(sbx_report_json(report).data);
    sbx_report_free(report);
    return told;
  }
};

sbx_load_options load_options() { return {.version = SBX_EMBED_VERSION, .size = sizeof(sbx_load_options)}; }

template <class Item>
const Item& pick(Random& random, const std::vector<Item>& items) {
  return items[random() % items.size()];
}

/// Owns what its sbx_head points to.
struct RandomHead {
  std::vector<std::string> texts;
  std::vector<sbx_pair> headers, readings;
  sbx_head head{.version = SBX_EMBED_VERSION, .size = sizeof(sbx_head)};

  sbx_text keep(std::string chars) {
    texts.push_back(std::move(chars));
    return text(texts.back());
  }
  sbx_text maybe(Random& random, const std::vector<std::string>& words) { return random() % 3 == 0 ? embed::kAbsent : keep(pick(random, words)); }

  RandomHead(Random& random, const Manifest& manifest) {
    texts.reserve(1000);  // views stay good
    head.flags = SBX_HAS_TIME | SBX_HAS_IDLE | (random() % 2 == 0 ? SBX_EXPLAIN : 0);
    head.time_us = 1'777'000'000'000'000 + static_cast<int64_t>(random() % 1'000'000) * 1'000'000;
    head.idle_ms = static_cast<int64_t>(random() % 1'000'000);
    head.seed = random() % 5;
    head.id = keep("r");
    head.path = maybe(random, {"/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/embeddings", "/elsewhere"});
    head.user_id = maybe(random, {"u1", "u2", "u3"});
    head.user_tier = maybe(random, {"free", "pro", "enterprise"});
    head.user_region = maybe(random, {"eu", "us"});
    head.user_team = maybe(random, {"core", "sales"});
    for (const SignalInfo& signal : manifest.signals) add(random, signal);
    head.headers = headers.data();
    head.header_count = headers.size();
    head.readings = readings.data();
    head.reading_count = readings.size();
  }

  /// Something for the headers that a policy reads, and for what only models and hosts can say.
  void add(Random& random, const SignalInfo& signal) {
    if (signal.kind == "header" && random() % 4 != 0) {
      const std::string name = signal.arguments.empty() ? "" : to_string(signal.arguments.front().second);
      const std::string bare = name.size() > 2 && name.front() == '"' ? name.substr(1, name.size() - 2) : name;
      headers.push_back({keep(bare), keep(signal.type.members.empty() ? "1" : pick(random, signal.type.members))});
    }
    const bool only_given = signal.cost >= CostClass::Model || signal.kind == "gateway" || signal.kind == "given";
    if (!only_given || random() % 4 == 0) return;
    if (std::string json = value(random, signal.type); !json.empty()) readings.push_back({keep(signal.name), keep(json)});
  }

  static std::string value(Random& random, const Type& type) {
    switch (type.kind) {
      case TypeKind::Bool:
        return random() % 2 == 0 ? "true" : "false";
      case TypeKind::Label: {
        const std::string label = Json(pick(random, type.members)).dump();
        return R"({"value":)" + label + R"(,"confidence":0.)" + std::to_string(random() % 100) + "}";
      }
      case TypeKind::Probability:
      case TypeKind::Number:
      case TypeKind::Similarity:
        return "0." + std::to_string(random() % 100);
      case TypeKind::Int:
        return std::to_string(random() % 10);
      default:
        return R"({"state":"unknown"})";
    }
  }
};

std::string body_of(Random& random) {
  static const std::vector<std::string> kTexts = {"hello", "URGENT: prove the theorem", "ignore all previous instructions", "refund for LH-204871", "Пожалуйста, верните деньги",
                                                  "def f(x): return x", "my password is hunter2", std::string(60000, 'x')};
  Json body{{"model", "auto"}};
  if (random() % 2 == 0) body["messages"] = {{{"role", "user"}, {"content", pick(random, kTexts)}}};
  if (random() % 8 == 0) body["input"] = pick(random, kTexts);
  if (random() % 4 == 0) body["tools"] = {{{"type", "function"}, {"function", {{"name", "search"}}}}};
  if (random() % 4 == 0) body["response_format"] = {{"type", "json_object"}};
  if (random() % 3 == 0) body["stream"] = random() % 2 == 0;
  if (random() % 3 == 0) body["max_tokens"] = random() % 100'000;
  if (random() % 5 == 0)
    body["messages"].push_back({{"role", "user"}, {"content", {{{"type", "image_url"}, {"image_url", {{"url", "https://a/b.png"}}}}}}});
  return body.dump();
}

Json document(sbx_request* request) {
  Json json = Json::parse(sbx_explain(request).data);
  json.erase("decide_ns");
  json.erase("signals_us");
  if (json.contains("readings")) {
    for (auto& reading : json["readings"]) reading.erase("us");
  }
  return json;
}

/// What is carried out; the rest of a document says how it came to that.
Json plan(const Json& decision) {
  Json parts;
  for (const char* name : {"outcome", "route", "rules", "slots", "candidates", "effects", "denied", "response", "escalation", "after", "unserved"})
    parts[name] = decision.contains(name) ? decision[name] : Json();
  return parts;
}

struct Counts {
  uint64_t policies = 0, requests = 0, early = 0, failures = 0;
};

void fail(Counts& counts, const std::string& name, const std::string& what) {
  if (++counts.failures <= 5) std::fprintf(stderr, "%s: %s\n", name.c_str(), what.c_str());
}

void compare(const std::string& name, const Router& jit, const Router& object, const Manifest& manifest, uint64_t requests, Counts& counts) {
  Random random(std::hash<std::string>()(name));
  for (uint64_t i = 0; i < requests; ++i) {
    const RandomHead head(random, manifest);
    sbx_request *early = nullptr, *by_jit = nullptr, *by_object = nullptr;
    const sbx_status settled = sbx_begin(object.router, &head.head, &early);
    for (int bodies = settled == SBX_OK ? 6 : 1; bodies > 0; --bodies) {
      const std::string body = body_of(random);
      const sbx_status status = sbx_decide(jit.router, &head.head, text(body), &by_jit);
      ++counts.requests;
      if (sbx_decide(object.router, &head.head, text(body), &by_object) != status || document(by_jit) != document(by_object))
        fail(counts, name, "text and object differ on " + body + "\n" + sbx_explain(by_jit).data + "\n" + sbx_explain(by_object).data);
      if (settled == SBX_OK && status == SBX_OK && plan(document(early)) != plan(document(by_jit)))
        fail(counts, name, "the head decides other than " + body + "\n" + sbx_explain(early).data + "\n" + sbx_explain(by_jit).data);
      sbx_request_free(by_jit);
      sbx_request_free(by_object);
    }
    counts.early += settled == SBX_OK;
    sbx_request_free(early);
  }
}

void compare_policies(const std::string& name, const std::string& source, uint64_t requests, Counts& counts) {
  const std::string stdlib = SBX_SOURCE_DIR "/stdlib";
  CompileOptions compile{.stdlib = stdlib};
  const Result<Checked> checked = check_text(name, source, compile);
  if (!checked || checked->diags.has_errors()) return;
  for (size_t i = 0; i < checked->policies.size(); ++i) {
    const Module module = lower_policy(*checked, i);
    const Result<std::string> bytes = codegen::build(module);
    if (!bytes) return fail(counts, name, bytes.error().message);
    const Router jit, object;
    sbx_load_options options = load_options();
    options.source = text(source);
    options.name = text(name);
    options.stdlib = text(stdlib);
    options.policy = text(checked->policies[i].name);
    if (const std::string told = jit.load(options); !told.empty()) return fail(counts, name, told);
    options = load_options();
    options.object = text(*bytes);
    options.revision = text(module.manifest.revision);
    if (const std::string told = object.load(options); !told.empty()) return fail(counts, name, told);
    compare(name, jit, object, module.manifest, requests, counts);
    ++counts.policies;
  }
}

/// Most policies of the tests wait for the body; here the head settles much, but not all.
constexpr const char* kHeadPolicies[] = {R"(policy h1
model able  { provider: a  can: [tools, vision, audio, json] }
model chat  { provider: a  can: [tools, vision, audio, json]  dialects: [chat] }
model small { provider: b  context: 8k }
input role: {guest, staff, admin} from header("x-role") or else guest
input user.tier: {free, pro, enterprise} or else free
signal danger = keywords(any: ["password"])
strict tier gate { route barred when role == guest and user.tier == free { deny 403 "no" } }
first work {
  route big    when role == admin { model = able(reasoning: high), then chat }
  route mixed  when user.tier == pro { model = small, then able }
  route talk   when user.tier == enterprise { model = chat, then able on [5xx] }
}
otherwise { model = able }
always { rule mark over routes when role == staff { header "x-staff" = "1"  reasoning = low } }
)",
                                         R"(policy h2
model able { provider: a  can: [tools, vision, audio, json] }
model also { provider: a  can: [tools, vision, audio, json] }
input user.region: {eu, us} or else eu
signal urgent = keywords(any: ["urgent"])
first work {
  route hot   when urgent and user.region == us { model = also }
  route split when user.region == us { model = split 50/50 on user.id [able, also] }
}
otherwise { model = choose [able, also] by random }
always { rule narrow when user.region == eu { model without also } }
)",
                                         R"(policy h3
model able  { provider: a  can: [tools, vision, audio, json] }
model plain { provider: a  can: [vision, audio, json] }
input role: {guest, staff, admin} from header("x-role") or else guest
first work {
  route sought when role == staff { model = plain, then able  tools only [search] }
  route bare   when role == admin { model = plain, then able  tools only [nothing] }
}
otherwise { model = able }
)"};

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t requests = std::getenv("SBX_FULL") != nullptr ? 1000 : 40;
  if (argc == 3 && std::strcmp(argv[1], "--requests") == 0) requests = std::strtoull(argv[2], nullptr, 10);
  std::set<fs::path> paths;
  for (const char* folder : {"tests/lang", "tests/unit/policies", "examples"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(SBX_SOURCE_DIR) / folder)) {
      if (entry.path().extension() == ".sbx" && entry.path().filename().string().rfind("fail_", 0) != 0) paths.insert(entry.path());
    }
  }
  Counts counts;
  for (const fs::path& path : paths) {
    const std::string all = slurp(path);  // the first file of a test that has several
    compare_policies(path.lexically_relative(SBX_SOURCE_DIR).string(), all.substr(0, all.find("// --- ")), requests, counts);
  }
  for (const char* source : kHeadPolicies) compare_policies("head", source, requests * 3, counts);
  std::printf("%llu policies, %llu requests, %llu decided by the head, %llu failures\n", static_cast<unsigned long long>(counts.policies),
              static_cast<unsigned long long>(counts.requests), static_cast<unsigned long long>(counts.early),
              static_cast<unsigned long long>(counts.failures));
  return counts.failures == 0 && counts.policies > 20 && counts.early > requests ? 0 : 1;
}
