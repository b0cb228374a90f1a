// SPDX-License-Identifier: Apache-2.0
// What encoders, classifiers and taggers of ONNX Runtime have in common: a folder, opened and tried, that answers texts by rows of numbers.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/models/batcher.h"
#include "runtime/models/onnx.h"
#include "runtime/models/tokenizer.h"
#include "runtime/models/windows.h"

namespace sbx::models {

/// What is taken from the model's output as the row of a window: the vectors of its tokens pooled, one row of numbers, or the numbers of
/// each of the text's own tokens.
enum class Take : uint8_t { Pooled, Row, Tokens };

/// A text and the rows of its windows.
struct Answer {
  std::vector<Token> tokens;
  Windows windows;
  std::vector<Row> rows;
};

class OnnxModel {
 public:
  static Result<std::unique_ptr<const OnnxModel>> open(const OnnxSource& source, Take take);

  [[nodiscard]] Result<std::vector<Answer>> ask(std::span<const std::string_view> texts, Deadline deadline) const;

  [[nodiscard]] const OnnxSource& source() const { return source_; }  // with the labels and `exclusive` that hold
  [[nodiscard]] const OnnxFacts& facts() const { return facts_; }
  [[nodiscard]] const std::string& identity() const { return identity_; }

 private:
  OnnxModel(const OnnxSource& source, Tokenizer tokenizer) : source_(source), tokenizer_(std::move(tokenizer)) {}
  std::optional<Error> read_config();
  std::optional<Error> start(Take take);
  std::optional<Error> warm_up(Take take);
  [[nodiscard]] Encoding sequence(std::span<const Token> tokens) const;
  [[nodiscard]] size_t room() const { return facts_.window - tokenizer_.added(); }
  [[nodiscard]] size_t overlap() const;

  OnnxSource source_;
  Tokenizer tokenizer_;
  OnnxFacts facts_;
  std::string identity_;
  std::unique_ptr<Batcher> batcher_;
};

/// A model's share of the interfaces in model.h.
class OnnxBacked : public virtual LearnedModel {
 public:
  explicit OnnxBacked(std::unique_ptr<const OnnxModel> model) : model_(std::move(model)) {}
  [[nodiscard]] const std::string& identity() const override { return model_->identity(); }
  [[nodiscard]] Runs runs() const override { return Runs::Local; }
  [[nodiscard]] const OnnxModel& model() const { return *model_; }

 private:
  std::unique_ptr<const OnnxModel> model_;
};

}  // namespace sbx::models
