// SPDX-License-Identifier: Apache-2.0
// Models, their fields and declared attributes.
#include <algorithm>

#include "compiler/sema/constant.h"
#include "compiler/sema/resolver.h"
#include "runtime/diag/render.h"

namespace sbx::sema {
namespace {

const std::vector<std::string>& capabilities() {
  static const std::vector<std::string> names{"tools", "vision", "audio", "json"};
  return names;
}

const std::vector<std::string>& dialects() {
  static const std::vector<std::string> names{"chat", "responses", "messages", "embeddings"};
  return names;
}

const std::vector<std::string>& model_fields() {
  static const std::vector<std::string> names{"provider", "name", "context", "output", "can", "dialects", "reasoning", "price"};
  return names;
}

}  // namespace

void Resolver::collect_attributes() {
  for (const Unit* unit : visible_units(unit_)) {
    for (const ast::Decl* decl : unit->decls) {
      const auto* from = std::get_if<ast::AttributeDecl>(&decl->node);
      if (!from) continue;
      const std::vector<ast::Name>& parts = from->path.parts;
      if (parts.size() != 2 || parts.front().text != "model") {
        report(Kind::BadModelField, from->path.span, "an attribute is one of `model`")
            .help("write `attribute model." + parts.back().text + ": …`");
        continue;
      }
      if (std::ranges::find(model_fields(), parts.back().text) != model_fields().end()) {
        report(Kind::DuplicateName, parts.back().span, "`" + parts.back().text + "` is a field that every model has");
        continue;
      }
      std::optional<Type> wanted = type(from->type);
      if (!wanted || attribute_names_.contains(parts.back().text)) continue;
      AttributeId id = policy_.attributes.add({parts.back().text, std::move(*wanted), parts.back().span});
      attribute_names_.emplace(parts.back().text, id);
    }
  }
}

void Resolver::collect_models() {
  std::unordered_set<std::string> taken;
  for (const Unit* unit : visible_units(unit_)) {
    for (const ast::Decl* decl : unit->decls) {
      const auto* from = std::get_if<ast::ModelDecl>(&decl->node);
      if (!from || !taken.insert(from->name.text).second) continue;
      Model model{.name = from->name.text, .span = from->name.span};
      model.facts.name = model.name;
      model.facts.served_name = model.name;
      model_ids_.emplace(decl, policy_.models.add(std::move(model)));
    }
  }
  for (const Unit* unit : visible_units(unit_)) {
    for (const ast::Decl* decl : unit->decls) {
      auto found = model_ids_.find(decl);
      if (found != model_ids_.end()) resolve_model(std::get<ast::ModelDecl>(decl->node), policy_.models[found->second], *unit);
    }
  }
}

void Resolver::resolve_model(const ast::ModelDecl& from, Model& model, const Unit& unit) {
  std::unordered_map<std::string, Span> seen;
  for (const ast::Field& field : from.fields) {
    if (!field.key || !field.value) continue;
    auto [entry, is_new] = seen.emplace(field.name(), field.span);
    if (!is_new) {
      report(Kind::BadModelField, (*field.key)->span, "`" + std::string(field.name()) + "` is given twice")
          .label(entry->second, "first given here");
      continue;
    }
    model_field(field, model, unit);
  }
  if (!seen.contains("provider")) {
    report(Kind::BadModelField, from.name.span, "the model `" + from.name.text + "` has no provider").help("write `provider: local`");
  }
}

void Resolver::model_field(const ast::Field& field, Model& model, const Unit& unit) {
  const ast::Expr& value = **field.value;
  Span key_span = (*field.key)->span;
  std::string name(field.name());
  Env env{&unit, Reads::Constants};
  auto tokens = [&](std::optional<int64_t>& into) {
    const Type want{TypeKind::Tokens};
    std::optional<Decimal> number = plain_number(value, env, &want, name.c_str());
    if (!number) return;
    if (number->scale != 0 || number->digits <= 0 || number->digits > full_range(want).high) {
      report(Kind::BadModelField, value.span, "`" + name + "` is a whole number of tokens, 1 to 1,000,000,000");
      return;
    }
    into = number->digits;
  };
  auto words = [&](const std::vector<std::string>* known, std::vector<std::string>& into) {
    const auto* list = std::get_if<ast::List>(&bare(value).node);
    if (!list) {
      report(Kind::BadModelField, value.span, "`" + name + "` is a list")
          .help("write `" + name + ": [" + std::string(world_.sources().text(value.span)) + "]`");
      return;
    }
    for (const ast::Expr& item : list->items) {
      const ast::Name* word = bare_word(item);
      if (!word) {
        report(Kind::BadModelField, item.span, "expected a word");
      } else if (known && std::ranges::find(*known, word->text) == known->end()) {
        auto finding = report(Kind::UnknownLabel, item.span, "`" + word->text + "` is none of what `" + name + "` can say");
        std::string near = did_you_mean(word->text, *known);
        finding.help(near.empty() ? "write some of " + listed(*known) : "did you mean `" + near + "`?");
        if (!near.empty()) finding.fix("write `" + near + "`", {{item.span, near}});
      } else {
        into.push_back(word->text);
      }
    }
  };
  if (name == "provider") {
    const ast::Name* word = bare_word(value);
    if (!word) {
      report(Kind::BadModelField, value.span, "a provider is a name, not a text").help("write `provider: local`");
      return;
    }
    model.facts.provider = word->text;
    std::vector<std::string> declared = visible_names(unit, Space::Provider);
    if (!declared.empty() && std::ranges::find(declared, word->text) == declared.end())
      unknown("provider", word->text, word->span, declared);
  } else if (name == "name") {
    if (const auto* text = std::get_if<ast::String>(&bare(value).node)) {
      model.facts.served_name = text->value;
    } else {
      report(Kind::BadModelField, value.span, "`name` is what the provider calls the model, a text").help("write `name: \"…\"`");
    }
  } else if (name == "context") {
    tokens(model.facts.context_tokens);
  } else if (name == "output") {
    tokens(model.facts.output_tokens);
  } else if (name == "can") {
    std::vector<std::string> can;
    words(&capabilities(), can);
    for (const std::string& one : can) {
      (one == "tools"    ? model.facts.tools
       : one == "vision" ? model.facts.vision
       : one == "audio"  ? model.facts.audio
                         : model.facts.json) = true;
    }
  } else if (name == "dialects") {
    words(&dialects(), model.facts.dialects);
  } else if (name == "reasoning") {
    const Extern* slot = catalog_.find("slot", "reasoning");
    std::optional<Type> modes = slot && slot->type ? type(*slot->type) : std::nullopt;
    words(modes && !modes->members.empty() ? &modes->members : nullptr, model.facts.reasoning);
  } else if (name == "price") {
    const auto* record = std::get_if<ast::Record>(&bare(value).node);
    if (!record) {
      report(Kind::BadModelField, value.span, "a price is a record").help("write `price: { in: $0.05/M, out: $0.20/M }`");
      return;
    }
    for (const ast::Field& part : record->fields) {
      std::string which(part.name());
      if (which != "in" && which != "out") {
        report(Kind::UnknownField, part.key ? (*part.key)->span : part.span, "unknown field `" + which + "` of a price")
            .help("there are `in` and `out`");
        continue;
      }
      const auto* number = part.value ? std::get_if<ast::Number>(&bare(**part.value).node) : nullptr;
      if (!number || number->unit != ast::Unit::MoneyPerMillion || number->value.digits < 0) {
        report(number ? Kind::MixedUnits : Kind::BadModelField, part.value ? (*part.value)->span : part.span,
               "a price is money per million tokens")
            .help("write `$0.20/M`");
        continue;
      }
      (which == "in" ? model.facts.price_in : model.facts.price_out) = number->value;
    }
  } else if (auto attribute = attribute_names_.find(name); attribute != attribute_names_.end()) {
    const Type want = policy_.attributes[attribute->second].type;
    if (MaybeExpr given = constant(value, env, want)) model.attributes.emplace_back(attribute->second, std::move(*given));
  } else {
    std::vector<std::string> known = model_fields();
    for (const auto& [declared, id] : attribute_names_) known.push_back(declared);
    auto finding = report(Kind::UnknownField, key_span, "a model has no field `" + name + "`");
    if (std::string near = did_you_mean(name, known); !near.empty()) {
      finding.help("did you mean `" + near + "`?").fix("write `" + near + "`", {{key_span, near}});
    } else {
      finding.help("declare it: `attribute model." + name + ": {…}`; the fields are " + listed(model_fields()));
    }
  }
}

std::optional<ModelId> Resolver::model(const std::string& name, Span span, const Env& env) {
  Found found = find(*env.unit, Space::Model, name);
  if (!found.declared && name.find('.') != std::string::npos) {
    std::string alias = name.substr(0, name.find('.')), rest = name.substr(name.find('.') + 1);
    for (const Unit* from : {env.unit, env.unit->parent}) {
      if (!from) continue;
      for (const Import& import : from->imports) {
        if (import.alias == alias && import.unit && !found.declared) found.declared = import.unit->own(Space::Model, rest);
      }
    }
  }
  if (found.ambiguous || (!found.declared && found.hidden)) {
    report_found(found, name, span);
    return std::nullopt;
  }
  if (found.declared) {
    auto id = model_ids_.find(found.declared->decl);
    if (id != model_ids_.end()) return id->second;
    for (size_t i = 0; i < policy_.models.size(); ++i) {  // a nearer model of the same name stands for it
      if (policy_.models[policy_.models.id_at(i)].name == name) return policy_.models.id_at(i);
    }
    return std::nullopt;
  }
  if (find(*env.unit, Space::Later, name).declared) {
    report(Kind::NotAvailable, span, "`" + name + "` is a plan or a graph, which is not available yet")
        .help("write a list of models: `model = a, then b`");
    return std::nullopt;
  }
  if (const Declared* target = find(*env.unit, Space::Target, name).declared) {
    const auto& kind = std::get<ast::TargetDecl>(target->decl->node).kind.text;
    bool later = kind != "persona" && kind != "adapter" && kind != "retriever";
    report(later ? Kind::NotAvailable : Kind::TypeMismatch, span,
           "`" + name + "` is a " + kind + (later ? ", which is not available yet as a target" : ", not a model"))
        .label(target->span, "declared here")
        .help("write a list of models: `model = a, then b`");
    return std::nullopt;
  }
  if (name == "none" || name == "skip") {
    report(Kind::NotAvailable, span, "`" + name + "` as a target is not available yet").help("write `deny 404 \"…\"` or `respond \"…\"`");
    return std::nullopt;
  }
  unknown("model", name, span, visible_names(*env.unit, Space::Model));
  return std::nullopt;
}

}  // namespace sbx::sema
