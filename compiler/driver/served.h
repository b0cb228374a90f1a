// SPDX-License-Identifier: Apache-2.0
// Policies as the commands serve them: compiled, with their signals bound, one for each set of derived signals that are given.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "compiler/driver/inputs.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/reader.h"
#include "runtime/signals/signal_set.h"

namespace sbx::driver {

/// One compiled policy with what one thread needs to decide by it. Does not move: its parts point at each other.
class ServedPolicy {
 public:
  /// R0710, R0711.
  /// `models`: what its signals may ask; null: none.
  [[nodiscard]] static Result<std::unique_ptr<ServedPolicy>> make(std::unique_ptr<Program> program, std::shared_ptr<models::Models> models = {});

  [[nodiscard]] const Manifest& manifest() const { return program_->module.manifest; }
  [[nodiscard]] const Engine& engine() const { return engine_; }
  [[nodiscard]] const signals::SignalSet& signals() const { return signals_; }
  [[nodiscard]] Workspace& workspace() { return workspace_; }
  [[nodiscard]] std::unique_ptr<Reader> reader() { return std::make_unique<SignalReader>(signals_, pool_); }

 private:
  ServedPolicy(std::unique_ptr<Program> program, signals::SignalSet signals)
      : program_(std::move(program)), signals_(std::move(signals)), engine_(*program_), workspace_(engine_) {}

  std::unique_ptr<Program> program_;
  signals::SignalSet signals_;
  signals::TextsPool pool_;
  Engine engine_;
  Workspace workspace_;
};

/// All policies of one run, compiled when first needed; or the one that an object holds.
class ServedPolicies {
 public:
  ServedPolicies(const Checked& checked, CompileOptions options, std::shared_ptr<models::Models> models = {})
      : checked_(&checked), options_(std::move(options)), models_(std::move(models)) {}
  explicit ServedPolicies(std::unique_ptr<ServedPolicy> object) : object_(std::move(object)) {}

  /// The policy at `index` in which the derived signals among `given` are read rather than computed (an object has no derived ones left).
  [[nodiscard]] Result<ServedPolicy*> get(size_t index, const std::set<std::string>& given);
  /// The policy that serves the model `asked`; the only one there is; else nothing.
  [[nodiscard]] std::optional<size_t> choose(std::string_view asked) const;

 private:
  const Checked* checked_ = nullptr;  // null: `object_`
  CompileOptions options_;
  std::shared_ptr<models::Models> models_;
  std::unique_ptr<ServedPolicy> object_;
  std::map<std::pair<size_t, std::set<std::string>>, std::unique_ptr<ServedPolicy>> made_;
};

}  // namespace sbx::driver
