// SPDX-License-Identifier: Apache-2.0
#include "compiler/suppress.h"

#include <algorithm>
#include <optional>

#include "compiler/allow_comments.h"

namespace sbx {
namespace {

/// A name of a comment, and whether a finding needs it.
struct Allowance {
  const AllowComment* comment;
  const AllowedName* name;
  bool is_used = false;
};

bool holds(Span outer, Span inner) { return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end; }

/// The smallest of the declarations that a comment speaks of which holds the place.
std::optional<uint32_t> nearness(const AllowComment& comment, Span place) {
  std::optional<uint32_t> smallest;
  for (const Span declaration : comment.declarations) {
    if (!holds(declaration, place)) continue;
    const uint32_t size = declaration.end - declaration.begin;
    if (!smallest || size < *smallest) smallest = size;
  }
  return smallest;
}

Allowance* nearest(std::vector<Allowance>& allowances, const Diagnostic& finding, Span place) {
  Allowance* best = nullptr;
  std::optional<uint32_t> least;
  const KindRow& kind = row(finding.kind);
  for (Allowance& allowance : allowances) {
    if (allowance.name->text != kind.name && allowance.name->text != kind.code) continue;
    const std::optional<uint32_t> near = nearness(*allowance.comment, place);
    if (!near || (least && *near >= *least)) continue;
    least = near;
    best = &allowance;
  }
  return best;
}

/// Where a finding may be allowed: a conflict is as much that of the other one.
std::vector<Span> places_of(const Diagnostic& finding) {
  std::vector<Span> places{finding.span};
  if (finding.kind != Kind::Conflict) return places;
  for (const Label& label : finding.labels) places.push_back(label.span);
  return places;
}

/// The edit that takes a name out of its comment; the whole comment, and its line where it stands alone, if it is the only name.
Edit removal(const SourceSet& sources, const Allowance& allowance) {
  const std::vector<AllowedName>& names = allowance.comment->names;
  const auto at = static_cast<size_t>(allowance.name - names.data());
  if (names.size() > 1) {
    const bool is_first = at == 0;
    return {{allowance.name->span.file, is_first ? names[0].span.begin : names[at - 1].span.end,
             is_first ? names[1].span.begin : names[at].span.end},
            ""};
  }
  Span span = allowance.comment->span;
  const std::string& text = sources[span.file].text;
  while (span.begin > 0 && (text[span.begin - 1] == ' ' || text[span.begin - 1] == '\t')) --span.begin;
  if (allowance.comment->is_alone && span.end < text.size() && text[span.end] == '\n') ++span.end;
  return {span, ""};
}

// Where the analysis gave up, what it would have found is not known.
bool is_unsettled(const Diagnostics& diags, const AllowComment& comment) {
  return std::ranges::any_of(diags.all(),
                             [&](const Diagnostic& one) { return one.kind == Kind::Unsettled && nearness(comment, one.span); });
}

void report_unused(const SourceSet& sources, const std::vector<Allowance>& allowances, const std::set<FileId>& looked_at,
                   Diagnostics& diags) {
  for (const Allowance& allowance : allowances) {
    if (allowance.is_used || !looked_at.contains(allowance.comment->span.file) || is_unsettled(diags, *allowance.comment)) continue;
    diags.report(Kind::UnusedSuppression, allowance.name->span, "`" + allowance.name->text + "` is allowed here and not found")
        .help("remove it: what it allowed is gone")
        .fix("remove it", {removal(sources, allowance)});
  }
}

}  // namespace

Diagnostics suppress(const SourceSet& sources, const std::vector<ast::File>& files, size_t roots, const std::set<FileId>& looked_at,
                     Diagnostics diags) {
  std::vector<std::vector<AllowComment>> comments;
  for (const ast::File& file : files) comments.push_back(allow_comments(sources, file, diags));
  std::vector<Allowance> asked_for, used;  // comments of modules that are only used may serve other policies
  for (size_t i = 0; i < comments.size(); ++i) {
    for (const AllowComment& comment : comments[i]) {
      for (const AllowedName& name : comment.names) (i < roots ? asked_for : used).push_back({&comment, &name});
    }
  }
  Diagnostics refused;
  for (Diagnostic& finding : diags.all()) {
    Allowance* allowance = nullptr;
    for (const Span place : places_of(finding)) {
      if (!allowance) allowance = nearest(asked_for, finding, place);
      if (!allowance) allowance = nearest(used, finding, place);
    }
    if (!allowance) continue;
    allowance->is_used = true;
    if (can_be_allowed(row(finding.kind))) {
      finding.suppressed = allowance->comment->reason;
      continue;
    }
    refused.report(Kind::BadSuppression, allowance->name->span, "this `" + allowance->name->text + "` cannot be allowed")
        .label(finding.span, std::string(row(finding.kind).code) + " must be mended for the policy to mean anything");
  }
  report_unused(sources, asked_for, looked_at, diags);
  diags.append(std::move(refused));
  return diags;
}

}  // namespace sbx
