// SPDX-License-Identifier: Apache-2.0
// `over` in a circle: among the entries of a tier, and among rules.
#include "compiler/sema/check.h"

namespace sbx::sema {
namespace {

/// Nodes of one circle in order, or nothing. Iterative: a chain may be as long as a policy has routes.
std::vector<uint32_t> find_circle(size_t size, const std::function<const std::vector<uint32_t>&(uint32_t)>& next) {
  enum class Mark : uint8_t { New, Open, Done };
  std::vector<Mark> marks(size, Mark::New);
  for (uint32_t start = 0; start < size; ++start) {
    if (marks[start] != Mark::New) continue;
    std::vector<std::pair<uint32_t, size_t>> path{{start, 0}};
    marks[start] = Mark::Open;
    while (!path.empty()) {
      uint32_t node = path.back().first;
      const std::vector<uint32_t>& edges = next(node);
      if (path.back().second == edges.size()) {
        marks[node] = Mark::Done;
        path.pop_back();
        continue;
      }
      uint32_t to = edges[path.back().second++];
      if (marks[to] == Mark::New) {
        marks[to] = Mark::Open;
        path.emplace_back(to, 0);
      } else if (marks[to] == Mark::Open) {
        std::vector<uint32_t> circle;
        size_t begin = 0;
        while (path[begin].first != to) ++begin;
        for (size_t i = begin; i < path.size(); ++i) circle.push_back(path[i].first);
        return circle;
      }
    }
  }
  return {};
}

template <class NameOf, class SpanOf>
void report_circle(const std::vector<uint32_t>& circle, const NameOf& name, const SpanOf& span, const std::string& policy,
                   Diagnostics& diags) {
  std::string text = "`" + name(circle.front()) + "`";
  for (size_t i = 1; i < circle.size() && i < 8; ++i) text += " over `" + name(circle[i]) + "`";
  if (circle.size() > 8) text += " over …";
  text += " over `" + name(circle.front()) + "`";
  std::vector<std::string> rules;
  for (uint32_t node : circle) rules.push_back(name(node));
  auto finding = diags.report(Kind::CircularOver, span(circle.front()), "nobody wins in a circle: " + text);
  for (size_t i = 1; i < circle.size() && i < 4; ++i) finding.label(span(circle[i]), "in the circle");
  finding.help("drop one of these `over`").about(policy, std::move(rules));
}

}  // namespace

void check_over(const Policy& policy, Diagnostics& diags) {
  for (const Tier& tier : policy.tiers) {
    std::vector<uint32_t> circle =
        find_circle(tier.entries.size(), [&](uint32_t i) -> const std::vector<uint32_t>& { return tier.entries[i].over; });
    if (circle.empty()) continue;
    report_circle(
        circle, [&](uint32_t i) { return tier.entries[i].name; }, [&](uint32_t i) { return tier.entries[i].span; }, policy.name, diags);
  }
  std::vector<std::vector<uint32_t>> edges(policy.rules.size());
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    for (RuleId to : policy.rules[policy.rules.id_at(i)].over_rules) edges[i].push_back(to.index);
  }
  std::vector<uint32_t> circle = find_circle(edges.size(), [&](uint32_t i) -> const std::vector<uint32_t>& { return edges[i]; });
  if (circle.empty()) return;
  auto rule = [&](uint32_t i) -> const Rule& { return policy.rules[RuleId{i}]; };
  report_circle(
      circle, [&](uint32_t i) { return rule(i).name; }, [&](uint32_t i) { return rule(i).span; }, policy.name, diags);
}

}  // namespace sbx::sema
