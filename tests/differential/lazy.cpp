// SPDX-License-Identifier: Apache-2.0
// differential_lazy [--decisions N] [--seed S]: random policies with models, slots and rules, random readings and failures. Deciding by
// as few readings as possible is deciding by all of them, word for word. 10^4 decisions, with SBX_FULL=1 in the environment 10^5.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/engine/decision_json.h"
#include "runtime/engine/engine.h"
#include "tests/differential/dressed.h"
#include "tests/differential/random_module.h"

namespace {

using namespace sbx;
using namespace sbx::differential;

// What may differ is what was read and how long it took.
std::string told(const Manifest& manifest, Decision decision) {
  decision.decide_ns = decision.signals_us = 0;
  std::vector<Why> why = decision.why;
  decision.why.clear();
  decision.readings.clear();
  std::string text = decision_json(manifest, decision, true);
  for (const Why& one : why) text += "\n" + one.rule + " " + std::string(to_string(one.result));
  return text;
}

size_t count_read(const Decision& decision) {
  return static_cast<size_t>(
      std::ranges::count_if(decision.readings, [](const Reading& one) { return one.state != ReadingState::Skipped; }));
}

struct Totals {
  uint64_t decisions = 0, policies = 0, failures = 0, lazy_reads = 0, eager_reads = 0;
};

void run_policy(uint64_t seed, uint64_t decisions, Totals& totals) {
  Random random(seed);
  Program program;
  program.module = random_module(seed, 1 + random.below(30));
  dress(program.module, seed);
  program.matcher = interpreter(program.module);
  const Manifest& manifest = program.module.manifest;
  const Engine engine(program);
  Workspace workspace(engine);
  for (uint64_t i = 0; i < decisions; ++i) {
    std::vector<Reading> readings;
    for (const SignalInfo& info : manifest.signals) readings.push_back(random_reading(info.type, full_range(info.type), random));
    Request request;
    request.seed = i;
    RandomReader reader(std::move(readings));
    const auto lazy = engine.decide(request, reader, workspace, {.explain = ExplainLevel::Full});
    const auto eager = engine.decide(request, reader, workspace, {.explain = ExplainLevel::Full, .eager = true});
    ++totals.decisions;
    if (!lazy || !eager) {
      ++totals.failures;
      continue;
    }
    totals.lazy_reads += count_read(*lazy);
    totals.eager_reads += count_read(*eager);
    const std::string a = told(manifest, *lazy);
    const std::string b = told(manifest, *eager);
    if (a == b) continue;
    if (++totals.failures <= 3) {
      std::fprintf(stderr, "--seed %llu, request %llu\nlazy:  %s\neager: %s\n", static_cast<unsigned long long>(seed),
                   static_cast<unsigned long long>(i), a.c_str(), b.c_str());
    }
  }
  ++totals.policies;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr uint64_t kDecisionsOfOnePolicy = 50;
  uint64_t decisions = std::getenv("SBX_FULL") ? 100'000 : 10'000;
  uint64_t seed = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::strcmp(argv[i], "--seed") == 0 ? seed : decisions) = std::strtoull(argv[i + 1], nullptr, 10);
  }
  Totals totals;
  while (totals.decisions < decisions && totals.failures < 3) {
    run_policy(seed++, std::min(decisions - totals.decisions, kDecisionsOfOnePolicy), totals);
  }
  std::printf("%llu policies, %llu decisions, %llu failures; %.0f %% of the readings read\n",
              static_cast<unsigned long long>(totals.policies), static_cast<unsigned long long>(totals.decisions),
              static_cast<unsigned long long>(totals.failures),
              100.0 * static_cast<double>(totals.lazy_reads) / static_cast<double>(std::max<uint64_t>(1, totals.eager_reads)));
  return totals.failures == 0 ? 0 : 1;
}
