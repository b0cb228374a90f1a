// SPDX-License-Identifier: Apache-2.0
// differential [--decisions N] [--seed S] [--size N]: random modules and readings; every matcher against the oracle, the oracle against its
// promises.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "compiler/ir/print.h"
#include "tests/differential/compare.h"

namespace {

using namespace sbx;
using namespace sbx::differential;

constexpr uint64_t kDecisionsOfOneModule = 1000;

struct Arguments {
  uint64_t decisions = std::getenv("SBX_FULL") ? 1'000'000 : 100'000;
  uint64_t seed = 1;
  uint32_t size = 0;  // 0: mostly small, some larger than a chunk of native code
};

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 == argc) return std::nullopt;
    const uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--decisions") {
      arguments.decisions = value;
    } else if (name == "--seed") {
      arguments.seed = value;
    } else if (name == "--size") {
      arguments.size = static_cast<uint32_t>(value);
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

uint32_t size_of(Random& random) {
  const uint32_t kind = random.below(40);
  if (kind == 0) return 600 + random.below(200);
  if (kind < 6) return 60 + random.below(140);
  return 1 + random.below(24);
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Arguments> arguments = parse(argc, argv);
  if (!arguments) {
    std::fprintf(stderr, "usage: differential [--decisions N] [--seed S] [--size N]\n");
    return 2;
  }
  uint64_t modules = 0;
  uint64_t failures = 0;
  // A module is named by its seed and size, so that two numbers bring a failure back.
  for (uint64_t left = arguments->decisions; left > 0 && failures < 3; ++modules) {
    const uint64_t seed = arguments->seed + modules;
    Random random(seed);
    const uint32_t size = arguments->size != 0 ? arguments->size : size_of(random);
    const uint64_t share = std::min(left, size > 500 ? kDecisionsOfOneModule / 10 : kDecisionsOfOneModule);
    const Module module = random_module(seed, size);
    if (const auto broken = first_failure(module, seed, share)) {
      ++failures;
      std::fprintf(stderr, "--seed %llu --size %u: %s\n", static_cast<unsigned long long>(seed), size, broken->c_str());
      if (size <= 24) std::fprintf(stderr, "%s", ir::print(module).c_str());
    }
    left -= share;
  }
  std::printf("%llu modules, %llu decisions, %llu failures\n", static_cast<unsigned long long>(modules),
              static_cast<unsigned long long>(arguments->decisions), static_cast<unsigned long long>(failures));
  return failures == 0 ? 0 : 1;
}
