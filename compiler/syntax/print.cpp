// SPDX-License-Identifier: Apache-2.0
// Declarations and actions, one a line.
#include "compiler/syntax/print.h"

#include "compiler/syntax/print_expr.h"

namespace sbx::syntax {
namespace {

class Printer {
 public:
  explicit Printer(PrintOptions options) : options_(options) {}

  std::string run(const ast::File& file) {
    decls(file.decls);
    return std::move(out_);
  }

  void operator()(const ast::Invalid&) { head("<invalid>"); }
  void operator()(const ast::LanguageDecl& d) { head("language " + print(d.version, options_)); }
  void operator()(const ast::PolicyDecl& d) {
    std::string line = "policy " + d.name.text;
    if (d.under) line += " under " + d.under->base.text() + arguments(d.under->arguments);
    for (size_t i = 0; i < d.serves.size(); ++i) line += (i == 0 ? " serves " : ", ") + print(d.serves[i], options_);
    head(line);
    decls(d.body);
  }
  void operator()(const ast::ModuleDecl& d) {
    std::string line = "module " + d.name.text();
    for (const ast::Parameter& p : d.parameters) line += " (" + p.name.text + ": " + line_of(p.type, options_) + ")";
    head(line);
    decls(d.body);
  }
  void operator()(const ast::Use& d) {
    std::string line = "use " + (d.module ? d.module->text() : print(*d.file, options_));
    head(d.alias ? line + " as " + d.alias->text : line);
  }
  void operator()(const ast::ProviderDecl& d) { record("provider " + d.name.text, d.fields); }
  void operator()(const ast::ModelDecl& d) { record("model " + d.name.text, d.fields); }
  void operator()(const ast::TargetDecl& d) { record("target " + d.kind.text + " " + d.name.text, d.fields); }
  void operator()(const ast::AttributeDecl& d) { head("attribute " + d.path.text() + ": " + line_of(d.type, options_)); }
  void operator()(const ast::InputDecl& d) {
    std::string line = "input " + d.path.text() + ": " + line_of(d.type, options_);
    if (d.origin) line += " from " + print(*d.origin, options_);
    if (d.verified) line += " verified";
    if (d.claim) line += " claim";
    head(line + or_else(d.or_else));
  }
  void operator()(const ast::BudgetDecl& d) {
    head((d.strict ? "strict budget " : "budget ") + d.name.text + ": " + print(d.limit, options_) + " per " + d.period.text + for_each(d.for_each) + or_else(d.or_else));
  }
  void operator()(const ast::TableDecl& d) {
    if (d.by) {
      head("table " + d.name.text + " by " + d.by->text() + (d.file ? " from " + print(*d.file, options_) : ""));
      for (const ast::Column& column : d.columns) item(column.name.text + ": " + line_of(column.type, options_));
      return;
    }
    head("table " + d.name.text + "(" + line_of(d.inputs) + "): " + line_of(*d.result, options_));
    for (const ast::TableRow& row : d.rows) {
      std::string line;
      for (const ast::Expr& cell : row.cells) line += print(cell, options_) + " ";
      item(line + ": " + print(row.result, options_));
    }
  }
  void operator()(const ast::SignalDecl& d) { head("signal " + d.name.text + " = " + print(d.value, options_)); }
  void operator()(const ast::SlotDecl& d) {
    head("slot " + d.name.text + ": " + line_of(d.type, options_) + (d.initial ? " = " + print(*d.initial, options_) : ""));
  }
  void operator()(const ast::DefaultsDecl& d) { body("defaults", d.assignments); }
  void operator()(const ast::TierDecl& d) {
    head((d.strict ? "strict tier " : "tier ") + d.name.text);
    decls(d.entries);
  }
  void operator()(const ast::BlockDecl& d) {
    std::string line = d.kind == ast::BlockKind::First ? "first" : "best";
    if (d.name) line += " " + d.name->text;
    head(d.margin ? line + " margin " + print(*d.margin, options_) : line);
    decls(d.entries);
  }
  void operator()(const ast::RouteDecl& d) {
    head("route " + d.name.text);
    guard(d.guard);
    actions(d.actions);
  }
  void operator()(const ast::Over& d) { head("over " + d.winner.text() + " > " + line_of(d.losers)); }
  void operator()(const ast::OtherwiseDecl& d) { body("otherwise", d.actions); }
  void operator()(const ast::UnservedDecl& d) { body("unserved", d.actions); }
  void operator()(const ast::AlwaysDecl& d) {
    head("always");
    decls(d.rules);
  }
  void operator()(const ast::RuleDecl& d) {
    std::string line = "rule " + d.name.text;
    if (!d.over.empty()) line += " over " + line_of(d.over);
    if (!d.under.empty()) line += " under " + line_of(d.under);
    head(line);
    guard(d.guard);
    actions(d.actions);
  }
  void operator()(const ast::RequireDecl& d) {
    std::string line = std::string("require ") + (d.possible ? "possible " : "") + print(d.condition, options_);
    if (d.when) line += " when " + print(*d.when, options_);
    head(line + for_each(d.for_each));
  }
  void operator()(const ast::PlanDecl& d) { head("plan " + d.name.text); }
  void operator()(const ast::GraphDecl& d) { head("graph " + d.name.text); }
  void operator()(const ast::StateDecl& d) {
    head("state " + d.name.text + ": " + d.kind.text() + arguments(d.arguments) + (d.per.empty() ? "" : " per " + line_of(d.per)));
  }
  void operator()(const ast::FeedbackDecl& d) {
    head("on feedback" + (d.when ? " when " + print(*d.when, options_) : "") + (d.verb ? " " + d.verb->text + " " + line_of(d.learns) : ""));
  }
  void operator()(const ast::TestDecl& d) {
    head("test " + print(d.title, options_));
    step(d.step);
  }
  void operator()(const ast::ScenarioDecl& d) {
    head("scenario " + print(d.title, options_));
    for (const ast::TestStep& one : d.steps) {
      item("step");
      ++depth_;
      step(one);
      --depth_;
    }
  }
  void operator()(const ast::ExternDecl& d) {
    std::string line = "extern " + d.kind.text + " " + d.name.text();
    if (d.has_parameters) line += "(";
    for (const ast::ExternParameter& p : d.parameters) {
      line += (line.back() == '(' ? "" : ", ") + p.name.text + ": " + line_of(p.type, options_);
      if (p.initial) line += " = " + print(*p.initial, options_);
    }
    if (d.has_parameters) line += ")";
    if (d.type) line += ": " + line_of(*d.type, options_);
    record(line, d.attributes);
    if (!d.doc.empty()) item("doc " + quoted(d.doc));
  }

  void operator()(const ast::Assign& a) {
    head(a.slot.text() + (a.key ? " " + print(*a.key, options_) : "") + " = " + print(a.value, options_));
  }
  void operator()(const ast::AssignModel& a) {
    std::string line = "model =";
    for (size_t i = 0; i < a.attempts.size(); ++i) line += (i == 0 ? " " : ", then ") + line_of(a.attempts[i], options_);
    head(line);
  }
  void operator()(const ast::AssignTargets& a) {
    head(a.slot.text() + (a.key ? " " + print(*a.key, options_) : "") + " = " + line_of(a.choice, options_));
  }
  void operator()(const ast::Deny& a) { outcome(a); }
  void operator()(const ast::Respond& a) { outcome(a); }
  void operator()(const ast::Escalate& a) { outcome(a); }
  void operator()(const ast::ChangeSet& a) {
    std::string op = a.op == ast::SetOp::Add ? " add" : a.op == ast::SetOp::Only ? " only" : " without";
    if (a.where) op += " where " + print(*a.where, options_);
    head(a.slot.text() + op + (a.members ? " " + print(*a.members, options_) : ""));
  }
  void operator()(const ast::AtMost& a) { head(a.slot.text() + " at most " + print(a.limit, options_)); }

 private:
  void write(const std::string& line) { out_ += std::string(depth_ * 2, ' ') + line + "\n"; }
  void head(const std::string& line) { write((is_private_ ? "private " : "") + line + place_of(span_, options_)); }
  void item(const std::string& line) { out_ += std::string(depth_ * 2 + 2, ' ') + line + "\n"; }
  std::string arguments(const std::vector<ast::Field>& fields) { return fields.empty() ? "" : "(" + line_of(fields, options_) + ")"; }
  std::string or_else(const std::optional<ast::Expr>& value) { return value ? " or else " + print(*value, options_) : ""; }
  std::string for_each(const std::vector<ast::Path>& paths) { return paths.empty() ? "" : " for each " + line_of(paths); }
  void guard(const std::optional<ast::Expr>& guard) {
    if (guard) item("when " + print(*guard, options_));
  }
  void record(const std::string& line, const std::vector<ast::Field>& fields) {
    head(line);
    for (const ast::Field& field : fields) item(line_of(field, options_));
  }
  void body(const std::string& line, const std::vector<ast::Action>& list) {
    head(line);
    actions(list);
  }
  template <class Outcome>
  void outcome(const Outcome& a) {
    ast::Attempt attempt;
    attempt.target = a;
    head(line_of(attempt, {false, options_.parentheses}));
  }
  void decls(const std::vector<ast::Decl>& list) {
    size_t before = depth_;
    if (span_.valid()) ++depth_;
    for (const ast::Decl& decl : list) visit(decl.node, decl.span, decl.is_private);
    depth_ = before;
  }
  void actions(const std::vector<ast::Action>& list) {
    ++depth_;
    for (const ast::Action& action : list) visit(action.node, action.span, false);
    --depth_;
  }
  template <class Node>
  void visit(const Node& node, Span span, bool is_private) {
    Span outer = span_;
    span_ = span;
    is_private_ = is_private;
    std::visit(*this, node);
    span_ = outer;
  }
  void step(const ast::TestStep& step) {
    givens("given", step.given);
    givens("expect", step.expect);
  }
  void givens(const std::string& name, const std::vector<ast::Given>& entries) {
    item(name);
    for (const ast::Given& entry : entries) {
      item("  " + print(entry.name, options_) + ": " + print(entry.value, options_) +
           (entry.confidence ? " " + print(*entry.confidence, options_) : ""));
    }
  }

  PrintOptions options_;
  std::string out_;
  size_t depth_ = 0;
  Span span_;
  bool is_private_ = false;
};

}  // namespace

std::string print(const ast::File& file, PrintOptions options) { return Printer(options).run(file); }

}  // namespace sbx::syntax
