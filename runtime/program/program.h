// SPDX-License-Identifier: Apache-2.0
// A policy ready to decide: its module, and a way to match readings against it. Immutable and shared; safe on any
// number of threads. The native code may be replaced by better code while it serves.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/abi/decide.h"
#include "runtime/program/graph.h"

namespace sbx {

/// How a module's guards are evaluated. `known` takes frames with every leaf known, `partial` any frame (runtime/abi/decide.h).
class Matcher {
 public:
  virtual ~Matcher() = default;
  virtual void known(const sbx_frame& frame, sbx_match& match) const = 0;
  virtual void partial(const sbx_frame& frame, sbx_match& match) const = 0;
  /// `interpreter`, `unoptimized`, `native`.
  [[nodiscard]] virtual std::string_view name() const = 0;
};

struct Program {
  Module module;
  std::unique_ptr<Matcher> matcher;
};

/// The oracle: evaluates the graph as docs/language/deciding.md says, node by node, without any rewriting. Routes are found through
/// the manifest's tiers and `beats`, not through the linear order the native code uses.
[[nodiscard]] std::unique_ptr<Matcher> interpreter(const Module& module);  // `module` must outlive it

/// Interval and pending state of a value, (must, may) of a guard; for explain and for tests.
struct ValueState {
  int64_t lo = 0, hi = 0;
  bool pending = false;
};
struct GuardState {
  bool must = false, may = false;
};
struct GraphState {
  std::vector<ValueState> values;
  std::vector<GuardState> guards;
};
/// The winner among the routes once everything is settled, by tiers, blocks and `beats`; nothing: `otherwise`. Two unbeaten entries: the
/// first in `Manifest::order`.
[[nodiscard]] std::optional<RouteId> winner(const Manifest& manifest, const GraphState& state);
[[nodiscard]] GraphState evaluate(const Graph& graph, const Manifest& manifest, const sbx_frame& frame);

}  // namespace sbx
