// SPDX-License-Identifier: Apache-2.0
// Tests and scenarios: the request and the readings that are given, and what is expected.
#include <algorithm>

#include "compiler/sema/constant.h"
#include "compiler/sema/request_draft.h"
#include "compiler/sema/resolver.h"
#include "runtime/diag/render.h"

namespace sbx::sema {
namespace {

/// The text that `expr` writes: a string, a word or a number.
std::optional<std::string> plain_text(const ast::Expr& expr) {
  const ast::Expr& inner = bare(expr);
  if (const auto* text = std::get_if<ast::String>(&inner.node)) return text->value;
  if (const auto* ref = std::get_if<ast::Reference>(&inner.node)) return ref->path.text();
  if (const auto* number = std::get_if<ast::Number>(&inner.node)) return to_string(number->value);
  if (const auto* truth = std::get_if<ast::Bool>(&inner.node)) return truth->value ? "true" : "false";
  return std::nullopt;
}

std::optional<int64_t> plain_count(const Constant& value) {
  const auto* number = std::get_if<Decimal>(&value.value);
  if (!number || number->scale != 0 || number->digits < 0 || number->digits > 1000) return std::nullopt;
  return number->digits;
}

}  // namespace

void Resolver::resolve_tests() {
  std::unordered_map<std::string, Span> titles;
  for (const Unit* unit : {unit_.parent, &unit_}) {
    if (!unit || (unit == unit_.parent && unit_.kind != Unit::Kind::Policy)) continue;
    for (const ast::Decl* decl : unit->decls) {
      const auto* test = std::get_if<ast::TestDecl>(&decl->node);
      const auto* scenario = std::get_if<ast::ScenarioDecl>(&decl->node);
      if (!test && !scenario) continue;
      const ast::Expr& title = test ? test->title : scenario->title;
      Test result{.title = text_of(title), .steps = {}, .scenario = scenario != nullptr, .span = decl->span};
      auto [entry, is_new] = titles.emplace(result.title, title.span);
      if (!is_new)
        report(Kind::DuplicateName, title.span, "two tests are called \"" + result.title + "\"").label(entry->second, "the first");
      Env env{&unit_, Reads::Signals};
      if (test) result.steps.push_back(test_step(test->step, env));
      if (scenario) {
        for (const ast::TestStep& step : scenario->steps) result.steps.push_back(test_step(step, env));
      }
      policy_.tests.push_back(std::move(result));
    }
  }
}

TestStep Resolver::test_step(const ast::TestStep& from, const Env& env) {
  TestStep step{.request_json = {}, .given = {}, .expect = {}, .span = from.span};
  RequestDraft request;
  if (!policy_.serves.empty()) request.model = policy_.serves.front();
  std::unordered_map<std::string, Span> seen;
  for (const ast::Given& given : from.given) {
    auto [entry, is_new] = seen.emplace(world_.sources().text(given.name.span), given.span);
    if (!is_new) {
      report(Kind::BadTest, given.name.span, "`" + std::string(world_.sources().text(given.name.span)) + "` is given twice")
          .label(entry->second, "first given here");
      continue;
    }
    given_value(given, env, step, request);
  }
  for (const ast::Given& expect : from.expect) expectation(expect, env, step);
  step.request_json = request.json();
  return step;
}

std::optional<GivenReading> Resolver::given_reading(const ast::Given& from, const std::string& name, const Type& type, const Env& env) {
  GivenReading reading{.name = name, .span = from.span};
  const ast::Name* word = bare_word(from.value);
  if (word && (word->text == "unknown" || word->text == "failed") && !member_index(type, word->text)) {
    reading.unknown = true;
    return reading;
  }
  MaybeExpr value;
  std::optional<std::string> text = plain_text(from.value);
  if (type.kind == TypeKind::Text && text) {
    reading.value = Constant{*text};
  } else if (type.kind == TypeKind::Label && text) {
    value = label(*text, from.value.span, type);
    if (!value) return std::nullopt;
    reading.value = Constant{*text};
  } else if (type.kind == TypeKind::Set) {
    value = constant(from.value, env, type);
    std::optional<Constant> plain = plain_constant(from.value);
    if (!value || !plain) return std::nullopt;
    reading.value = std::move(*plain);
  } else {
    value = constant(from.value, env, type);
    if (!value) return std::nullopt;
    if (const auto* number = std::get_if<NumberValue>(&value->node)) {
      Range range = full_range(type);
      std::optional<int64_t> raw = scaled(number->value, decimal_places(type.kind), Rounding::HalfAwayFromZero);
      if (!raw || *raw < range.low || *raw > range.high) {
        report(Kind::OutOfRange, from.value.span, "`" + written(type, number->value) + "` lies outside the range of " + a_type(type));
        return std::nullopt;
      }
      reading.value = Constant{number->value};
    } else if (const auto* boolean = std::get_if<BoolValue>(&value->node)) {
      reading.value = Constant{boolean->value};
    }
  }
  if (from.confidence) {
    const Type probability{TypeKind::Probability};
    if (type.kind != TypeKind::Label) {
      report(Kind::BadTest, from.confidence->span, "only a label has a confidence, and `" + name + "` is " + a_type(type));
      return std::nullopt;
    }
    std::optional<Decimal> confidence = plain_number(*from.confidence, env, &probability, "a confidence");
    if (confidence && (confidence->digits < 0 || sbx::compare(*confidence, {1, 0}) > 0)) {
      report(Kind::OutOfRange, from.confidence->span, "a confidence lies between 0 and 1");
      return std::nullopt;
    }
    reading.confidence = confidence;
  }
  return reading;
}

void Resolver::given_value(const ast::Given& from, const Env& env, TestStep& step, RequestDraft& request) {
  const ast::Expr& name = bare(from.name);
  std::string text_name;
  if (const auto* call = std::get_if<ast::Call>(&name.node)) {
    std::string callee = call->callee.text();
    const auto* key =
        call->arguments.size() == 1 && call->arguments[0].value ? std::get_if<ast::String>(&(*call->arguments[0].value)->node) : nullptr;
    std::optional<std::string> value = plain_text(from.value);
    const ast::Name* word = bare_word(from.value);
    if ((callee == "header" || callee == "metadata") && key && value) {
      if (word && word->text == "unknown") return;  // absent
      if (callee == "header")
        request.headers[key->value] = *value;
      else
        request.metadata[key->value] = plain_constant(from.value).value_or(Constant{*value});
      return;
    }
  } else if (const auto* ref = std::get_if<ast::Reference>(&name.node)) {
    text_name = ref->path.text();
  } else {
    return;
  }
  std::optional<Constant> value = plain_constant(from.value);
  std::optional<std::string> text = plain_text(from.value);
  bool declared = !text_name.empty() && find(*env.unit, Space::Value, text_name).declared;
  const ast::Name* word = bare_word(from.value);
  bool unknown_given = word && word->text == "unknown";
  if (!declared && text && text_name == "text") return void(request.text = *text);
  if (!declared && text && text_name == "text.system") return void(request.system = *text);
  if (!declared && text && text_name == "request.model") return void(request.model = *text);
  if (!declared && text_name == "tools" && value) {
    const auto* list = std::get_if<ConstantList>(&value->value);
    if (!list)
      return void(report(Kind::BadTest, from.value.span, "`tools` is the list of the tools' names").help("write `tools: [search]`"));
    for (const Constant& item : *list) {
      if (const auto* tool = std::get_if<std::string>(&item.value)) request.tools.push_back(*tool);
    }
    return;
  }
  if (!declared && value && (text_name == "images.count" || text_name == "audio.count" || text_name == "images" || text_name == "audio")) {
    std::optional<int64_t> count = plain_count(*value);
    if (!count) return void(report(Kind::BadTest, from.value.span, "`" + text_name + "` is a count up to 1,000"));
    (text_name.starts_with("images") ? request.images : request.audio) = *count;
    return;
  }
  if (!declared && value && (text_name == "stream" || text_name == "max_tokens" || text_name == "temperature")) {
    if (unknown_given) return;
    const Extern* callee = catalog_.find("input", text_name);
    std::optional<Type> want = callee && callee->type ? type(*callee->type) : std::nullopt;
    MaybeExpr given = want ? constant(from.value, env, *want) : std::nullopt;
    if (want && !given) return;
    const auto* number = given ? std::get_if<NumberValue>(&given->node) : nullptr;
    if (number && number->value.digits < 0) {
      report(Kind::OutOfRange, from.value.span, "`" + text_name + "` cannot be negative");
      return;
    }
    request.body[text_name] = *value;
    return;
  }
  MaybeExpr found;
  Missing missing = Missing::Yes;
  if (const auto* ref = std::get_if<ast::Reference>(&name.node))
    missing = find_value(ref->path, name.span, env, found);
  else if ((found = expr(name, env)))
    missing = Missing::No;
  else
    missing = Missing::Reported;
  if (missing == Missing::Yes) return unknown_value(text_name, name.span, env);
  const auto* symbol = found ? std::get_if<SignalRef>(&found->node) : nullptr;
  if (!symbol) {
    if (found)
      report(Kind::BadTest, name.span, "`" + std::string(world_.sources().text(name.span)) + "` cannot be given")
          .help("give inputs and signals by their names");
    return;
  }
  const Symbol info = policy_.symbols[symbol->symbol];
  std::optional<GivenReading> reading = given_reading(from, info.name, info.type, env);
  if (!reading) return;
  // What the gateway knows of the user and the session comes with the request.
  bool of_user = info.kind.starts_with("user.") && !reading->unknown;
  bool of_session = info.kind == "session.id" || info.kind == "session.previous_model";
  if (of_user) {
    request.user[info.kind.substr(5)] = reading->value;
  } else if (of_session && !reading->unknown) {
    request.session[info.kind.substr(8)] = reading->value;
  } else {
    step.given.push_back(std::move(*reading));
  }
}

void Resolver::expectation(const ast::Given& from, const Env& env, TestStep& step) {
  const auto* ref = std::get_if<ast::Reference>(&bare(from.name).node);
  const auto* call = std::get_if<ast::Call>(&bare(from.name).node);
  std::string name = ref ? ref->path.text() : call ? std::string(world_.sources().text(from.name.span)) : "";
  if (const auto* key = call && call->arguments.size() == 1 && call->arguments[0].value
                            ? std::get_if<ast::String>(&(*call->arguments[0].value)->node)
                            : nullptr) {
    name = call->callee.text() + "(\"";
    for (const char c : key->value) name += ascii_lower(c);
    name += "\")";
  }
  Expectation result{.name = name, .values = {}, .is_list = false, .span = from.span};
  std::vector<const ast::Expr*> items;
  if (const auto* list = std::get_if<ast::List>(&bare(from.value).node)) {
    result.is_list = true;
    for (const ast::Expr& item : list->items) items.push_back(&item);
  } else {
    items.push_back(&from.value);
  }
  std::optional<std::vector<std::string>> known;
  if (name == "route") {
    known = route_list_;
    known->emplace_back("otherwise");
    known->emplace_back("none");
  } else if (name == "model") {
    known = names_type(DecisionField::Model).members;
    known->emplace_back("none");
  } else if (name == "outcome") {
    known = std::vector<std::string>{"route", "otherwise", "deny", "respond", "escalate", "call"};
  } else if (name == "rules") {
    known.emplace();
    for (const Rule& rule : policy_.rules) known->push_back(rule.name);
  } else if (name == "asks") {
    for (const ast::Expr* item : items) {
      std::optional<std::string> asked = plain_text(*item);
      if (asked && !symbol_names_.contains(*asked)) unknown_value(*asked, item->span, env);
    }
  } else if (name == "status") {
    static_cast<void>(name);
  } else if (call && call->callee.text() == "header") {
    static_cast<void>(name);
  } else {
    std::vector<std::string> names{"route", "model", "outcome", "rules", "asks", "status"};
    bool is_slot = find(*env.unit, Space::Slot, name).declared || catalog_.find("slot", name) || catalog_.find("effect", name);
    if (!is_slot) {
      for (const std::string& slot : catalog_.names("slot")) names.push_back(slot);
      for (const std::string& slot : visible_names(*env.unit, Space::Slot)) names.push_back(slot);
      return unknown("expectation", name, from.name.span, names);
    }
    std::optional<SlotId> id = slot(name, from.name.span, env);
    if (!id) return;
    const sbx::Slot& facts = policy_.slots[*id].facts;
    if (facts.type.kind == TypeKind::Label) {
      known = facts.type.members;
      known->emplace_back("none");
    }
  }
  for (const ast::Expr* item : items) {
    std::optional<std::string> value = plain_text(*item);
    if (!value) {
      report(Kind::BadTest, item->span, "expected a name, a text or a number");
      return;
    }
    if (known && std::ranges::find(*known, *value) == known->end()) {
      auto finding = report(Kind::UnknownName, item->span, "unknown " + name + " `" + *value + "`");
      std::string near = did_you_mean(*value, *known);
      if (!near.empty()) finding.help("did you mean `" + near + "`?").fix("write `" + near + "`", {{item->span, near}});
      continue;
    }
    result.values.push_back(std::move(*value));
  }
  step.expect.push_back(std::move(result));
}

}  // namespace sbx::sema
