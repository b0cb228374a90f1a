// SPDX-License-Identifier: Apache-2.0
// differential_z3 [--policies N] [--seed S]: the analysis against an oracle that shares no code with it: random modules, and random
// policies from their text on, are told to Z3 as docs/design/semantics.md and docs/language say, before the passes; does a route ever win,
// can two entries clash, can nobody win, can a guard hold or fail? Every disagreement is a failure. What Z3 finds is decided by the
// interpreter. 150 policies, with SBX_FULL=1 in the environment 10,000.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "compiler/lower/lower.h"
#include "compiler/passes/pipeline.h"
#include "compiler/pipeline.h"
#include "tests/differential/asked.h"
#include "tests/differential/formulas.h"
#include "tests/differential/random_policy.h"

using namespace sbx;
using namespace sbx::differential;
using analysis::Found;

namespace {

// A few random modules would take the analysis minutes; what it has not settled by then is counted.
constexpr std::chrono::milliseconds kTimeOfOnePolicy{2'000};

struct Counts {
  uint64_t possible = 0, impossible = 0, unsettled = 0, open = 0, wrong = 0;
};

std::optional<Module> from_text(uint64_t seed) {
  CompileOptions options;
  options.stdlib = SBX_SOURCE_DIR "/stdlib";
  options.analyze = false;  // random routes shadow and contradict each other
  const Result<Checked> checked = check_text("random.sbx", random_policy(seed, 2 + seed % 13), options);
  if (!checked || checked->diags.has_errors()) return std::nullopt;
  return lower::lower(checked->policies.front(), checked->sources, {.revision = checked->revisions.front()});
}

void fail(uint64_t seed, const std::string& what, Counts& counts) {
  ++counts.wrong;
  std::fprintf(stderr, "--seed %llu: %s\n", static_cast<unsigned long long>(seed), what.c_str());
}

class Comparison {
 public:
  Comparison(const Module& plain, const Module& optimized)
      : plain_(plain),
        analysed_(optimized, std::chrono::steady_clock::now() + kTimeOfOnePolicy),
        formulas_(plain),
        who_wins_(plain.manifest, formulas_),
        guards_(guards_of(plain)) {}

  /// What is wrong; nothing if the two agree.
  std::optional<std::string> compare(const Asked& asked, Counts& counts) {
    const Found found = analysed_.ask(asked);
    Readings readings;
    const z3::check_result result = formulas_.can_be(said(asked, who_wins_, formulas_, guards_), readings);
    counts.unsettled += found == Found::Unsettled;
    counts.open += result == z3::unknown;
    if (result == z3::sat && !is_so(asked, readings)) return "Z3 says that " + to_string(asked, plain_.manifest) + ", and it does not";
    if (found == Found::Unsettled || result == z3::unknown) return std::nullopt;
    ++(result == z3::sat ? counts.possible : counts.impossible);
    if ((found == Found::Yes) == (result == z3::sat)) return std::nullopt;
    return to_string(asked, plain_.manifest) + (found == Found::Yes ? ": possible, and Z3 refutes it" : ": refuted, and Z3 shows it");
  }

 private:
  // By the interpreter, and by who wins on what it says.
  bool is_so(const Asked& asked, const Readings& readings) const {
    const GraphState state = evaluate(plain_.graph, plain_.manifest, readings.frame());
    const Settled facts{plain_, state};
    const WhoWins<bool, Settled> who_wins(plain_.manifest, facts);
    return said(asked, who_wins, facts, guards_);
  }

  const Module& plain_;
  Analysed analysed_;
  Formulas formulas_;
  WhoWins<z3::expr, Formulas> who_wins_;
  std::vector<GuardId> guards_;
};

void check(uint64_t seed, Counts& counts) {
  const std::optional<Module> plain = seed % 3 == 0 ? from_text(seed) : random_module(seed, 2 + seed % 11);
  if (!plain) return fail(seed, "the policy does not check clean", counts);
  const Module optimized = passes::optimize(*plain);
  if (guards_of(optimized).size() != guards_of(*plain).size()) return fail(seed, "the passes drop a guard that is asked for", counts);
  Random random(seed * 17 + 3);
  Comparison comparison(*plain, optimized);
  for (const Asked& asked : questions_about(*plain, 10, 10, random)) {
    const std::optional<std::string> wrong = comparison.compare(asked, counts);
    if (wrong) return fail(seed, *wrong, counts);
  }
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seed = 1, policies = std::getenv("SBX_FULL") != nullptr ? 10'000 : 150;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::strcmp(argv[i], "--seed") == 0 ? seed : policies) = std::strtoull(argv[i + 1], nullptr, 10);
  }
  Counts counts;
  for (uint64_t i = 0; i < policies && counts.wrong < 5; ++i) check(seed + i, counts);
  std::printf("%llu policies: %llu possible, %llu impossible, %llu unsettled, %llu open to Z3 itself, %llu wrong\n",
              static_cast<unsigned long long>(policies), static_cast<unsigned long long>(counts.possible),
              static_cast<unsigned long long>(counts.impossible), static_cast<unsigned long long>(counts.unsettled),
              static_cast<unsigned long long>(counts.open), static_cast<unsigned long long>(counts.wrong));
  const uint64_t settled = counts.possible + counts.impossible;
  return counts.wrong == 0 && (counts.unsettled + counts.open) * 20 <= settled ? 0 : 1;
}
