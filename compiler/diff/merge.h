// SPDX-License-Identifier: Apache-2.0
// Two policies over one graph: signals that mean the same are one, equal guards are one, so that one question can speak of both.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/contest.h"
#include "compiler/analysis/similarities.h"
#include "compiler/ir/builder.h"
#include "compiler/lower/lower.h"

namespace sbx::diff {

/// A policy as it was lowered, not optimized: ids of `derived` are those of the graph. `vectors`: of its signals, where they are known.
struct Lowered {
  Module module;
  std::vector<lower::DerivedValue> derived;
  std::vector<analysis::VectorSignal> vectors;
};

/// One policy's part of what was merged. `module` is the policy's own manifest and the outputs alone, as guards of the merged graph.
struct Side {
  explicit Side(const Lowered& from) : module{from.module.manifest, {}}, contest(module) {}
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  Module module;
  analysis::Contest contest;
  std::vector<SignalId> signals;  // by its own SignalId: of the merged module
  std::vector<GuardId> fits;      // by ModelId: the request can be served by the model, slots apart

  [[nodiscard]] const Manifest& manifest() const { return module.manifest; }
  [[nodiscard]] GuardId guard(uint32_t bit) const { return module.graph.outputs[bit]; }
};

class Merged {
 public:
  /// All text leaves of the modules intern the same literals first (LowerOptions::literals). `allowed` is a policy whose last requirement
  /// is what may change; it must read signals only. `old` and `now` must outlive this.
  Merged(const Lowered& old, const Lowered& now, const Lowered* allowed);

  /// The graph, and what is read. Its routes, rules and models are not to be asked.
  [[nodiscard]] const Module& module() const { return module_; }
  [[nodiscard]] const Side& old() const { return old_; }
  [[nodiscard]] const Side& now() const { return now_; }
  [[nodiscard]] std::optional<GuardId> allowed() const { return allowed_; }

  /// The tools that a policy adds or takes away by name, the first few; that the request offers one; that it offers more than so many.
  [[nodiscard]] const std::vector<std::string>& tools() const { return tools_; }
  [[nodiscard]] GuardId offers(size_t tool) const { return offers_[tool]; }
  [[nodiscard]] GuardId offers_more_than(size_t count) const { return offers_more_than_[count]; }

  /// What policies call a derived value; null also where one of them calls another value so.
  [[nodiscard]] const lower::DerivedValue* derived(ValueId value) const;
  /// What one cannot say by its name: both policies have the name for different things.
  [[nodiscard]] bool is_ambiguous(SignalId signal) const { return ambiguous_[signal.index]; }
  /// Signals that read alike here by their name alone: they are defined differently, and none of them is computed here.
  [[nodiscard]] const std::vector<SignalId>& redefined() const { return redefined_; }
  /// Signals whose vectors are known, of both policies the same. They belong to what this was made of.
  [[nodiscard]] analysis::VectorSignals vectors() const;
  /// Signals of old and new that read one source by different types or defaults.
  [[nodiscard]] const std::vector<std::pair<SignalId, SignalId>>& linked() const { return linked_; }

 private:
  void add_signals(const Lowered& from, Side& side, bool is_new);
  SignalId merged_signal(const Manifest& manifest, const SignalInfo& info, bool is_new);
  SignalId add_signal(const Manifest& manifest, const SignalInfo& info, bool is_new);
  void add_vectors(const Lowered& from, const Side& side);
  void add_graph(const Lowered& from, Side& side);
  void add_fits(Side& side);
  GuardId fit(const Model& model);
  void add_tools();
  void collect_tools(const std::vector<Action>& actions, const Manifest& manifest);
  /// A value of the request that every policy may read.
  ValueId request_value(const std::string& kind, const Type& type, bool can_be_absent, Facet facet = Facet::Value,
                        const std::string& member = {});

  Module module_;
  Side old_, now_;
  std::optional<GuardId> allowed_;
  ir::GraphBuilder graph_;
  std::vector<std::string> meanings_;  // by SignalId of the merged module
  std::vector<bool> in_old_, in_new_, ambiguous_;
  std::map<std::tuple<uint32_t, Facet, std::string>, LeafId> leaves_;
  std::map<ValueId, lower::DerivedValue> derived_;
  std::map<std::string, ValueId> by_name_;  // of derived values
  std::vector<std::string> tools_;
  std::vector<GuardId> offers_, offers_more_than_;
  std::vector<SignalId> redefined_;
  std::vector<std::pair<SignalId, SignalId>> linked_;
  std::map<SignalId, const analysis::VectorSignal*> vectors_;  // null: none, or not the same of both
};

}  // namespace sbx::diff
