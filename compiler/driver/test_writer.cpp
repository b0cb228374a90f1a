// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/test_writer.h"

#include <algorithm>

#include "compiler/driver/test_block.h"
#include "compiler/driver/test_goals.h"
#include "compiler/driver/test_probe.h"
#include "compiler/driver/test_steps.h"
#include "compiler/format/format.h"
#include "compiler/witness/request_world.h"
#include "runtime/request/decode.h"
#include "runtime/text/database.h"

namespace sbx::driver {
namespace {

using analysis::Found;

class Writer {
 public:
  Writer(const sema::Policy& policy, ServedPolicy& served)
      : policy_(policy),
        module_(served.engine().program().module),
        goals_(goals_of(module_)),
        space_(module_, guards_of(goals_)),
        arithmetic_(space_),
        world_(module_, text::default_cache_folder()),
        search_(space_, arithmetic_, &world_),
        probe_(module_, served) {}

  WrittenTests run() {
    look_at_existing();
    for (const TestGoal& goal : goals_) reach(goal);
    return std::move(result_);
  }

 private:
  void look_at_existing() {
    for (const sema::Test& test : policy_.tests) {
      titles_.insert(test.title);
      std::set<std::string> given;
      const std::vector<TestStep> steps = steps_of(test, given);
      const bool is_derived =
          std::ranges::any_of(policy_.symbols, [&](const sema::Symbol& one) { return one.value && given.contains(one.name); });
      if (test.scenario || is_derived || steps.empty()) continue;
      if (auto seen = probe_.look(steps.front())) seen_.push_back(std::move(*seen));
    }
  }

  void reach(const TestGoal& goal) {
    const auto is_met = [&](const Aim& aim) { return std::ranges::any_of(seen_, [&](const Seen& seen) { return meets(seen, aim); }); };
    if (goal.any_aim_will_do && std::ranges::any_of(goal.aims, is_met)) return;
    bool unsettled = false, unsaid = false;
    for (const Aim& aim : goal.aims) {
      if (is_met(aim)) return;
      const analysis::Answer answer = search_.show(aim.question);
      if (answer.found == Found::No) continue;
      if (answer.witness && write(goal.title, aim, *answer.witness)) return;
      const bool is_shown = answer.witness && !aim.rule;  // whether a rule fires, only the decision tells
      (is_shown ? unsaid : unsettled) = true;
    }
    if (unsaid)
      leave_out(goal, "a `given` block cannot say the request");
    else if (!goal.is_edge)
      leave_out(goal, unsettled ? "no request was found" : "no request can show it");
  }

  void leave_out(const TestGoal& goal, const std::string& why) { result_.left_out.push_back("`" + goal.title + "`: " + why); }

  static bool meets(const Seen& seen, const Aim& aim) {
    return answers(seen, aim.question) && (!aim.rule || std::ranges::find(seen.rules, *aim.rule) != seen.rules.end());
  }

  bool write(const std::string& wanted, const Aim& aim, const analysis::Witness& witness) {
    std::optional<TestBlock> block = said(aim, witness);
    if (!block) return false;
    const std::optional<Decision> decision = decide(*block);
    if (!decision || (aim.route && decision->route != aim.route)) return false;
    std::optional<Seen> seen = probe_.look(block->step());
    if (!seen || !meets(*seen, aim)) return false;
    std::string title = wanted;
    for (int i = 2; titles_.contains(title); ++i) title = wanted + ", " + std::to_string(i);
    const auto text = formatted(text_of(title, *block, expectations_of(module_.manifest, *decision), module_.manifest));
    if (!text) return false;
    titles_.insert(title);
    seen_.push_back(std::move(*seen));
    result_.tests.push_back({std::move(title), *text});
    return true;
  }

  // What the request says by itself, then the readings that still differ; then as little of both as will do.
  std::optional<TestBlock> said(const Aim& aim, const analysis::Witness& witness) {
    const Decoded decoded = decode_request(witness.envelope, {});
    if (!decoded.request) return std::nullopt;
    TestBlock block{draft_of(*decoded.request), {}};
    const std::optional<Seen> seen = probe_.look(block.step());
    if (!seen) return std::nullopt;
    for (size_t i = 0; i < module_.manifest.signals.size(); ++i) {
      const SignalId signal = module_.manifest.signals.id_at(i);
      if (probe_.is_same(signal, seen->leaves, witness.readings)) continue;
      block.readings[signal] = probe_.reading_of(signal, witness.readings);
    }
    if (!shows(block, aim)) return std::nullopt;
    spare(block, aim);
    return block;
  }

  bool shows(const TestBlock& block, const Aim& aim) {
    const std::optional<Seen> seen = probe_.look(block.step());
    return seen && meets(*seen, aim);
  }

  void spare(TestBlock& block, const Aim& aim) {
    const auto attempt = [&](const auto& change) {
      TestBlock less = block;
      change(less);
      const bool will_do = shows(less, aim);
      if (will_do) block = std::move(less);
      return will_do;
    };
    const std::map<SignalId, TestReading> readings = block.readings;
    for (const auto& [signal, reading] : readings) {
      // Without its reading a decision may lean on the signal: then nothing is spared.
      TestBlock less = block;
      less.readings.erase(signal);
      if (shows(less, aim) && !leans(less, reading.name)) block = std::move(less);
    }
    const std::map<std::string, Constant> body = block.request.body;
    for (const auto& [name, value] : body) attempt([&, of = name](TestBlock& less) { less.request.body.erase(of); });
    attempt([](TestBlock& less) { less.request.tools.clear(); });
    attempt([](TestBlock& less) { less.request.images = 0; });
    attempt([](TestBlock& less) { less.request.audio = 0; });
    attempt([](TestBlock& less) { less.request.system.clear(); });
    attempt([&](TestBlock& less) { less.request.model = module_.manifest.serves.empty() ? "auto" : module_.manifest.serves.front(); });
    if (attempt([](TestBlock& less) { less.request.text.clear(); })) return;
    for (size_t i = pieces_of(block.request.text); i-- > 0;)
      attempt([i](TestBlock& less) { less.request.text = without_piece(less.request.text, i); });
  }

  bool leans(const TestBlock& block, const std::string& name) {
    const std::vector<std::string> leaned = probe_.run(block.step()).leaned;
    return std::ranges::find(leaned, name) != leaned.end();
  }

  // What the decision leans on and no reading says is said to be unknown.
  std::optional<Decision> decide(TestBlock& block) {
    for (size_t i = 0; i <= module_.manifest.signals.size(); ++i) {
      TestRun run = probe_.run(block.step());
      if (run.status == TestStatus::Passed && !run.decisions.empty()) return std::move(run.decisions.front());
      if (run.leaned.empty()) return std::nullopt;
      for (const std::string& name : run.leaned) {
        const auto signal = probe_.find(name);
        if (signal) block.readings[*signal] = {.name = name, .unknown = true, .value = {}, .confidence = {}};
      }
    }
    return std::nullopt;
  }

  static std::optional<std::string> formatted(const std::string& text) {
    SourceSet sources;
    const FileId file = sources.add("test", text);
    Diagnostics diags;
    const Result<std::string> result = format::format(sources, file, diags);
    return result && !diags.has_errors() ? std::optional(*result) : std::nullopt;
  }

  const sema::Policy& policy_;
  Module module_;
  std::vector<TestGoal> goals_;
  analysis::Space space_;
  analysis::Arithmetic arithmetic_;
  witness::RequestWorld world_;
  analysis::Search search_;
  TestProbe probe_;
  std::set<std::string> titles_;
  std::vector<Seen> seen_;
  WrittenTests result_;
};

}  // namespace

WrittenTests write_tests(const sema::Policy& policy, ServedPolicy& served) { return Writer(policy, served).run(); }

}  // namespace sbx::driver
