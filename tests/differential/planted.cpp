// SPDX-License-Identifier: Apache-2.0
// differential_planted [--policies N] [--seed S]: policies that are right, on which `check` says nothing, and the same with one fault put
// into each: the finding of that name must be there and name the culprit, and the engine must see on the request that it shows what it
// says. 200 of each, with SBX_FULL=1 in the environment 3,000.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "compiler/driver/served.h"
#include "runtime/request/decode.h"
#include "tests/differential/faults.h"

using namespace sbx;
using namespace sbx::differential;

namespace {

CompileOptions options() {
  CompileOptions options;
  options.stdlib = SBX_SOURCE_DIR "/stdlib";
  options.engine = CompileOptions::Engine::Interpreter;
  return options;
}

std::string told(const Checked& checked) {
  std::string text;
  for (const Diagnostic& finding : checked.diags.all()) {
    text += "  " + std::string(row(finding.kind).name) + ": " + finding.message + " [";
    for (const std::string& rule : finding.rules) text += " " + rule;
    text += " ]\n";
  }
  return text;
}

/// What a policy does with the request of a finding.
class Shown {
 public:
  Shown(const Checked& checked, const Diagnostic& finding) : policies_(checked, options()), finding_(finding) {}

  /// What is wrong with the request; nothing if the engine sees what the finding says and what was planted.
  std::optional<std::string> wrong(const Planted* planted) {
    const std::string& envelope = finding_.witness->request;
    const Decoded decoded = decode_request(envelope, {});
    if (!decoded.request) return "a request that cannot be decoded: " + envelope;
    const Result<Decision> guards = decide(*decoded.request, {.guards = true, .given = {}});
    if (!guards || !guards->fires) return "a request that cannot be decided: " + envelope;
    std::vector<std::string> fires = *guards->fires, said = finding_.witness->fires;
    std::ranges::sort(fires), std::ranges::sort(said);
    if (fires != said) return "other routes and rules hold than it says: " + envelope;
    return planted == nullptr ? std::nullopt : missing(*planted, *decoded.request, fires);
  }

 private:
  Result<Decision> decide(const Request& request, const DecideOptions& how) {
    Result<driver::ServedPolicy*> served = policies_.get(0, {});
    if (!served) return served.error();
    const std::unique_ptr<Reader> reader = (*served)->reader();
    return (*served)->engine().decide(request, *reader, (*served)->workspace(), how);
  }

  std::optional<std::string> missing(const Planted& planted, const Request& request, const std::vector<std::string>& fires) {
    const auto holds = [&](const std::string& name) { return std::ranges::find(fires, name) != fires.end(); };
    const std::string on = " on " + finding_.witness->request;
    for (const std::string& name : planted.fire) {
      if (!holds(name)) return "`" + name + "` does not hold" + on;
    }
    for (const std::string& name : planted.rest) {
      if (holds(name)) return "`" + name + "` holds" + on;
    }
    const Result<Decision> decision = decide(request, {.given = {}, .requirements = true});
    if (!decision) return "no decision" + on;
    if (planted.finding == "gap" && planted.subject.empty() && decision->route) return "a route takes it" + on;
    if (planted.decided == Planted::Decided::Not) return std::nullopt;
    const Manifest& manifest = (*policies_.get(0, {}))->manifest();
    if (!decision->route || manifest.routes[*decision->route].name != planted.subject) return "another route decides" + on;
    if (planted.decided == Planted::Decided::Breaks && decision->broken.empty()) return "no promise is broken" + on;
    const auto asked = [&](const Attempt& attempt) { return manifest.models[attempt.model].name == planted.named; };
    if (planted.decided == Planted::Decided::PassesBy && std::ranges::any_of(decision->attempts, asked)) return "the model is asked" + on;
    return std::nullopt;
  }

  driver::ServedPolicies policies_;
  const Diagnostic& finding_;
};

bool is_about(const Checked& checked, const Diagnostic& finding, const Planted& planted) {
  if (row(finding.kind).name != planted.finding || finding.policy != "drafted") return false;
  if (!finding.rules.empty()) return finding.rules.front() == planted.subject;
  return planted.subject.empty() || checked.sources.text(finding.span) == planted.subject;
}

std::optional<std::string> wrong_with(const Checked& checked, const Planted& planted) {
  for (const Diagnostic& finding : checked.diags.all()) {
    if (!is_about(checked, finding, planted)) continue;
    std::vector<std::string> blockers = finding.blockers;
    std::ranges::sort(blockers);
    if (!planted.blockers.empty() && blockers != planted.blockers) return "other blockers";
    if (planted.shown && !finding.witness) return "no request shows it";
    return planted.shown ? Shown(checked, finding).wrong(&planted) : std::nullopt;
  }
  return "it is not found";
}

struct Counts {
  uint64_t clean = 0, faults = 0, witnesses = 0, failures = 0;
  std::map<std::string, uint64_t> found;
};

void fail(Counts& counts, uint64_t seed, const std::string& what, const std::string& text) {
  ++counts.failures;
  std::fprintf(stderr, "--seed %llu: %s\n%s\n", static_cast<unsigned long long>(seed), what.c_str(), text.c_str());
}

void check_clean(uint64_t seed, const std::string& text, Counts& counts) {
  ++counts.clean;
  const Result<Checked> checked = check_text("clean.sbx", text, options());
  if (!checked) return fail(counts, seed, checked.error().message, text);
  const bool is_clean = std::ranges::all_of(checked->diags.all(), [](const Diagnostic& one) { return one.severity == Severity::Note; });
  if (!is_clean) fail(counts, seed, "findings on a policy that is right:\n" + told(*checked), text);
}

void check_fault(uint64_t seed, const Fault& fault, Draft draft, Author& author, Counts& counts) {
  ++counts.faults;
  const Planted planted = fault.plant(draft, author);
  const std::string text = draft.text();
  const Result<Checked> checked = check_text("faulty.sbx", text, options());
  if (!checked) return fail(counts, seed, checked.error().message, text);
  if (const auto wrong = wrong_with(*checked, planted))
    return fail(counts, seed, std::string(fault.what) + ": " + *wrong + "\n" + told(*checked), text);
  ++counts.found[planted.finding];
  for (const Diagnostic& finding : checked->diags.all()) {
    if (!finding.witness) continue;
    ++counts.witnesses;
    if (const auto wrong = Shown(*checked, finding).wrong(nullptr))
      return fail(counts, seed, std::string(row(finding.kind).name) + ": " + *wrong, text);
  }
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seed = 1, policies = std::getenv("SBX_FULL") != nullptr ? 3'000 : 200;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::strcmp(argv[i], "--seed") == 0 ? seed : policies) = std::strtoull(argv[i + 1], nullptr, 10);
  }
  Counts counts;
  for (uint64_t i = 0; i < policies && counts.failures < 5; ++i) {
    Author author(seed + i);
    const Draft draft = author.clean();
    check_clean(seed + i, draft.text(), counts);
    check_fault(seed + i, all_faults()[(seed + i) % all_faults().size()], draft, author, counts);
  }
  std::printf("%llu right, %llu with a fault, %llu requests, %llu failures:", static_cast<unsigned long long>(counts.clean),
              static_cast<unsigned long long>(counts.faults), static_cast<unsigned long long>(counts.witnesses),
              static_cast<unsigned long long>(counts.failures));
  for (const auto& [name, count] : counts.found) std::printf(" %s %llu", name.c_str(), static_cast<unsigned long long>(count));
  std::printf("\n");
  return counts.failures == 0 ? 0 : 1;
}
