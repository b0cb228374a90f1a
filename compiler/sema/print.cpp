// SPDX-License-Identifier: Apache-2.0
#include "compiler/sema/print.h"

#include "compiler/sema/types.h"

namespace sbx::sema {
namespace {

std::string quoted(const std::string& text) { return to_string(Constant{text}); }

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string print_record(const ConstantRecord& record) {
  std::string text;
  for (const auto& [key, value] : record) text += (text.empty() ? "" : ", ") + key + ": " + to_string(value);
  return text;
}

class Printer {
 public:
  Printer(const Policy& policy, bool with_tests) : policy_(policy), with_tests_(with_tests) {}

  std::string run() {
    line("policy " + policy_.name);
    for (const std::string& name : policy_.serves) line("serves " + quoted(name));
    for (const Attribute& attribute : policy_.attributes) line("attribute model." + attribute.name + ": " + to_string(attribute.type));
    for (const Model& model : policy_.models) print_model(model);
    for (const Target& target : policy_.targets) line(target.kind + " " + target.name + " " + print_record(target.fields));
    for (const Slot& slot : policy_.slots) print_slot(slot.facts);
    for (const Symbol& symbol : policy_.symbols) print_symbol(symbol);
    for (const KeyedTable& table : policy_.tables) print_table(table);
    for (const DecisionTable& table : policy_.decision_tables) print_decision_table(table);
    for (const Tier& tier : policy_.tiers) {
      line(std::string(tier.strict ? "strict " : "") + "tier " + tier.name);
      for (const Entry& entry : tier.entries) print_entry(entry, tier.entries, 1);
    }
    if (policy_.otherwise) print_outcome("otherwise", *policy_.otherwise, 0);
    if (policy_.unserved) print_outcome("unserved", *policy_.unserved, 0);
    for (const Rule& rule : policy_.rules) print_rule(rule);
    for (const Require& require : policy_.requires_) {
      std::string text = std::string("require ") + (require.possible ? "possible " : "") + expr(require.condition);
      if (require.when) text += " when " + expr(*require.when);
      for (const Expr& each : require.for_each) text += " for each " + expr(each);
      line(text);
    }
    for (const State& state : policy_.states) print_state(state);
    for (const Feedback& feedback : policy_.feedback) print_feedback(feedback);
    if (with_tests_) print_tests();
    return std::move(text_);
  }

 private:
  void line(const std::string& text, int depth = 0) {
    text_.append(static_cast<size_t>(depth) * 2, ' ');
    text_ += text;
    text_ += '\n';
  }
  std::string expr(const Expr& from) { return print(policy_, from); }

  void print_model(const Model& model) {
    const sbx::Model& facts = model.facts;
    std::string text = "model " + model.name + " provider " + facts.provider + " name " + quoted(facts.served_name);
    if (facts.context_tokens) text += " context " + std::to_string(*facts.context_tokens);
    if (facts.output_tokens) text += " output " + std::to_string(*facts.output_tokens);
    if (facts.tools) text += " tools";
    if (facts.vision) text += " vision";
    if (facts.audio) text += " audio";
    if (facts.json) text += " json";
    if (!facts.dialects.empty()) text += " dialects [" + joined(facts.dialects) + "]";
    if (!facts.reasoning.empty()) text += " reasoning [" + joined(facts.reasoning) + "]";
    if (facts.price_in) text += " in $" + to_string(*facts.price_in) + "/M";
    if (facts.price_out) text += " out $" + to_string(*facts.price_out) + "/M";
    for (const auto& [attribute, value] : model.attributes) text += " " + policy_.attributes[attribute].name + " " + expr(value);
    line(text);
  }

  void print_slot(const sbx::Slot& slot) {
    static constexpr const char* kKinds[] = {"choice", "set", "limit"};
    std::string text = std::string(slot.effect ? "effect " : "slot ") + slot.name + ": " + to_string(slot.type) + " " +
                       kKinds[static_cast<int>(slot.kind)];
    if (slot.keyed) text += " keyed";
    if (slot.required) text += " required";
    if (slot.initial) text += " = " + to_string(*slot.initial);
    line(text);
  }

  void print_symbol(const Symbol& symbol) {
    std::string text = std::string(symbol.is_signal ? "signal " : "input ") + symbol.name + ": " + to_string(symbol.type);
    if (symbol.value) {
      text += " = " + expr(*symbol.value);
    } else {
      text += " from " + symbol.kind + "(" + print_record(symbol.arguments) + ") " + std::string(to_string(symbol.cost));
      if (symbol.verified) text += " verified";
      if (symbol.claim) text += " claim";
      if (symbol.fallible) text += " fallible";
      if (symbol.or_else) text += " or else " + expr(*symbol.or_else);
    }
    line(text);
  }

  void print_table(const KeyedTable& table) {
    std::string text = "table " + table.name + " by " + policy_.symbols[table.key].name;
    for (size_t i = 0; i < table.columns.size(); ++i) text += " " + table.columns[i] + ": " + to_string(table.types[i]);
    line(text);
    for (const auto& [key, values] : table.rows) {
      std::string row = quoted(key) + ":";
      for (const Constant& value : values) row += " " + to_string(value);
      line(row, 1);
    }
  }

  void print_decision_table(const DecisionTable& table) {
    std::string inputs;
    for (const Expr& input : table.inputs) inputs += (inputs.empty() ? "" : ", ") + expr(input);
    line("table " + table.name + "(" + inputs + "): " + to_string(table.result));
    for (const DecisionTable::Row& row : table.rows) {
      std::string text;
      for (size_t i = 0; i < row.cells.size(); ++i) text += (row.cells[i] ? table.inputs[i].type.members.at(*row.cells[i]) : "*") + " ";
      line(text + ": " + table.result.members.at(row.result), 1);
    }
  }

  void print_entry(const Entry& entry, const std::vector<Entry>& siblings, int depth) {
    std::string over;
    for (uint32_t loser : entry.over)
      over += (over.empty() ? " over " : ", ") + (siblings[loser].name.empty() ? "#" + std::to_string(loser) : siblings[loser].name);
    if (entry.kind == sbx::Entry::Kind::Route) {
      print_route(policy_.routes[entry.routes.front()], over, depth);
      return;
    }
    bool best = entry.kind == sbx::Entry::Kind::Best;
    line((best ? "best " : "first ") + entry.name + (best ? " margin " + to_string(entry.margin) : "") + over, depth);
    for (RouteId id : entry.routes) print_route(policy_.routes[id], "", depth + 1);
    for (const Entry& inner : entry.entries) print_entry(inner, entry.entries, depth + 1);
  }

  void print_route(const Route& route, const std::string& over, int depth) {
    std::string head = "route " + route.name + over;
    if (route.guard) head += " when " + expr(*route.guard);
    if (route.score) head += " score " + expr(*route.score);
    print_outcome(head, route.outcome, depth);
  }

  std::string ask_text(const Ask& ask) {
    std::string text = policy_.models[ask.model].name;
    for (const SetSlot& setting : ask.settings) text += " " + policy_.slots[setting.slot].facts.name + "=" + expr(setting.value);
    return text;
  }

  std::string asks(const std::vector<Ask>& list) {
    std::string text;
    for (const Ask& ask : list) text += (text.empty() ? "" : ", ") + ask_text(ask);
    return "[" + text + "]";
  }

  void print_outcome(const std::string& head, const Outcome& outcome, int depth) {
    line(head, depth);
    for (const Candidate& candidate : outcome.candidates) {
      std::string text = std::visit(overloaded{
                                        [&](const Ask& t) { return "ask " + ask_text(t); },
                                        [&](const Selection& t) {
                                          std::string by;
                                          for (const sbx::Selector& selector : t.by)
                                            by += " " + selector.name + "(" + print_record(selector.arguments) + ")";
                                          return "choose " + asks(t.among) + " by" + by;
                                        },
                                        [&](const SplitChoice& t) {
                                          std::string shares;
                                          for (int64_t weight : t.weights) shares += (shares.empty() ? "" : "/") + std::to_string(weight);
                                          return "split " + shares + " on " + policy_.symbols[t.key].name + " " + asks(t.among);
                                        },
                                        [](const Denial& t) { return "deny " + std::to_string(t.status) + " " + quoted(t.message); },
                                        [](const Response& t) { return "respond " + quoted(t.message); },
                                        [](const Escalation& t) { return "escalate " + t.target + " " + quoted(t.message); },
                                    },
                                    candidate.target);
      if (!candidate.on.empty()) text += " on [" + joined(candidate.on) + "]";
      line(text, depth + 1);
    }
    for (const Action& action : outcome.actions) print_action(action, depth + 1);
  }

  void print_action(const Action& action, int depth) {
    std::string text =
        std::visit(overloaded{
                       [&](const SetSlot& a) {
                         return policy_.slots[a.slot].facts.name + (a.key.empty() ? "" : " " + quoted(a.key)) + " = " + expr(a.value);
                       },
                       [&](const ChangeSlot& a) {
                         static constexpr const char* kChanges[] = {" add ", " only ", " without "};
                         return policy_.slots[a.slot].facts.name + kChanges[static_cast<int>(a.change)] + to_string(Constant{a.members});
                       },
                       [&](const LimitSlot& a) { return policy_.slots[a.slot].facts.name + " at most " + std::to_string(a.at_most); },
                       [&](const NarrowModels& a) {
                         if (a.where) return "model only where " + expr(*a.where);
                         std::vector<std::string> names;
                         for (ModelId id : a.listed) names.push_back(policy_.models[id].name);
                         return std::string(a.without ? "model without [" : "model only [") + joined(names) + "]";
                       },
                   },
                   action);
    line(text, depth);
  }

  void print_rule(const Rule& rule) {
    std::string head = "rule " + rule.name;
    if (rule.over_routes) head += " over routes";
    if (rule.under_routes) head += " under routes";
    for (RuleId id : rule.over_rules) head += " over " + policy_.rules[id].name;
    for (RouteId id : rule.over_listed) head += " over " + policy_.routes[id].name;
    for (RouteId id : rule.under_listed) head += " under " + policy_.routes[id].name;
    if (rule.guard) head += " when " + expr(*rule.guard);
    line(head);
    for (const Action& action : rule.actions) print_action(action, 1);
  }

  void print_state(const State& state) {
    std::string text = "state " + state.name + " " + state.kind + "(" + print_record(state.parameters) + ")";
    for (const SymbolId signal : state.per) text += " per " + policy_.symbols[signal].name;
    line(text);
  }

  void print_feedback(const Feedback& feedback) {
    std::string text = "feedback";
    for (const FeedbackTest& test : feedback.when) text += " " + test.field + test.op + to_string(test.value);
    line(text + " learns " + joined(feedback.learns));
  }

  void print_tests() {
    for (const Test& test : policy_.tests) {
      line((test.scenario ? "scenario " : "test ") + quoted(test.title));
      for (const TestStep& step : test.steps) {
        line("request " + step.request_json, 1);
        for (const GivenReading& given : step.given) {
          std::string text = "given " + given.name + " = " + (given.unknown ? "unknown" : to_string(given.value));
          line(given.confidence ? text + " " + to_string(*given.confidence) : text, 1);
        }
        for (const Expectation& expect : step.expect) line("expect " + expect.name + ": " + joined(expect.values), 1);
      }
    }
  }

  const Policy& policy_;
  bool with_tests_;
  std::string text_;
};

}  // namespace

std::string print(const Policy& policy) { return Printer(policy, true).run(); }
std::string meaning_text(const Policy& policy) { return Printer(policy, false).run(); }

}  // namespace sbx::sema
