// SPDX-License-Identifier: Apache-2.0
// A knowledge base: examples by label, and labels by group, in a file beside the policy.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/signals/learned.h"

namespace sbx::signals {

struct KnowledgeBase {
  using Named = std::pair<std::string, std::vector<std::string>>;
  std::string file;
  std::vector<Named> labels;  // each with its examples, at least one
  std::vector<Named> groups;  // each with its labels

  /// The labels of a group, or the one label; of `none` (or left out), all. R0765 where there is neither.
  [[nodiscard]] Result<std::vector<std::string>> labels_of(std::string_view name) const;
};

/// `{"labels": {"NAME": {"exemplars": ["…"]}}, "groups": {"NAME": ["LABEL"]}}`; other members are passed by. R0765 for what is none.
[[nodiscard]] Result<KnowledgeBase> parse_knowledge_base(std::string file, std::string_view bytes);

/// Whether the signal names a knowledge base: `kb: privacy` is `privacy.json` beside the policy, `kb: "a/b.json"` that file.
[[nodiscard]] bool has_knowledge_base(const SignalInfo& info);
/// The one that it names. R0701, R0765.
[[nodiscard]] Result<KnowledgeBase> read_knowledge_base(const SignalInfo& info);

/// Binds the examples of a label, or those of each label of a group.
[[nodiscard]] Result<std::vector<Compared>> compare_with(const Binding& binding, const KnowledgeBase& base, std::string_view name);

}  // namespace sbx::signals
