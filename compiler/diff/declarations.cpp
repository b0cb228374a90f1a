// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/declarations.h"

#include <algorithm>

#include "compiler/sema/print.h"
#include "compiler/sema/types.h"

namespace sbx::diff {
namespace {

std::string quoted(const std::string& text) { return to_string(Constant{text}); }

template <class List, class Text>
std::string joined(const List& list, Text&& text_of) {
  std::string text;
  for (const auto& one : list) text += (text.empty() ? "" : ", ") + text_of(one);
  return text;
}

std::string listed(const std::vector<std::string>& names) {
  return "[" + joined(names, [](const std::string& name) { return name; }) + "]";
}

std::string fields(const ConstantRecord& record) {
  return joined(record, [](const NamedConstant& field) { return field.first + ": " + to_string(field.second); });
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!is_space || (!line.empty() && line.back() != ' ')) line += is_space ? ' ' : c;
  }
  return line;
}

std::string value_text(const Constant& value, const Type& type) {
  const auto* number = std::get_if<Decimal>(&value.value);
  return number != nullptr ? sema::written(type, *number) : to_string(value);
}

const Constant* argument(const sema::Symbol& symbol, std::string_view name) {
  const auto found = std::ranges::find(symbol.arguments, name, &NamedConstant::first);
  return found != symbol.arguments.end() ? &found->second : nullptr;
}

/// A name, or an amount of money.
std::string bare(const Constant& value) {
  const auto* name = std::get_if<std::string>(&value.value);
  return name != nullptr ? *name : value_text(value, Type{TypeKind::Money});
}

Declaration named(const std::string& kind, const std::string& name, const std::string& before, const std::string& after) {
  return {.kind = kind, .name = name, .text = before + kind + " " + name + after, .meaning = before + after};
}

/// What is remembered is kept under its name: by another name it begins anew.
Declaration kept(const std::string& kind, const std::string& name, const std::string& before, const std::string& after) {
  Declaration declaration = named(kind, name, before, after);
  declaration.meaning = declaration.text;
  return declaration;
}

Declaration nameless(const std::string& kind, const std::string& text) { return {.kind = kind, .name = {}, .text = text, .meaning = text}; }

class Writer {
 public:
  Writer(const sema::Policy& policy, const SourceSet& sources) : policy_(policy), sources_(sources) {}

  std::vector<Declaration> run() && {
    if (!policy_.serves.empty()) add(nameless("serves", "serves " + joined(policy_.serves, quoted)));
    for (const sema::Attribute& attribute : policy_.attributes)
      add(named("attribute", "model." + attribute.name, "", ": " + to_string(attribute.type)));
    for (const sema::Model& model : policy_.models) add(named("model", model.name, "", " { " + model_fields(model) + " }"));
    for (const sema::Target& target : policy_.targets) add(named(target.kind, target.name, "", " { " + fields(target.fields) + " }"));
    for (const sema::Symbol& symbol : policy_.symbols) add_symbol(symbol);
    for (const sema::KeyedTable& table : policy_.tables) add_table(table);
    for (const sema::Tier& tier : policy_.tiers) {
      if (!tier.name.empty()) add(named("tier", tier.name, tier.strict ? "strict " : "", ""));
    }
    for (const sema::Require& require : policy_.requires_) add_require(require);
    for (const sema::State& state : policy_.states) add_state(state);
    for (const sema::Feedback& feedback : policy_.feedback) add_feedback(feedback);
    return std::move(all_);
  }

 private:
  void add(Declaration declaration) { all_.push_back(std::move(declaration)); }

  std::string model_fields(const sema::Model& model) const {
    const Model& facts = model.facts;
    std::string text = "provider: " + facts.provider + "  name: " + quoted(facts.served_name);
    if (facts.context_tokens) text += "  context: " + std::to_string(*facts.context_tokens);
    if (facts.output_tokens) text += "  output: " + std::to_string(*facts.output_tokens);
    if (const std::vector<std::string> can = capabilities(facts); !can.empty()) text += "  can: " + listed(can);
    if (!facts.dialects.empty()) text += "  dialects: " + listed(facts.dialects);
    if (!facts.reasoning.empty()) text += "  reasoning: " + listed(facts.reasoning);
    std::vector<std::string> prices;
    if (facts.price_in) prices.push_back("in: $" + to_string(*facts.price_in) + "/M");
    if (facts.price_out) prices.push_back("out: $" + to_string(*facts.price_out) + "/M");
    if (!prices.empty()) text += "  price: { " + joined(prices, [](const std::string& price) { return price; }) + " }";
    for (const auto& [attribute, value] : model.attributes)
      text += "  " + policy_.attributes[attribute].name + ": " + sema::print(policy_, value);
    return text;
  }

  static std::vector<std::string> capabilities(const Model& model) {
    std::vector<std::string> can;
    if (model.tools) can.emplace_back("tools");
    if (model.vision) can.emplace_back("vision");
    if (model.audio) can.emplace_back("audio");
    if (model.json) can.emplace_back("json");
    return can;
  }

  void add_symbol(const sema::Symbol& symbol) {
    const Constant* field = symbol.kind == "budget" ? argument(symbol, "field") : nullptr;
    if (field != nullptr && *field == Constant{std::string("remaining")}) add_budget(symbol);
    if (!symbol.verified) return;
    add(named("input", symbol.name, "", " from " + symbol.kind + "(" + fields(symbol.arguments) + ") verified"));
  }

  void add_budget(const sema::Symbol& symbol) {
    std::string text = ": " + bare(*argument(symbol, "limit")) + " per " + bare(*argument(symbol, "period"));
    const auto& each = std::get<ConstantList>(argument(symbol, "for_each")->value);
    if (!each.empty()) text += " for each " + joined(each, bare);
    if (symbol.or_else) text += " or else " + sema::print(policy_, *symbol.or_else);
    add(kept("budget", bare(*argument(symbol, "name")), argument(symbol, "strict") != nullptr ? "strict " : "", text));
  }

  void add_table(const sema::KeyedTable& table) {
    std::vector<std::string> columns;
    for (size_t i = 0; i < table.columns.size(); ++i) columns.push_back(table.columns[i] + ": " + to_string(table.types[i]));
    const std::string list = joined(columns, [](const std::string& column) { return column; });
    add(named("table", table.name, "", " by " + policy_.symbols[table.key].name + " { " + list + " }"));
  }

  // Told in the author's words, compared by what they mean: in a module they may be the same and mean another amount.
  void add_require(const sema::Require& require) {
    Declaration declaration = nameless("require", one_line(sources_.text(require.span)));
    declaration.meaning = std::string(require.possible ? "possible " : "") + sema::print(policy_, require.condition);
    if (require.when) declaration.meaning += " when " + sema::print(policy_, *require.when);
    for (const sema::Expr& each : require.for_each) declaration.meaning += " for each " + sema::print(policy_, each);
    add(std::move(declaration));
  }

  void add_state(const sema::State& state) {
    ConstantRecord parameters = state.parameters;
    std::erase_if(parameters, [](const NamedConstant& one) { return one.first == "per"; });  // told by the signals
    std::string per = "model";
    for (const sema::SymbolId signal : state.per) per += ", " + policy_.symbols[signal].name;
    if (!state.per.empty()) per = "(" + per + ")";
    add(kept("state", state.name, "", ": " + state.kind + "(" + fields(parameters) + ") per " + per));
  }

  void add_feedback(const sema::Feedback& feedback) {
    std::string text = "on feedback";
    for (size_t i = 0; i < feedback.when.size(); ++i) {
      const FeedbackTest& test = feedback.when[i];
      const std::string right = test.op == "?" ? "?" : " " + test.op + " " + to_string(test.value);
      text += (i == 0 ? " when " : " and ") + test.field + right;
    }
    add(nameless("feedback", text + " { learn " + joined(feedback.learns, [](const std::string& name) { return name; }) + " }"));
  }

  const sema::Policy& policy_;
  const SourceSet& sources_;
  std::vector<Declaration> all_;
};

}  // namespace

std::vector<Declaration> declarations_of(const sema::Policy& policy, const SourceSet& sources) { return Writer(policy, sources).run(); }

std::vector<Declaration> rows_of(const sema::KeyedTable& table) {
  std::vector<Declaration> rows;
  for (const auto& [key, cells] : table.rows) {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i)
      text += (text.empty() ? "" : ", ") + table.columns[i] + ": " + value_text(cells[i], table.types[i]);
    const std::string name = table.name + " " + quoted(key);
    rows.push_back({.kind = "row", .name = name, .text = name + " { " + text + " }", .meaning = quoted(key) + " " + text});
  }
  return rows;
}

}  // namespace sbx::diff
