// SPDX-License-Identifier: Apache-2.0
// One policy as it was loaded once: what threads need to decide with it. Immutable but for the buffers that they lend each other.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/engine/engine.h"
#include "runtime/program/program.h"
#include "runtime/selectors/learned.h"
#include "runtime/signals/signal_set.h"

namespace sbx::signals {
struct BudgetUse;
}

namespace sbx::embed {

class Generation {
 public:
  /// `alive` counts those that exist, for as long as they do. R0710, or what the arguments of a signal are refused with.
  /// `models`: what its signals may ask; null: none.
  [[nodiscard]] static Result<std::shared_ptr<Generation>> make(std::unique_ptr<Program> program, std::shared_ptr<std::atomic<uint64_t>> alive,
                                                                std::shared_ptr<models::Models> models = {});
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  /// Which load of its router it was, from 1; set before it is shared.
  uint64_t number = 0;
  /// What its trained selectors go by, where a decision's options give nothing; set before it is shared.
  std::shared_ptr<const Learned> learned;

  [[nodiscard]] const Manifest& manifest() const { return program_->module.manifest; }
  /// Its signals as they are bound.
  [[nodiscard]] const signals::SignalSet& signals() const { return signals_; }
  /// Whether a signal of the policy is read from the body.
  [[nodiscard]] bool needs_body() const { return !body_signals_.empty(); }

  /// Thread-safe, as the others. R0733, R0734.
  [[nodiscard]] Result<Decision> decide(const Request& request, const DecideOptions& options);
  [[nodiscard]] Result<std::optional<Decision>> decide_early(const RequestHead& head, const DecideOptions& options);
  /// Decides though the body stays away: what only it tells is unknown.
  [[nodiscard]] Result<Decision> decide_without_body(const RequestHead& head, DecideOptions options);
  /// Its budgets as they stand for a request, which has its body still, by the readings of its decision.
  [[nodiscard]] std::vector<signals::BudgetUse> budgets(const Request& request, const Decision& decision);
  /// Fills `why`, and `near` if `full`, of a decision that this generation has made.
  void explain(Decision& decision, bool full) const;

 private:
  class Seat;
  [[nodiscard]] DecideOptions with_learned(DecideOptions options) const;
  Generation(std::unique_ptr<Program> program, signals::SignalSet signals, std::shared_ptr<std::atomic<uint64_t>> alive);

  std::unique_ptr<Program> program_;
  signals::SignalSet signals_;
  signals::TextsPool texts_;
  Engine engine_;
  std::vector<SignalId> body_signals_;
  std::mutex mutex_;  // guards the next two
  std::vector<std::unique_ptr<Workspace>> free_;
  size_t made_ = 0;  // workspaces, free or not
  std::shared_ptr<std::atomic<uint64_t>> alive_;
};

}  // namespace sbx::embed
