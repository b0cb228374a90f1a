// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/expect.h"

#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/request/decode.h"
#include "runtime/request/readings.h"

namespace sbx {

namespace {

using Texts = std::vector<std::string>;

std::string text_of(const Constant& constant) {
  if (const auto* text = std::get_if<std::string>(&constant.value)) return *text;
  return to_string(constant);
}

Texts texts_of(const Constant& constant) {
  const auto* list = std::get_if<ConstantList>(&constant.value);
  if (list == nullptr) return {text_of(constant)};
  Texts texts;
  for (const Constant& item : *list) texts.push_back(text_of(item));
  return texts;
}

Texts texts_of(const Reading& reading, const Type& type) {
  if (reading.state != ReadingState::Known) return {"unknown"};
  return std::visit(overloaded{
                        [](const std::string& text) { return Texts{text}; },
                        [](const Texts& members) { return members; },
                        [&](const auto&) { return Texts{value_json(reading, type)}; },
                    },
                    reading.value);
}

bool same(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto x = parse_decimal(a);
  const auto y = parse_decimal(b);
  return x && y && compare(*x, *y) == 0;
}

bool contains(const Texts& list, const std::string& one) {
  return std::ranges::any_of(list, [&](const std::string& other) { return same(one, other); });
}

// A list of rules, of what is asked or of a set is without order; candidates are in order; a single value is one of several.
bool meets(const ExpectedValue& expected, const Texts& actual) {
  if (!expected.is_list && expected.values.size() == 1) {
    if (expected.name == "rules" || expected.name == "asks") return contains(actual, expected.values.front());
    return actual.size() == 1 && same(actual.front(), expected.values.front());
  }
  if (actual.size() != expected.values.size()) return false;
  if (expected.name == "candidates") return std::ranges::equal(actual, expected.values, same);
  return std::ranges::all_of(expected.values, [&](const std::string& one) { return contains(actual, one); }) &&
         std::ranges::all_of(actual, [&](const std::string& one) { return contains(expected.values, one); });
}

std::string printed(const Texts& values, bool is_list) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return is_list || values.size() != 1 ? "[" + text + "]" : text;
}

class TestRunner {
 public:
  TestRunner(const Engine& engine, const MakeReader& make_reader, Workspace& workspace, bool live)
      : engine_(engine), manifest_(engine.program().module.manifest), make_reader_(make_reader), workspace_(workspace), live_(live) {}

  TestRun run(const std::vector<TestStep>& steps) {
    for (size_t i = 0; i < steps.size() && run_.status != TestStatus::Error; ++i) step(steps[i], i);
    return std::move(run_);
  }

 private:
  void fail(std::string message) {
    run_.status = TestStatus::Error;
    if (run_.message.empty()) run_.message = std::move(message);
  }

  void step(const TestStep& step, size_t index) {
    Decoded decoded = decode_request(step.request_json);
    if (!decoded.request) return fail("the given request: " + decoded.request.error().message);
    Request& request = *decoded.request;
    if (!request.session.previous_model && previous_model_) request.session.previous_model = previous_model_;
    std::vector<SignalId> leaned;
    DecideOptions options{.requirements = true, .leaned = live_ ? nullptr : &leaned};
    if (!give(step, options)) return;
    const std::unique_ptr<Reader> reader = make_reader_();
    auto decision = engine_.decide(request, *reader, workspace_, options);
    if (!decision) return fail(decision.error().message);
    for (const SignalId signal : leaned) run_.leaned.push_back(manifest_.signals[signal].name);
    if (!leaned.empty()) {
      std::string names;
      for (const std::string& name : run_.leaned) names += (names.empty() ? "`" : ", `") + name + "`";
      fail("the decision leans on " + names + ", which the test does not give; give a value, or `unknown` and mean it");
    }
    compare_all(step, *decision, index);
    for (const Requirement* requirement : decision->broken) {
      if (run_.status == TestStatus::Passed) run_.status = TestStatus::Failed;
      run_.mismatches.push_back({index, "require", requirement->text, "broken by this decision"});
    }
    if (!decision->attempts.empty()) previous_model_ = manifest_.models[decision->attempts.front().model].name;
    run_.decisions.push_back(std::move(*decision));
  }

  bool give(const TestStep& step, DecideOptions& options) {
    for (const TestReading& given : step.given) {
      const auto signal = engine_.find_signal(given.name);
      if (!signal) continue;  // the policy declares it and no guard reads it
      if (given.unknown) {
        options.given.push_back({*signal, unknown_reading()});
        continue;
      }
      auto reading = to_reading(given.value, given.confidence, manifest_.signals[*signal].type);
      if (!reading) return fail("`" + given.name + "`: " + reading.error().message), false;
      options.given.push_back({*signal, std::move(*reading)});
    }
    return true;
  }

  void compare_all(const TestStep& step, const Decision& decision, size_t index) {
    for (const ExpectedValue& expected : step.expect) {
      std::optional<Texts> actual = actual_of(manifest_, decision, expected.name);
      if (expected.name == "asks") {
        actual.emplace();
        for (const SignalId signal : engine_.asks(decision, workspace_)) actual->push_back(manifest_.signals[signal].name);
      }
      // Whoever asks whether a model is called need not know by which route.
      const bool asks_for_call = expected.name == "outcome" && expected.values == Texts{"call"};
      const bool is_call = decision.outcome == OutcomeKind::Route || decision.outcome == OutcomeKind::Otherwise;
      if (asks_for_call && is_call) actual = Texts{"call"};
      if (!actual) return fail("`" + expected.name + "` is nothing that a decision has");
      if (meets(expected, *actual)) continue;
      if (run_.status == TestStatus::Passed) run_.status = TestStatus::Failed;
      run_.mismatches.push_back({index, expected.name, printed(expected.values, expected.is_list), printed(*actual, expected.is_list)});
    }
  }

  const Engine& engine_;
  const Manifest& manifest_;
  const MakeReader& make_reader_;
  Workspace& workspace_;
  const bool live_;
  std::optional<std::string> previous_model_;
  TestRun run_;
};

std::string name_of(const Manifest& manifest, const SlotValue& slot) {
  const std::string& name = manifest.slots[slot.slot].name;
  return slot.key.empty() ? name : name + "(\"" + slot.key + "\")";
}

bool has_slot(const Manifest& manifest, std::string_view name) {
  const std::string_view bare = name.substr(0, name.find('('));
  return std::ranges::any_of(manifest.slots, [&](const Slot& slot) { return slot.name == bare; });
}

}  // namespace

std::string_view to_string(TestStatus status) {
  switch (status) {
    case TestStatus::Passed:
      return "passed";
    case TestStatus::Failed:
      return "failed";
    case TestStatus::Error:
      return "error";
  }
  return {};
}

std::optional<std::vector<std::string>> actual_of(const Manifest& manifest, const Decision& decision, std::string_view name) {
  if (name == "route") return Texts{decision.route ? manifest.routes[*decision.route].name : manifest.otherwise ? "otherwise" : "none"};
  if (name == "outcome") return Texts{std::string(to_string(decision.outcome))};
  if (name == "model") return Texts{decision.attempts.empty() ? "none" : manifest.models[decision.attempts.front().model].name};
  if (name == "status") return Texts{decision.denied ? std::to_string(decision.denied->status) : "none"};
  if (name == "message") {
    if (decision.denied) return Texts{decision.denied->message};
    if (decision.response) return Texts{decision.response->message};
    return Texts{decision.escalation ? decision.escalation->message : "none"};
  }
  if (name == "candidates") {
    Texts models;
    for (const Attempt& attempt : decision.attempts) models.push_back(manifest.models[attempt.model].name);
    return models;
  }
  if (name == "rules") {
    Texts rules;
    for (const RuleId rule : decision.rules) rules.push_back(manifest.rules[rule].name);
    return rules;
  }
  for (const auto* slots : {&decision.slots, &decision.effects}) {
    for (const SlotValue& slot : *slots) {
      if (name_of(manifest, slot) == name) return texts_of(slot.value);
    }
  }
  if (has_slot(manifest, name)) return Texts{"none"};
  for (size_t i = 0; i < decision.readings.size(); ++i) {
    const SignalInfo& info = manifest.signals[manifest.signals.id_at(i)];
    if (info.name == name) return texts_of(decision.readings[i], info.type);
  }
  return std::nullopt;
}

TestRun run_test(const Engine& engine, const MakeReader& make_reader, Workspace& workspace, const std::vector<TestStep>& steps, bool live) {
  return TestRunner(engine, make_reader, workspace, live).run(steps);
}

}  // namespace sbx
