// SPDX-License-Identifier: Apache-2.0
// What findings rest on. What nothing computes but a model can only be assumed, or measured in a recorded sample; similarities to known
// vectors are geometry; the rest is proved.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "compiler/analysis/exclusions.h"
#include "compiler/analysis/similarities.h"
#include "compiler/analysis/space.h"
#include "compiler/analysis/world.h"
#include "runtime/base/result.h"
#include "runtime/diag/diagnostic.h"
#include "runtime/engine/frame.h"
#include "runtime/request/request.h"

namespace sbx::analysis {

/// The readings of one request, as a trace has them.
struct RecordedRequest {
  uint64_t line = 0;   // of the trace, from 1
  std::string policy;  // that decided it; empty: the trace does not say
  std::string model;   // that its body asks for
  std::vector<GivenReading> readings;
};

/// A line that says what its policy's signals cannot read.
struct Misfit {
  uint64_t line = 0;
  Error error;
};

/// A recorded sample.
struct Evidence {
  std::vector<RecordedRequest> requests;
  double confidence = 0;  // between 0 and 1, for the intervals
};

/// What is known of signals beside the policy. Pointers may be null, and are not owned.
struct Known {
  std::vector<VectorSignal> vectors;  // what they are read from, where that is known
  TextFacts texts;                    // what those of one text say of each other
  const Evidence* evidence = nullptr;
  bool is_only_policy = true;              // so that all requests are its own
  std::vector<Misfit>* misfits = nullptr;  // takes what the sample says wrongly
};

class Grounds {
 public:
  /// All must outlive it.
  Grounds(const Space& space, const Similarities& similarities, const Known& known);

  using Answers = std::function<bool(const Witness&)>;
  /// Says what a witness rests on that grants `needs` and answers a question. Readings of models that the answer does not need are taken
  /// out of it, if the world finds a request without them.
  void settle(Witness& witness, std::span<const Need> needs, World& world, const Answers& answers) const;

 private:
  struct Sample {
    std::map<LeafId, LeafReading> readings;  // of model and remote signals that the request has recorded
  };
  void read(const Known& known);
  [[nodiscard]] bool is_learned(LeafId leaf) const;
  [[nodiscard]] LeafReading plain(LeafId leaf, LeafReading reading) const;
  void spare(Witness& witness, std::span<const Need> needs, World& world, const Answers& answers) const;
  [[nodiscard]] Ground ground_of(const Witness& witness, const std::vector<LeafId>& learned, const Answers& answers) const;
  [[nodiscard]] std::string names(const std::vector<LeafId>& leaves) const;

  const Space& space_;
  const Manifest& manifest_;
  const Similarities& similarities_;
  const Evidence* evidence_;
  std::vector<Sample> samples_;
};

/// Findings and promises since these numbers of them that rest on no request, and that `others`, found without geometry, has not.
void mark_geometric(Diagnostics& diags, size_t findings, size_t promises, const Diagnostics& others, const Similarities& similarities);

}  // namespace sbx::analysis
