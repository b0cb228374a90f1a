// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/entry_names.h"

#include <algorithm>

#include "compiler/analysis/study.h"

namespace sbx::analysis {
namespace {

constexpr size_t kMostNames = 3;

std::vector<std::string> routes_in(const sema::Policy& policy, const sema::Entry& entry) {
  std::vector<std::string> names;
  for (const RouteId route : entry.routes) names.push_back(policy.routes[route].name);
  for (const sema::Entry& inner : entry.entries) {
    for (std::string& name : routes_in(policy, inner)) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::string said(const sema::Policy& policy, const sema::Entry& entry) {
  if (!entry.name.empty()) return "`" + entry.name + "`";
  std::vector<std::string> names = routes_in(policy, entry);
  const size_t more = names.size() - std::min(names.size(), kMostNames);
  names.resize(names.size() - more);
  return "the block of " + listed(names) + (more == 0 ? "" : " and " + std::to_string(more) + " more");
}

std::string name_of(const sema::Policy& policy, const sema::Entry& entry) {
  if (!entry.name.empty()) return entry.name;
  const std::vector<std::string> names = routes_in(policy, entry);
  return names.empty() ? "" : names.front();
}

std::string how_to_rank(const sema::Entry& a, const sema::Entry& b) {
  std::vector<std::string> named;
  const auto name = [&](const sema::Entry& entry, const std::string& given) {
    if (!entry.name.empty()) return entry.name;
    named.push_back((entry.kind == sbx::Entry::Kind::Best ? "best " : "first ") + given + " { … }");
    return given;
  };
  const std::string one = name(a, "one"), other = name(b, a.name.empty() ? "other" : "one");
  const std::string naming =
      named.empty() ? "" : "name the block" + std::string(named.size() == 1 ? "" : "s") + ", " + listed(named) + ", and ";
  return naming + "say who wins: `" + one + " over " + other + "`, or `" + other + " over " + one + "`";
}

}  // namespace sbx::analysis
