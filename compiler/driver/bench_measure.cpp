// SPDX-License-Identifier: Apache-2.0
// Times are taken around whole passes over all requests: a clock read costs as much as a decision. They are the thread's own time, but for
// `optimized_ms`, during which another thread works.
#include "compiler/driver/bench_measure.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>

#ifdef SBX_LLVM_VERSION
#include "compiler/codegen/jit.h"
#endif
#include "compiler/analysis/analyze.h"
#include "compiler/driver/allocations.h"
#include "compiler/driver/bench_baseline.h"
#include "compiler/driver/bench_edge.h"
#include "compiler/driver/bench_tree_walk.h"
#include "compiler/driver/thread_clock.h"
#include "compiler/lower/lower.h"
#include "compiler/passes/pipeline.h"
#include "compiler/syntax/parse.h"
#include "compiler/witness/request_world.h"

namespace sbx::driver {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int Runs = 7;

double milliseconds_since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

int64_t resident_bytes() {
  long pages = 0, ignored = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (!file) return 0;
  if (std::fscanf(file, "%ld %ld", &ignored, &pages) != 2) pages = 0;
  std::fclose(file);
  return int64_t{pages} * sysconf(_SC_PAGESIZE);
}

/// The requests as frames: one row of leaf values each, as the edge would have interned them.
struct Frames {
  size_t leaves = 0;
  std::vector<int64_t> values;
  std::vector<uint8_t> states;

  [[nodiscard]] sbx_frame at(size_t i) const {
    const int64_t* row = values.data() + i * leaves;
    return {SBX_ABI_VERSION, sizeof(sbx_frame), row, row, states.data(), static_cast<uint32_t>(leaves), 1};
  }
};

int64_t leaf_value(const Leaf& leaf, const std::string& name, int32_t value) {
  if (name[0] != 's') return value;
  auto at = std::find(leaf.literals.begin(), leaf.literals.end(), "v" + std::to_string(value));
  return at == leaf.literals.end() ? -1 : at - leaf.literals.begin();
}

Frames intern(const BenchPolicy& policy, const Manifest& manifest) {
  std::map<std::string, int> attributes;
  for (int a = 0; a < BenchShape::Attributes; ++a) attributes[attribute_name(a)] = a;
  Frames frames{.leaves = manifest.leaves.size(), .values = {}, .states = std::vector<uint8_t>(manifest.leaves.size(), SBX_KNOWN)};
  for (size_t i = 0; i < policy.request_count(); ++i) {
    for (const Leaf& leaf : manifest.leaves) {
      const std::string& name = manifest.signals[leaf.signal].name;
      auto at = attributes.find(name);
      frames.values.push_back(at == attributes.end() ? leaf.range.low : leaf_value(leaf, name, policy.request(i)[at->second]));
    }
  }
  return frames;
}

/// Decides every request; the winners go to `routes` where it is given.
class Pass {
 public:
  Pass(const Program& program, const Frames& frames) : program_(program), frames_(frames), words_(program.module.manifest.words() + 8) {}

  double run(size_t count, std::vector<uint32_t>* routes) {
    std::vector<uint64_t> must(words_), may(words_);
    sbx_match match{SBX_ABI_VERSION, sizeof(sbx_match), must.data(), may.data(), program_.module.manifest.words(), SBX_NO_ROUTE};
    if (routes) routes->assign(count, SBX_NO_ROUTE);
    uint64_t sum = 0;
    const double start = thread_milliseconds();
    for (size_t i = 0; i < count; ++i) {
      sbx_frame frame = frames_.at(i);
      program_.matcher->known(frame, match);
      sum += match.route;
      if (routes) (*routes)[i] = match.route;
    }
    double ns = (thread_milliseconds() - start) * 1e6 / static_cast<double>(count);
    sink = sum;
    return ns;
  }

 private:
  const Program& program_;
  const Frames& frames_;
  uint32_t words_;
  volatile uint64_t sink = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

template <class Decide>
double timed(size_t count, Decide decide) {
  [[maybe_unused]] volatile uint64_t sink = 0;
  uint64_t sum = 0;
  const double start = thread_milliseconds();
  for (size_t i = 0; i < count; ++i) sum += decide(i);
  double ns = (thread_milliseconds() - start) * 1e6 / static_cast<double>(count);
  sink = sum;
  return ns;
}

/// Winners by the number in their names, in the order of the policy's text.
std::vector<uint32_t> rule_numbers(const Manifest& manifest) {
  std::vector<uint32_t> numbers;
  for (RouteId id : manifest.order) numbers.push_back(static_cast<uint32_t>(std::stoul(manifest.routes[id].name.substr(1))));
  return numbers;
}

double analysis_milliseconds(const Checked& checked) {
  sema::Policy spelt_out = checked.policies.front();
  const std::vector<analysis::Required> required = analysis::spell_out(spelt_out);
  const Module module = passes::optimize(lower::lower(spelt_out, checked.sources, {.reads_fit = true}));
  witness::RequestWorld world(module, "");
  Diagnostics found;  // made rules shadow each other; that is not what is measured
  const double began = thread_milliseconds();
  analysis::analyze(checked.sources, checked.policies.front(), required, module, world, found);
  return thread_milliseconds() - began;
}

}  // namespace

Result<BenchRow> measure(const BenchPolicy& policy, bool with_baseline, const CompileOptions& options) {
  BenchRow row;
  row.rules = static_cast<int>(policy.rules.size());
  std::string text = policy_text(policy);

  SourceSet sources;
  Diagnostics diags;
  FileId file = sources.add("bench.sbx", text);
  double began = thread_milliseconds();
  ast::File tree = syntax::parse(sources, file, diags);
  row.parse_ms = thread_milliseconds() - began;
  began = thread_milliseconds();
  CompileOptions unanalyzed = options;
  unanalyzed.analyze = false;  // made rules shadow each other
  Result<Checked> checked = check_text("bench.sbx", text, unanalyzed);
  row.check_ms = thread_milliseconds() - began;
  if (!checked) return checked.error();
  SBX_CHECK(!checked->diags.has_errors() && checked->policies.size() == 1, "a made policy is free of errors");
  row.analyze_ms = analysis_milliseconds(*checked);

  CompileOptions first = options, best = options, slow = options, oracle = options;
  first.wait_for_optimized = false;
  slow.engine = CompileOptions::Engine::Unoptimized;
  oracle.engine = CompileOptions::Engine::Interpreter;
  began = thread_milliseconds();
  Result<std::unique_ptr<Program>> early = compile(lower_policy(*checked, 0), first);
  row.first_native_ms = thread_milliseconds() - began;
  if (!early) return early.error();
  early->reset();
  auto start = Clock::now();
  Result<std::unique_ptr<Program>> native = compile(lower_policy(*checked, 0), best);
  row.optimized_ms = milliseconds_since(start);
  if (!native) return native.error();
#ifdef SBX_LLVM_VERSION
  row.code_bytes = static_cast<int64_t>(codegen::facts(**native).code_bytes);
#endif
  Result<std::unique_ptr<Program>> unoptimized = compile(lower_policy(*checked, 0), slow);
  if (!unoptimized) return unoptimized.error();
  Result<std::unique_ptr<Program>> interpreted = compile(lower_policy(*checked, 0), oracle);
  if (!interpreted) return interpreted.error();
  std::unique_ptr<CppBaseline> baseline;
  if (with_baseline) {
    Result<std::unique_ptr<CppBaseline>> compiled = compile_baseline(baseline_text(policy));
    if (!compiled) return compiled.error();
    baseline = std::move(*compiled);
  }

  const Manifest& manifest = (*native)->module.manifest;
  Frames frames = intern(policy, manifest);
  TreeWalk tree_walk(checked->policies[0]);
  size_t count = policy.request_count();
  // The interpreter and the tree walk are the slow ones: a part of the requests says as much about them.
  size_t part = std::min<size_t>(count, std::max<size_t>(256, 4'000'000 / std::max<size_t>(1, policy.rules.size())));

  Pass native_pass(**native, frames), unoptimized_pass(**unoptimized, frames), interpreter_pass(**interpreted, frames);
  std::vector<double> native_ns, unoptimized_ns, interpreter_ns, tree_ns, baseline_ns;
  uint64_t allocations_before = allocations();
  native_pass.run(count, nullptr);
  row.allocations_per_decision =
      static_cast<double>(allocations() - allocations_before - 2) / static_cast<double>(count);  // 2: the match's words
  for (int run = 0; run < Runs; ++run) {
    native_ns.push_back(native_pass.run(count, nullptr));
    if (baseline) baseline_ns.push_back(timed(count, [&](size_t i) { return baseline->decide(policy.request(i)); }));
    unoptimized_ns.push_back(unoptimized_pass.run(count, nullptr));
    interpreter_ns.push_back(interpreter_pass.run(std::min(part, std::max<size_t>(64, part / 64)), nullptr));
    tree_ns.push_back(
        timed(std::min(part, std::max<size_t>(256, part / 8)), [&](size_t i) { return tree_walk.decide(policy.request(i)); }));
  }
  row.native_ns = median(native_ns);
  row.unoptimized_ns = median(unoptimized_ns);
  row.interpreter_ns = median(interpreter_ns);
  row.tree_walk_ns = median(tree_ns);
  if (baseline) row.baseline_ns = median(baseline_ns);

  std::vector<uint32_t> by_native, by_unoptimized, by_interpreter, numbers = rule_numbers(manifest);
  native_pass.run(count, &by_native);
  unoptimized_pass.run(count, &by_unoptimized);
  interpreter_pass.run(part, &by_interpreter);
  uint64_t examined = 0;
  for (size_t i = 0; i < count; ++i) {
    BenchAnswer expected = answer(policy, policy.request(i));
    auto number = [&](uint32_t bit) { return bit < numbers.size() ? numbers[bit] : UINT32_MAX; };
    bool same = number(by_native[i]) == expected.route && number(by_unoptimized[i]) == expected.route;
    same &= i >= part || (number(by_interpreter[i]) == expected.route && tree_walk.decide(policy.request(i)) == expected.route);
    same &= !baseline || baseline->decide(policy.request(i)) == expected.route;
    row.mismatches += same ? 0 : 1;
    examined += expected.examined;
  }
  row.mean_rules_examined = static_cast<double>(examined) / static_cast<double>(count);
  BenchPolicy few{.rules = policy.rules, .requests = policy.requests};
  few.requests.resize(std::min(policy.requests.size(), size_t{4096} * BenchShape::Attributes));
  Result<EdgeCost> edge = measure_edge(**native, requests_text(few));
  if (!edge) return edge.error();
  row.edge_ns = edge->ns;
  for (size_t i = 0; i < edge->winners.size(); ++i) row.mismatches += edge->winners[i] != by_native[i] ? 1 : 0;
  row.rss_bytes = resident_bytes();
  return row;
}

}  // namespace sbx::driver
