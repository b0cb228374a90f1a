// SPDX-License-Identifier: Apache-2.0
// What a learned model answers, whatever computes it: one that is embedded, ONNX Runtime, or a server.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/program/reading.h"

namespace sbx::models {

/// When an answer is of no use any more; nothing: it may take its time.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// What a classifier says of a text: a probability for each of its labels, in their order, in millionths. Of labels that exclude each other
/// they sum to a million, or to less where a text may be out of the model's scope.
struct Classified {
  std::vector<int64_t> probabilities;
  bool truncated = false;  // the text was longer than what the model looks at
};

/// What a tagger finds in a text, in order, in code points. Spans do not overlap.
struct Tagged {
  std::vector<TextSpan> spans;
  std::vector<int64_t> confidences;  // of each span, millionths
  bool truncated = false;
};

/// Vectors of unit length, one after the other.
struct Encoded {
  size_t dimension = 0;
  std::vector<float> values;
  std::vector<bool> truncated;  // by text

  [[nodiscard]] std::span<const float> row(size_t i) const { return {values.data() + i * dimension, dimension}; }
};

/// How an answer is come by: Embedded takes microseconds on the thread that asks; Local occupies cores of this machine for milliseconds;
/// Remote waits for a server.
enum class Runs : uint8_t { Embedded, Local, Remote };

/// A model as policies name it. Safe on any number of threads, as are the classes below.
class LearnedModel {
 public:
  virtual ~LearnedModel() = default;
  /// Tells apart models that may answer differently: a hash of the weights, or the address and name of what a server has. Key of caches.
  [[nodiscard]] virtual const std::string& identity() const = 0;
  [[nodiscard]] virtual Runs runs() const = 0;
};

class Classifier : public virtual LearnedModel {
 public:
  [[nodiscard]] virtual const std::vector<std::string>& labels() const = 0;
  [[nodiscard]] virtual Result<Classified> classify(std::string_view text, Deadline deadline) const = 0;
};

class Tagger : public virtual LearnedModel {
 public:
  [[nodiscard]] virtual const std::vector<std::string>& labels() const = 0;
  [[nodiscard]] virtual Result<Tagged> tag(std::string_view text, Deadline deadline) const = 0;
};

class Encoder : public virtual LearnedModel {
 public:
  /// One row a text.
  [[nodiscard]] virtual Result<Encoded> encode(std::span<const std::string_view> texts, Deadline deadline) const = 0;
};

}  // namespace sbx::models
