// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/test_promises.h"

#include <algorithm>

#include "compiler/analysis/promises.h"
#include "compiler/driver/test_probe.h"
#include "compiler/lower/lower.h"
#include "runtime/engine/relevant.h"

namespace sbx::driver {
namespace {

std::vector<size_t> of_unserved(const std::vector<analysis::Required>& required) {
  std::vector<size_t> found;
  for (const analysis::Required& one : required) {
    for (const analysis::Promise& part : one.parts) {
      if (part.kind != analysis::Promise::Kind::Always) continue;
      for (const analysis::PromiseCase& of : part.cases) {
        if (of.unserved) found.push_back(of.requirement);
      }
    }
  }
  return found;
}

/// Whether it is certain that what is required does not hold; nobody is asked.
bool is_broken(const Module& module, const Requirement& promise, const Decision& decision, const Seen& seen) {
  const auto any = [&](const std::vector<Condition>& conditions, const std::vector<bool>& guards) {
    return std::ranges::any_of(conditions, [&](const Condition& one) {
      return concerns(one, decision.route, {}) && (one.bit == kAlways || guards[module.graph.outputs[one.bit].index]);
    });
  };
  return any(promise.when, seen.holds) && !any(promise.holds, seen.may);
}

}  // namespace

std::optional<Error> UnservedPromises::hold(size_t policy, const std::set<std::string>& given, const std::vector<TestStep>& steps,
                                            TestRun& run) {
  for (size_t i = 0; i < run.decisions.size(); ++i) {
    if (!run.decisions[i].unserved) continue;
    const Result<const Spelt*> by = spelt(policy, given);
    if (!by) return by.error();
    ServedPolicy& served = *(*by)->served;
    const Module& module = served.engine().program().module;
    const std::optional<Seen> seen = TestProbe(module, served).look(steps[i]);
    if (!seen) continue;
    const auto is_of = [&](const Mismatch& one, const std::string& text) {
      return one.step == i && one.name == "require" && one.expected == text;
    };
    for (const size_t index : (*by)->promises) {
      const std::string& text = module.manifest.requirements[index].text;
      std::erase_if(run.mismatches, [&](const Mismatch& one) { return is_of(one, text); });
    }
    for (const size_t index : (*by)->promises) {
      const Requirement& promise = module.manifest.requirements[index];
      const bool is_told = std::ranges::any_of(run.mismatches, [&](const Mismatch& one) { return is_of(one, promise.text); });
      if (!is_told && is_broken(module, promise, run.decisions[i], *seen))
        run.mismatches.push_back({i, "require", promise.text, "broken by this decision, which leaves no model"});
    }
  }
  if (run.status != TestStatus::Error) run.status = run.mismatches.empty() ? TestStatus::Passed : TestStatus::Failed;
  return std::nullopt;
}

Result<const UnservedPromises::Spelt*> UnservedPromises::spelt(size_t policy, const std::set<std::string>& given) {
  sema::Policy copy = checked_.policies[policy];
  std::set<std::string> derived;
  for (const sema::Symbol& symbol : copy.symbols) {
    if (symbol.value && given.contains(symbol.name)) derived.insert(symbol.name);
  }
  Spelt& made = made_[{policy, derived}];
  if (made.served) return &made;
  made.promises = of_unserved(analysis::spell_out(copy));
  Module module = lower::lower(copy, checked_.sources, {.revision = checked_.revisions[policy], .given = derived});
  Result<std::unique_ptr<Program>> program = compile(std::move(module), {.engine = CompileOptions::Engine::Interpreter});
  if (!program) return program.error();
  Result<std::unique_ptr<ServedPolicy>> served = ServedPolicy::make(std::move(*program));
  if (!served) return served.error();
  made.served = std::move(*served);
  return &made;
}

}  // namespace sbx::driver
