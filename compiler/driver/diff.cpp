// SPDX-License-Identifier: Apache-2.0
// `signalbox diff OLD NEW`: the requests that two policies decide differently. Policies that only the analysis refuses are compared too.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/diff_print.h"
#include "compiler/driver/files.h"
#include "compiler/sema/catalog.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string old, now, trace, allow, name, format;
  size_t most_regions = 0;  // 0: all
  bool declarations = false;
};

/// A policy that requires what `--allow` says, or the exit status: what is wrong with it has been reported.
struct Allowed {
  std::optional<Checked> checked;
  size_t index = 0;
  int status = Done;
};

/// Whether the last requirement of a policy says something of every request, whoever decides it.
bool reads_signals_only(const Checked& checked, size_t index, size_t others) {
  const Module module = lower_policy(checked, index);
  if (module.manifest.requirements.size() != others + 1) return false;
  const std::vector<Condition>& holds = module.manifest.requirements.back().holds;
  return std::ranges::all_of(holds, [](const Condition& one) { return one.routes.empty() && one.models.empty(); });
}

Allowed read_allowed(const Options& options, CompileOptions compile, const PolicyOf& old, const PolicyOf& now, const Common& common) {
  compile.requirement = options.allow;
  Allowed allowed;
  for (const PolicyOf* policy : {&now, &old}) {
    const std::string& path = policy == &now ? options.now : options.old;
    if (path == "-") continue;
    Result<Checked> checked = check({path}, compile);
    if (!checked) return {std::nullopt, 0, fail(common, checked.error())};
    if (checked->diags.has_errors()) {
      if (policy == &old || options.old == "-") print_findings(checked->diags, checked->sources, common, stderr, Severity::Error);
      continue;
    }
    const size_t others = lower_policy(policy->checked, policy->index).manifest.requirements.size();
    if (!reads_signals_only(*checked, policy->index, others)) break;
    allowed.index = policy->index;
    allowed.checked = std::move(*checked);
    return allowed;
  }
  allowed.status = fail(common, Kind::BadUsage, "`--allow " + options.allow + "` is no condition on requests",
                        "write a condition on signals and inputs of a policy: `--allow 'user.tier == pro'`");
  return allowed;
}

int status_of(const DiffReport& report, bool with_declarations) {
  if (report.trace && report.trace->failed > 0) return Misuse;
  const bool all_allowed = std::ranges::all_of(report.difference.regions, &diff::Region::allowed);
  const bool as_declared = report.declarations.empty() || !with_declarations;
  return all_allowed && !report.difference.truncated && as_declared ? Done : Findings;
}

int compare(const Options& options, const Common& common, const CompileOptions& compile, const PolicyOf& old, const PolicyOf& now) {
  Allowed allowed;
  if (!options.allow.empty()) {
    allowed = read_allowed(options, compile, old, now, common);
    if (!allowed.checked) return allowed.status;
  }
  CompileOptions interpreted = compile;
  interpreted.engine = CompileOptions::Engine::Interpreter;
  DiffJudge judge(old, now, interpreted);
  std::optional<TraceChange> trace;
  if (!options.trace.empty()) {
    Result<TraceChange> change = run_trace(options.trace, judge, common);
    if (!change) return fail(common, change.error());
    trace = std::move(*change);
  }
  std::optional<PolicyOf> promise;
  if (allowed.checked) promise.emplace(PolicyOf{*allowed.checked, allowed.index});
  const size_t most = options.most_regions == 0 ? SIZE_MAX : options.most_regions;
  const diff::Difference difference = diff_policies(old, now, promise ? &*promise : nullptr, judge, {.most_regions = most});
  const Module old_module = lower_policy(old.checked, old.index), new_module = lower_policy(now.checked, now.index);
  const std::vector<diff::DeclaredChange> declarations = declared_changes(old, now);
  const DiffReport report{old_module.manifest, new_module.manifest, difference, declarations, trace};
  print(options.format == "json" ? diff_json(report) : diff_text(report));
  return status_of(report, options.declarations);
}

/// Slots that only the other policy mentions have their usual value here too (docs/language/slots.md#defaults): from then on both say it.
void add_usual_slots(sema::Policy& to, const sema::Policy& from, const sema::Catalog& catalog) {
  for (const sema::Slot& slot : from.slots) {
    const sema::Extern* usual = catalog.find("slot", slot.facts.name);
    const bool is_there = std::ranges::any_of(to.slots, [&](const sema::Slot& own) { return own.facts.name == slot.facts.name; });
    const Constant* initial = usual != nullptr ? usual->attribute("default") : nullptr;
    if (is_there || initial == nullptr || slot.facts.kind != Slot::Kind::Choice || slot.facts.type.kind != TypeKind::Label) continue;
    sema::Slot own{.facts = slot.facts, .span = {}};
    const auto* label = std::get_if<std::string>(&initial->value);
    const bool is_value = label != nullptr && std::ranges::find(own.facts.type.members, *label) != own.facts.type.members.end();
    own.facts.initial = is_value ? std::optional(*initial) : std::nullopt;
    to.slots.add(std::move(own));
  }
}

int run(const Options& options, const Common& common) {
  CheckedPolicies old = check_for_use({options.old}, common, false);
  if (!old.value) return old.status;
  CheckedPolicies now = check_for_use({options.now}, common, false);
  if (!now.value) return now.status;
  const std::optional<size_t> old_index = policy_named(options.name, *old.value, common);
  if (!old_index) return Misuse;
  const std::optional<size_t> new_index = policy_named(options.name, *now.value, common);
  if (!new_index) return Misuse;
  const Result<sema::Catalog> catalog = sema::load_catalog(now.options.stdlib);
  if (!catalog) return fail(common, catalog.error());
  sema::Policy& one = old.value->policies[*old_index];
  sema::Policy& other = now.value->policies[*new_index];
  add_usual_slots(one, other, *catalog);
  add_usual_slots(other, one, *catalog);
  return compare(options, common, now.options, {*old.value, *old_index}, {*now.value, *new_index});
}

}  // namespace

Run add_diff(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("diff", "Compare two policies: the requests that they decide differently");
  command->add_option("OLD", options->old, "A .sbx file")->required();
  command->add_option("NEW", options->now, "A .sbx file")->required();
  command->add_option("--trace", options->trace, "Recorded requests, JSON lines: how many change, and what that costs or saves")
      ->option_text("TRACE");
  command->add_option("--allow", options->allow, "What may change: status 1 only if something else does")->option_text("EXPR");
  command->add_flag("--declarations", options->declarations, "Status 1 also if only a declaration changed, which no decision shows");
  command->add_option("--max-regions", options->most_regions, "Show no more regions than these")
      ->check([](const std::string& text) { return no_number_between(1, 1'000'000'000, text); })
      ->option_text("N");
  command->add_option("--policy", options->name, "Which policy of files with several")->option_text("NAME");
  add_format(*command, options->format, {"text", "json"});
  add_common(*command, common);
  add_examples(*command, {"signalbox diff policy.sbx policy.sbx",
                          "signalbox diff policy.sbx policy.sbx --allow 'user.tier == enterprise' --format json"});
  return [options, &common] { return run(*options, common); };
}

}  // namespace sbx::driver
