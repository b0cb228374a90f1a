// SPDX-License-Identifier: Apache-2.0
// Tries test blocks on a policy: what they read, what then holds, what is decided.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/search.h"
#include "compiler/driver/served.h"
#include "runtime/engine/expect.h"

namespace sbx::driver {

using Readings = std::vector<analysis::LeafReading>;  // by LeafId

/// All that a request reads, and what holds on it.
struct Seen {
  Readings leaves;
  std::vector<bool> holds;    // by GuardId
  std::vector<bool> may;      // the same: whether it may hold, whatever is unknown
  std::vector<RuleId> rules;  // that fired
};

[[nodiscard]] bool answers(const Seen& seen, const analysis::Question& question);

class TestProbe {
 public:
  /// `module` is the policy's, to whose graph guards may have been added. Both must outlive it.
  TestProbe(const Module& module, ServedPolicy& served) : module_(module), served_(served), frame_(served.engine().layout()) {}

  /// All that a step's request and readings come to. Nothing: they cannot be read.
  [[nodiscard]] std::optional<Seen> look(const TestStep& step);
  /// As `signalbox test` runs it.
  [[nodiscard]] TestRun run(const TestStep& step);
  [[nodiscard]] std::optional<SignalId> find(const std::string& name) const { return served_.engine().find_signal(name); }
  [[nodiscard]] bool is_same(SignalId signal, const Readings& a, const Readings& b) const;
  /// The reading of a signal by its leaves, as a test gives it.
  [[nodiscard]] TestReading reading_of(SignalId signal, const Readings& readings) const;

 private:
  const Module& module_;
  ServedPolicy& served_;
  Frame frame_;
};

}  // namespace sbx::driver
