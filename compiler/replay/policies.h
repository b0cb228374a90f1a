// SPDX-License-Identifier: Apache-2.0
// What a replay asks of whoever has the policies.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/engine/engine.h"
#include "runtime/signals/signal_set.h"

namespace sbx::replay {

/// One program that decides. All outlives the replay.
struct Deciding {
  const Engine* engine = nullptr;
  const signals::SignalSet* signals = nullptr;
};

/// The policies of a run, in source order. Called from several threads.
class Policies {
 public:
  virtual ~Policies() = default;
  [[nodiscard]] virtual size_t count() const = 0;
  [[nodiscard]] virtual const Manifest& manifest(size_t policy) const = 0;
  /// Signals that the policy computes from others.
  [[nodiscard]] virtual const std::set<std::string, std::less<>>& derived(size_t policy) const = 0;
  /// The policy in which those of `given` that are derived are read rather than computed.
  [[nodiscard]] virtual Result<Deciding> get(size_t policy, const std::set<std::string>& given) = 0;
  /// The policy that serves a model; the only one there is; else nothing.
  [[nodiscard]] virtual std::optional<size_t> choose(std::string_view model) const = 0;
};

}  // namespace sbx::replay
