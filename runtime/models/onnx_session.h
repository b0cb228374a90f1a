// SPDX-License-Identifier: Apache-2.0
// One model in ONNX Runtime: token numbers in, numbers out.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/models/onnx_library.h"
#include "runtime/models/tokenizer.h"

namespace sbx::models {

/// Sequences of tokens side by side, the short ones filled up.
struct TokenBatch {
  size_t rows = 0, length = 0;
  std::vector<int64_t> ids, mask, types, positions;  // rows × length
  std::vector<size_t> lengths;                        // of each row
};
[[nodiscard]] TokenBatch batch_of(std::span<const Encoding* const> encodings, int64_t padding_id);

/// An output: rows × width, or rows × length × width.
struct OnnxOutput {
  std::vector<int64_t> shape;
  std::span<const float> values;
  std::shared_ptr<const void> owner;  // of the values
};

/// One run at a time; `stop` from any thread.
class OnnxSession {
 public:
  /// R0787, R0788.
  static Result<std::unique_ptr<OnnxSession>> open(const std::string& model, const std::string& library, int threads);
  ~OnnxSession();

  [[nodiscard]] const std::vector<std::string>& outputs() const;
  [[nodiscard]] const std::string& runtime_version() const;

  /// The output of that name. R0789: the run broke down or was stopped; R0788: the output is of no use.
  [[nodiscard]] Result<OnnxOutput> run(const TokenBatch& batch, const std::string& output);
  /// Ends the run under way soon, and all that follow until `allow`.
  void stop();
  void allow();

 private:
  struct State;
  explicit OnnxSession(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sbx::models
