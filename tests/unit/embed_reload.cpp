// SPDX-License-Identifier: Apache-2.0
// Policies are swapped under load: no request fails, none is misrouted, each keeps the policy that it began with, nothing is left over.
#include <array>
#include <atomic>
#include <thread>

#include "compiler/codegen/object.h"
#include "tests/unit/embed_rig.h"

using namespace sbx;
using namespace sbx::test;

namespace {

constexpr int kReloads = 150;
constexpr int kThreads = 3;

/// A policy that names its number in everything it says.
std::string object_of(int number) {
  const std::string n = std::to_string(number);
  const Result<std::string> bytes = codegen::build(
      module_of("policy p" + n + "\nmodel m" + n + " { provider: a }\nsignal w" + n + " = keywords(any: [\"word\"])\nroute r" + n +
                " when w" + n + " { model = m" + n + "  header \"x-policy\" = \"" + n + "\" }\notherwise { deny 404 \"" + n + "\" }\n"));
  REQUIRE(bytes.ok());
  return *bytes;
}

struct Told {
  std::string policy, said;
  uint64_t generation = 0;
};

/// Everything that a decision says of its policy's number.
Told told(const sbx_request* request) {
  sbx_decision decision{.version = SBX_EMBED_VERSION, .size = sizeof(sbx_decision)};
  if (sbx_get_decision(request, &decision) != SBX_OK) return {};
  Told result{decision.policy.data + 1, "", decision.generation};
  sbx_candidate candidate{.version = SBX_EMBED_VERSION, .size = sizeof(sbx_candidate)};
  if (sbx_get_candidate(request, 0, &candidate) != SBX_OK) {
    result.said = decision.end.message.data;
    return result;
  }
  result.said = candidate.model.data + 1;
  for (uint64_t i = 0;; ++i) {
    sbx_mutation mutation{.version = SBX_EMBED_VERSION, .size = sizeof(sbx_mutation)};
    if (sbx_get_mutation(request, 0, i, &mutation) != SBX_OK) return result;
    if (mutation.kind == SBX_HEADER && result.said != mutation.value.data) result.said = "a mixture";
  }
}

uint64_t number_in(sbx_router* router, const std::string& name) {
  sbx_report* report = nullptr;
  REQUIRE(sbx_router_status(router, &report) == SBX_OK);
  const std::string json = sbx_report_json(report).data;
  sbx_report_free(report);
  return std::stoull(json.substr(json.find(name) + name.size()));
}

}  // namespace

TEST_CASE("requests under a stream of reloads") {
  const std::array objects{object_of(0), object_of(1), object_of(2)};
  sbx_router* router = sbx_router_new();
  const auto load = [&](size_t i) {
    sbx_load_options options = load_options();
    options.object = embed::text_of(objects[i % objects.size()]);
    return sbx_router_load(router, &options, nullptr);
  };
  REQUIRE(load(0) == SBX_OK);

  std::atomic<bool> stop = false;
  std::atomic<uint64_t> decided = 0, wrong = 0, generations = 0;
  const auto serve = [&](bool has_word) {
    const sbx_head head = empty_head();
    const sbx_text body = text(has_word ? R"({"messages":[{"role":"user","content":"a word"}]})" : R"({"messages":[]})");
    uint64_t last = 0;
    while (!stop || decided < 100) {
      sbx_request* request = nullptr;
      if (sbx_begin(router, &head, &request) != SBX_NEEDS_BODY || sbx_body(request, body) != SBX_OK) ++wrong;
      const Told what = told(request);
      // One thread sees generations in the order in which they came.
      if (what.policy.empty() || what.said != what.policy || what.generation < last ||
          std::stoull(what.policy) != (what.generation - 1) % objects.size())
        ++wrong;
      if (std::string(sbx_explain(request).data).find("\"name\":\"p" + what.policy + "\"") == std::string::npos) ++wrong;
      generations += what.generation > last;
      last = what.generation;
      sbx_request_free(request);
      ++decided;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(serve, i % 2 == 0);
  for (size_t i = 1; i <= kReloads; ++i) REQUIRE(load(i) == SBX_OK);
  stop = true;
  for (std::thread& thread : threads) thread.join();

  CHECK(wrong == 0);
  CHECK(decided > 100);
  CHECK(generations > 10);
  CHECK(number_in(router, "\"generation\":") == kReloads + 1);
  CHECK(number_in(router, "\"alive\":") == 1);
  sbx_router_free(router);
}

TEST_CASE("loads from several threads come one after the other") {
  const std::array objects{object_of(0), object_of(1)};
  sbx_router* router = sbx_router_new();
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 10; ++round) {
        sbx_load_options options = load_options();
        options.object = embed::text_of(objects[i % objects.size()]);
        failed += sbx_router_load(router, &options, nullptr) != SBX_OK;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(number_in(router, "\"generation\":") == 40);
  CHECK(number_in(router, "\"alive\":") == 1);
  sbx_router_free(router);
}

TEST_CASE("a request outlives its router") {
  const std::string object = object_of(7);
  sbx_router* router = sbx_router_new();
  sbx_load_options options = load_options();
  options.object = embed::text_of(object);
  REQUIRE(sbx_router_load(router, &options, nullptr) == SBX_OK);
  const sbx_head head = empty_head();
  sbx_request* request = nullptr;
  REQUIRE(sbx_begin(router, &head, &request) == SBX_NEEDS_BODY);
  sbx_router_free(router);
  CHECK(sbx_body(request, text(R"({"messages":[{"role":"user","content":"a word"}]})")) == SBX_OK);
  CHECK(told(request).said == "7");
  sbx_request_free(request);
}
