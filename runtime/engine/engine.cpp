// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/engine.h"

#include <algorithm>
#include <chrono>

#include "runtime/engine/explain.h"
#include "runtime/engine/finish.h"
#include "runtime/engine/requirements.h"
#include "runtime/engine/spending.h"
#include "runtime/request/readings.h"

namespace sbx {

using Clock = std::chrono::steady_clock;

namespace {

int64_t micros_since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
}

}  // namespace

Workspace::Workspace(const Engine& engine) : frame_(engine.layout()), stepper_(engine.program()) {}

Engine::Engine(const Program& program) : program_(program), layout_(program.module.manifest) {
  const Manifest& manifest = program.module.manifest;
  for (size_t i = 0; i < manifest.signals.size(); ++i) {
    const SignalId id = manifest.signals.id_at(i);
    by_name_.emplace(manifest.signals[id].name, id);
    all_.push_back(id);
    if (manifest.signals[id].cost == CostClass::Free && !layout_.signals[i].leaves.empty()) free_.push_back(id);
  }
}

std::optional<SignalId> Engine::find_signal(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

Result<GivenSignal> Engine::parse_given(std::string_view name, std::string_view text) const {
  const auto signal = find_signal(name);
  if (!signal) return Error{"R0734", "the policy does not read `" + std::string(name) + "`"};
  auto reading = parse_short_reading(text, program_.module.manifest.signals[*signal].type);
  if (!reading) return Error{reading.error().code, "`" + std::string(name) + "`: " + reading.error().message};
  return GivenSignal{*signal, std::move(*reading)};
}

std::optional<Error> Engine::settle_given(const Request& request, const DecideOptions& options, Frame& frame) const {
  const auto settle = [&](SignalId signal, Reading reading) {
    reading.source = ReadingSource::Given;
    frame.settle(signal, std::move(reading));
  };
  for (const GivenReading& given : request.readings) {
    const auto signal = find_signal(given.name);
    if (!signal) return Error{"R0734", "a reading is given for `" + given.name + "`, which the policy does not read"};
    auto reading = parse_reading(given.json, program_.module.manifest.signals[*signal].type);
    if (!reading) return Error{reading.error().code, "the reading of `" + given.name + "`: " + reading.error().message};
    if (reading->state != ReadingState::Skipped) settle(*signal, std::move(*reading));
  }
  for (const GivenSignal& given : options.given) settle(given.signal, given.reading);
  return std::nullopt;
}

// One decision on its way.
class Engine::Run {
 public:
  Run(const Engine& engine, const Request& request, Reader& reader, Workspace& workspace, const DecideOptions& options)
      : engine_(engine),
        manifest_(engine.program_.module.manifest),
        request_(request),
        reader_(reader),
        frame_(workspace.frame_),
        stepper_(workspace.stepper_),
        options_(options) {}

  Result<Decision> run() {
    frame_.reset();
    if (const auto error = engine_.settle_given(request_, options_, frame_)) return *error;
    decision_.id = request_.id;
    decision_.seed = request_.seed;
    fetch(options_.eager || options_.guards ? engine_.all_ : engine_.free_);
    stepper_.take_nanos();
    if (options_.guards) {
      list_guards();
    } else {
      decide();
    }
    decision_.decide_ns = stepper_.take_nanos();
    for (size_t i = 0; i < frame_.size(); ++i) {
      const SignalId signal = manifest_.signals.id_at(i);
      decision_.readings.push_back(frame_.reading(signal));
      if (frame_.is_pending(signal)) decision_.readings.back() = Reading{.state = ReadingState::Skipped};
    }
    if (options_.explain != ExplainLevel::None && !options_.guards) explain_decision();
    if (options_.requirements) hold_to_requirements();
    return std::move(decision_);
  }

 private:
  void decide() {
    for (;;) {
      const StepResult step = stepper_.step(frame_, one_at_a_time_);
      if (step.decided) {
        winner_ = step.route;
        break;
      }
      const std::vector<SignalId> needs = stepper_.needs();
      fetch(is_late() ? engine_.all_ : needs);
    }
    const Holds holds = [this](uint32_t bit) { return stepper_.holds(bit); };
    const Finish from{manifest_, request_, holds, frame_.readings(), [this] { return *(decision_.prompt_tokens = prompt_tokens()); },
                      options_.state, options_.learned};
    finish(from, winner_, decision_);
  }

  // After the readings of the decision are recorded: a requirement may read free and fast signals that the decision did not need.
  void hold_to_requirements() {
    std::vector<SignalId> cheap;
    std::ranges::copy_if(engine_.all_, std::back_inserter(cheap),
                         [this](SignalId id) { return manifest_.signals[id].cost < CostClass::Model; });
    fetch(cheap);
    stepper_.match_all(frame_);
    decision_.broken = broken_requirements(
        manifest_, decision_, [this](uint32_t bit) { return stepper_.holds(bit); }, [this](uint32_t bit) { return stepper_.may(bit); });
  }

  // What the policy read as `tokens`, given or computed, is what must fit.
  [[nodiscard]] int64_t prompt_tokens() const {
    if (const auto signal = engine_.find_signal("tokens")) {
      const auto* tokens = std::get_if<int64_t>(&frame_.reading(*signal).value);
      if (tokens != nullptr && !frame_.is_pending(*signal)) return *tokens;
    }
    return reader_.prompt_tokens(request_);
  }

  [[nodiscard]] bool is_late() const { return options_.deadline_us >= 0 && micros_since(start_) > options_.deadline_us; }

  // Reads what is wanted and still pending. When the deadline has passed all of it has failed.
  void fetch(const std::vector<SignalId>& wanted) {
    const auto start = Clock::now();
    std::vector<SignalId> pending;
    for (const SignalId signal : wanted) {
      if (!frame_.is_pending(signal)) continue;
      const bool costly = manifest_.signals[signal].cost >= CostClass::Model;
      if (is_late()) {
        frame_.settle(signal, failed_reading("the deadline passed"));
      } else if (costly && options_.leaned != nullptr) {
        if (std::ranges::find(*options_.leaned, signal) == options_.leaned->end()) options_.leaned->push_back(signal);
        frame_.settle(signal, unknown_reading());
      } else if (costly && options_.no_models) {
        frame_.settle(signal, unknown_reading());
      } else {
        pending.push_back(signal);
      }
    }
    if (!pending.empty()) {
      const int64_t left = options_.deadline_us < 0 ? -1 : std::max<int64_t>(0, options_.deadline_us - micros_since(start_));
      std::vector<Reading> readings = reader_.read({request_, pending, frame_.readings(), left, &spending_});
      SBX_CHECK(readings.size() == pending.size(), "a reader that does not read what it was asked");
      for (size_t i = 0; i < pending.size(); ++i) frame_.settle(pending[i], std::move(readings[i]));
    }
    decision_.signals_us += micros_since(start);
  }

  // Every guard with every reading; of a `best` block the guards as written, not the wins.
  void list_guards() {
    stepper_.match_all(frame_);
    const GraphState state = evaluate(engine_.program_.module.graph, manifest_, frame_.view());
    std::vector<std::string> names;
    std::vector<uint32_t> firing;
    for (size_t i = 0; i < manifest_.routes.size(); ++i) {
      const Route& route = manifest_.routes[manifest_.routes.id_at(i)];
      const GuardId bit_guard = engine_.program_.module.graph.outputs[route.bit];
      const bool fires = bit_guard == route.guard ? stepper_.holds(route.bit) : state.guards[route.guard.index].must;
      if (!fires) continue;
      names.push_back(route.name);
      firing.push_back(static_cast<uint32_t>(i));
    }
    for (const Rule& rule : manifest_.rules) {
      const auto holds = [&](const Condition& condition) {
        if (condition.bit != kAlways && !stepper_.holds(condition.bit)) return false;
        if (condition.routes.empty()) return true;
        return std::ranges::any_of(condition.routes, [&](uint32_t route) {
          return route == kOtherwise ? firing.empty() : std::ranges::find(firing, route) != firing.end();
        });
      };
      if (std::ranges::any_of(rule.when, holds)) names.push_back(rule.name);
    }
    decision_.fires = std::move(names);
  }

  // Told on the readings that the decision needed, so that it does not depend on what else was read.
  void explain_decision() {
    if (options_.eager) hide_unneeded();
    const bool full = options_.explain == ExplainLevel::Full;
    explain(engine_.program_, frame_, winner_, full, decision_);
  }

  void hide_unneeded() {
    for (size_t i = 0; i < frame_.size(); ++i) {
      const SignalId signal = manifest_.signals.id_at(i);
      const bool is_free = std::ranges::find(engine_.free_, signal) != engine_.free_.end();
      if (is_free || is_given(signal)) continue;
      frame_.hide(signal);
    }
    while (!stepper_.step(frame_, one_at_a_time_).decided) {
      for (const SignalId signal : std::vector<SignalId>(stepper_.needs())) frame_.settle_again(signal);
    }
    stepper_.take_nanos();
  }

  [[nodiscard]] bool is_given(SignalId signal) const {
    const auto named = [&](const GivenReading& given) { return given.name == manifest_.signals[signal].name; };
    return std::ranges::any_of(request_.readings, named) ||
           std::ranges::any_of(options_.given, [&](const GivenSignal& given) { return given.signal == signal; });
  }

  const Engine& engine_;
  const Manifest& manifest_;
  const Request& request_;
  Reader& reader_;
  Frame& frame_;
  Stepper& stepper_;
  const DecideOptions& options_;
  const SpentInSnapshot spending_{options_.state, manifest_};
  const bool one_at_a_time_ = !reader_.waits();
  const Clock::time_point start_ = Clock::now();
  std::optional<RouteId> winner_;
  Decision decision_;
};

Result<Decision> Engine::decide(const Request& request, Reader& reader, Workspace& workspace, const DecideOptions& options) const {
  return Run(*this, request, reader, workspace, options).run();
}

// Decides once more, revealing a costly reading only when it is asked for.
std::vector<SignalId> Engine::asks(const Decision& decision, Workspace& workspace) const {
  const Manifest& manifest = program_.module.manifest;
  Frame& frame = workspace.frame_;
  frame.reset();
  std::vector<SignalId> asked;
  for (const SignalId signal : all_) {
    const Reading& reading = decision.readings[signal.index];
    if (reading.state == ReadingState::Skipped) continue;
    frame.settle(signal, reading);
    if (manifest.signals[signal].cost >= CostClass::Model) frame.hide(signal);
  }
  while (!workspace.stepper_.step(frame).decided) {
    for (const SignalId signal : std::vector<SignalId>(workspace.stepper_.needs())) {
      if (manifest.signals[signal].cost >= CostClass::Model) asked.push_back(signal);
      if (decision.readings[signal.index].state == ReadingState::Skipped) {
        frame.settle(signal, unknown_reading());
      } else {
        frame.settle_again(signal);
      }
    }
  }
  std::ranges::sort(asked);
  return asked;
}

}  // namespace sbx
