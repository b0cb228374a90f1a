// SPDX-License-Identifier: Apache-2.0
// A request to a decision: read what matters, step, finish (docs/design/semantics.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/engine/decision.h"
#include "runtime/engine/frame.h"
#include "runtime/engine/reader.h"
#include "runtime/engine/step.h"
#include "runtime/program/program.h"

namespace sbx {

namespace state {
class Snapshot;
}
class Learned;

/// How much of `why` is told. Brief: the tests by which the winner and the rules hold. Full: also what failed, and the nearest route that
/// did not win.
enum class ExplainLevel : uint8_t { None, Brief, Full };

/// A reading that replaces a signal's own.
struct GivenSignal {
  SignalId signal;
  Reading reading;
};

struct DecideOptions {
  ExplainLevel explain = ExplainLevel::Brief;
  bool eager = false;              // read every signal first
  bool no_models = false;          // model and remote signals are unknown unless given
  bool guards = false;             // decide nothing: list the rules and routes that hold
  int64_t deadline_us = -1;        // for the whole decision; what is pending then has failed
  std::vector<GivenSignal> given;  // stronger than the request's own readings
  const state::Snapshot* state = nullptr;  // what selectors go by; must outlive the decision, as the next
  const Learned* learned = nullptr;
  bool requirements = false;       // hold the decision to what the policy requires: Decision::broken
  /// For tests: where to add the model and remote signals that the decision asked for although nothing was given. They are unknown then.
  std::vector<SignalId>* leaned = nullptr;
};

/// A request whose body is still to come. `request` has what precedes it; `has_body` is false.
struct RequestHead {
  const Request& request;
  bool dialect_known = false;  // else the body's shape tells it
};

/// What one thread needs to decide with one policy: buffers that are used again.
class Workspace {
 public:
  explicit Workspace(const class Engine& engine);  // which must outlive it

 private:
  friend class Engine;
  Frame frame_;
  Stepper stepper_;
};

/// Decides by one program. Immutable: safe on any number of threads, each with its own workspace and reader.
class Engine {
 public:
  explicit Engine(const Program& program);  // which must outlive it

  /// R0733 or R0734 if a reading given with the request is of the wrong type or for a name that the policy lacks. Else it always decides.
  [[nodiscard]] Result<Decision> decide(const Request& request, Reader& reader, Workspace& workspace,
                                        const DecideOptions& options = {}) const;

  /// The decision, if no body could make it another one; nothing if the body is needed. Reads no model or remote signals. Of `options`
  /// only `explain` and `given` count. What the decision did not need is skipped among its readings. R0733, R0734.
  [[nodiscard]] Result<std::optional<Decision>> decide_early(const RequestHead& head, Reader& reader, Workspace& workspace,
                                                             const DecideOptions& options = {}) const;

  /// The signal that a policy reads by this name.
  [[nodiscard]] std::optional<SignalId> find_signal(std::string_view name) const;
  /// A reading of the command line, `NAME=READING`. R0733, R0734.
  [[nodiscard]] Result<GivenSignal> parse_given(std::string_view name, std::string_view reading) const;
  /// The model and remote signals that a decision on these readings would ask for, in the order of the manifest.
  [[nodiscard]] std::vector<SignalId> asks(const Decision& decision, Workspace& workspace) const;

  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] const FrameLayout& layout() const { return layout_; }

 private:
  class Run;
  class Early;
  [[nodiscard]] std::optional<Error> settle_given(const Request& request, const DecideOptions& options, Frame& frame) const;
  const Program& program_;
  FrameLayout layout_;
  std::unordered_map<std::string, SignalId, TextHash, std::equal_to<>> by_name_;
  std::vector<SignalId> free_;  // the free signals that guards read
  std::vector<SignalId> all_;
};

}  // namespace sbx
