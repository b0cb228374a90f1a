// SPDX-License-Identifier: Apache-2.0
// differential_policies [--decisions N] [--seed S]: the same comparisons from policy text on, through the whole compiler. 10^4 decisions,
// with SBX_FULL=1 in the environment 10^5.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "compiler/pipeline.h"
#include "tests/differential/compare.h"
#include "tests/differential/random_policy.h"

using namespace sbx;
using namespace sbx::differential;

int main(int argc, char** argv) {
  constexpr uint64_t kDecisionsOfOnePolicy = 500;
  uint64_t decisions = std::getenv("SBX_FULL") ? 100'000 : 10'000;
  uint64_t seed = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::strcmp(argv[i], "--seed") == 0 ? seed : decisions) = std::strtoull(argv[i + 1], nullptr, 10);
  }
  CompileOptions options;
  options.stdlib = SBX_SOURCE_DIR "/stdlib";
  options.analyze = false;  // random routes shadow and contradict each other
  uint64_t policies = 0;
  uint64_t failures = 0;
  for (uint64_t left = decisions; left > 0 && failures < 3; ++policies, ++seed) {
    const uint64_t share = std::min(left, kDecisionsOfOnePolicy);
    const std::string text = random_policy(seed, 4 + seed % 40);
    const Result<Checked> checked = check_text("random.sbx", text, options);
    std::string broken;
    if (!checked) {
      broken = checked.error().message;
    } else if (checked->diags.has_errors() || checked->policies.empty()) {
      broken = "the policy does not check clean:\n" + text;
    } else {
      broken = first_failure(lower_policy(*checked, 0), seed, share).value_or("");
    }
    if (!broken.empty()) {
      ++failures;
      std::fprintf(stderr, "--seed %llu: %s\n", static_cast<unsigned long long>(seed), broken.c_str());
    }
    left -= share;
  }
  std::printf("%llu policies, %llu decisions, %llu failures\n", static_cast<unsigned long long>(policies),
              static_cast<unsigned long long>(decisions), static_cast<unsigned long long>(failures));
  return failures == 0 ? 0 : 1;
}
