// SPDX-License-Identifier: Apache-2.0
// Beside a signal: what it is, and what reading it costs. Beside a route: who wins where both hold.
#include "compiler/lsp/answers.h"
#include "compiler/lsp/describe.h"

namespace sbx::lsp {
namespace {

Json hint(const Snapshot& snapshot, uint32_t byte, std::string label, std::string told) {
  return {{"position", to_json(snapshot.lines.position(byte))}, {"label", std::move(label)}, {"tooltip", std::move(told)}, {"paddingLeft", true}};
}

void of_signals(const Snapshot& snapshot, Json& list) {
  for (const NameUse& name : snapshot.names()) {
    if (!name.is_declaration || name.declared == nullptr || name.space != sema::Space::Value || name.span.file != snapshot.file) continue;
    const sema::Policy* policy = nullptr;
    const sema::Symbol* symbol = snapshot.symbol(*name.declared, &policy);
    if (symbol == nullptr) continue;
    const std::string cost(to_string(cost_of(*policy, *symbol)));
    list.push_back(hint(snapshot, name.span.end, to_string(symbol->type) + " · " + cost, "its type, and the dearest class of what is read for it"));
  }
}

/// Beside each entry the entries of its list that are over it, as declared; a `first` block says its order itself.
void of_entries(const Snapshot& snapshot, const std::vector<sema::Entry>& entries, Json& list) {
  for (size_t i = 0; i < entries.size(); ++i) {
    std::string winners;
    for (const sema::Entry& other : entries) {
      if (std::ranges::find(other.over, static_cast<uint32_t>(i)) != other.over.end()) winners += (winners.empty() ? "" : ", ") + other.name;
    }
    if (!winners.empty() && entries[i].span.file == snapshot.file)
      list.push_back(hint(snapshot, entries[i].span.end, "under " + winners, "where both hold, " + winners + " decides"));
  }
}

}  // namespace

Json list_inlay_hints(const Asked& asked, const Json& params) {
  const Snapshot& snapshot = asked.snapshot;
  Json list = Json::array();
  of_signals(snapshot, list);
  for (const sema::Policy& policy : snapshot.checked.policies) {
    for (const sema::Tier& tier : policy.tiers) of_entries(snapshot, tier.entries, list);
  }
  const Json range = params.value("range", Json());
  if (!range.is_object()) return list;
  Json inside = Json::array();
  for (Json& one : list) {
    const int64_t line = one["position"]["line"].get<int64_t>();
    if (line >= range.at("start").at("line").get<int64_t>() && line <= range.at("end").at("line").get<int64_t>()) inside.push_back(std::move(one));
  }
  return inside;
}

}  // namespace sbx::lsp
