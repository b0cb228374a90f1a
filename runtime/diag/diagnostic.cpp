// SPDX-License-Identifier: Apache-2.0
// The table of kinds and the list of findings.
#include "runtime/diag/diagnostic.h"

#include <algorithm>
#include <tuple>

namespace sbx {

const std::vector<KindRow>& all_kinds() {
  static const std::vector<KindRow> rows = {
#define SBX_DIAGNOSTIC(enumerator, code, name, severity, title) {Kind::enumerator, code, name, severity, title},
#include "runtime/diag/kinds.def"
#undef SBX_DIAGNOSTIC
  };
  return rows;
}

const KindRow& row(Kind kind) {
  auto index = static_cast<size_t>(kind);
  SBX_CHECK(index < all_kinds().size(), "a kind is a row of kinds.def");
  return all_kinds()[index];
}

DiagnosticBuilder& DiagnosticBuilder::at_span(std::string text) {
  diagnostic_.label = std::move(text);
  return *this;
}
DiagnosticBuilder& DiagnosticBuilder::label(Span span, std::string message) {
  diagnostic_.labels.push_back({span, std::move(message)});
  return *this;
}
DiagnosticBuilder& DiagnosticBuilder::note(std::string text) {
  diagnostic_.notes.push_back(std::move(text));
  return *this;
}
DiagnosticBuilder& DiagnosticBuilder::help(std::string text) {
  diagnostic_.help.push_back(std::move(text));
  return *this;
}
DiagnosticBuilder& DiagnosticBuilder::fix(std::string title, std::vector<Edit> edits) {
  diagnostic_.fixes.push_back({std::move(title), std::move(edits)});
  return *this;
}
DiagnosticBuilder& DiagnosticBuilder::about(std::string policy, std::vector<std::string> rules) {
  diagnostic_.policy = std::move(policy);
  diagnostic_.rules = std::move(rules);
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::slots(std::vector<std::string> names) {
  diagnostic_.slots = std::move(names);
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::blockers(std::vector<std::string> names) {
  diagnostic_.blockers = std::move(names);
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::witness(ShownRequest shown) {
  rests_on(shown.ground);
  diagnostic_.witness = std::move(shown);
  return *this;
}

DiagnosticBuilder& DiagnosticBuilder::rests_on(Ground ground) {
  if (!ground.why.empty()) note(ground.why);
  diagnostic_.ground = std::move(ground);
  return *this;
}

DiagnosticBuilder Diagnostics::report(Kind kind, Span span, std::string message) {
  Diagnostic& added = diagnostics_.emplace_back();
  added.kind = kind;
  added.severity = row(kind).severity;
  added.span = span;
  added.message = std::move(message);
  return DiagnosticBuilder(added);
}

void Diagnostics::add(Diagnostic diagnostic) { diagnostics_.push_back(std::move(diagnostic)); }

bool Diagnostics::has_errors() const { return count(Severity::Error) > 0; }

size_t Diagnostics::count(Severity severity) const {
  return static_cast<size_t>(std::count_if(diagnostics_.begin(), diagnostics_.end(),
                                           [&](const Diagnostic& d) { return d.severity == severity && !d.suppressed; }));
}

size_t Diagnostics::count_suppressed() const {
  return static_cast<size_t>(
      std::count_if(diagnostics_.begin(), diagnostics_.end(), [](const Diagnostic& d) { return d.suppressed.has_value(); }));
}

void Diagnostics::sort() {
  auto place = [](const Diagnostic& d) { return std::tuple(d.span.file, d.span.begin, row(d.kind).code); };
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(), [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  auto same = [](const Diagnostic& a, const Diagnostic& b) { return a.kind == b.kind && a.span == b.span && a.message == b.message; };
  diagnostics_.erase(std::unique(diagnostics_.begin(), diagnostics_.end(), same), diagnostics_.end());
}

void Diagnostics::append(Diagnostics other) {
  for (Diagnostic& diagnostic : other.diagnostics_) diagnostics_.push_back(std::move(diagnostic));
}

}  // namespace sbx
