// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/onnx_runner.h"

#include <algorithm>
#include <array>

namespace sbx::models {
namespace {

std::string output_of(const std::vector<std::string>& outputs, Take take) {
  static constexpr std::array<const char*, 4> kVectors{"sentence_embedding", "embeddings", "last_hidden_state", "token_embeddings"};
  static constexpr std::array<const char*, 1> kLogits{"logits"};
  const std::span<const char* const> wanted = take == Take::Pooled ? std::span<const char* const>(kVectors) : std::span<const char* const>(kLogits);
  for (const char* name : wanted) {
    if (std::ranges::find(outputs, name) != outputs.end()) return name;
  }
  return outputs.front();
}

class OnnxRunner : public BatchRunner {
 public:
  OnnxRunner(std::unique_ptr<OnnxSession> session, Take take, Pooling pooling, int64_t padding_id)
      : session_(std::move(session)), output_(output_of(session_->outputs(), take)), take_(take), pooling_(pooling), padding_id_(padding_id) {}

  Result<std::vector<Row>> run(std::span<const Encoding* const> batch) override {
    const TokenBatch tokens = batch_of(batch, padding_id_);
    const auto output = session_->run(tokens, output_);
    if (!output) return output.error();
    const std::vector<int64_t>& shape = output->shape;
    const bool by_row = shape.size() == 2, by_token = shape.size() == 3 && shape[1] == static_cast<int64_t>(tokens.length);
    const bool fits = (by_row && take_ != Take::Tokens) || (by_token && take_ != Take::Row);
    if (!fits || shape[0] != static_cast<int64_t>(tokens.rows) || shape.back() == 0) return unfit(shape);
    const auto width = static_cast<size_t>(shape.back());
    std::vector<Row> rows;
    for (size_t i = 0; i < batch.size(); ++i) {
      const size_t row = by_row ? width : tokens.length * width;
      const std::span<const float> values = output->values.subspan(i * row, row);
      if (by_row) rows.emplace_back(values.begin(), values.end());
      if (by_token) rows.push_back(take_ == Take::Pooled ? pooled(values, width, tokens.lengths[i]) : own(values, width, *batch[i]));
    }
    return rows;
  }
  void stop() override { session_->stop(); }
  void allow() override { session_->allow(); }

 private:
  [[nodiscard]] Error unfit(const std::vector<int64_t>& shape) const {
    std::string said;
    for (const int64_t size : shape) said += (said.empty() ? "" : " x ") + std::to_string(size);
    const char* wanted = take_ == Take::Pooled ? "a vector for each text or token" : take_ == Take::Row ? "a row for each text" : "a row for each token";
    return {"R0788", "the model's output `" + output_ + "` is " + said + ", not " + wanted};
  }

  [[nodiscard]] Row pooled(std::span<const float> values, size_t width, size_t tokens) const {
    Row result(values.begin(), values.begin() + static_cast<ptrdiff_t>(width));
    if (pooling_ == Pooling::First) return result;
    for (size_t token = 1; token < tokens; ++token) {
      for (size_t i = 0; i < width; ++i) result[i] += values[token * width + i];
    }
    for (float& value : result) value /= static_cast<float>(tokens);
    return result;
  }

  static Row own(std::span<const float> values, size_t width, const Encoding& encoding) {
    const std::span<const float> tokens = values.subspan(encoding.first * width, encoding.tokens.size() * width);
    return {tokens.begin(), tokens.end()};
  }

  std::unique_ptr<OnnxSession> session_;
  std::string output_;
  Take take_;
  Pooling pooling_;
  int64_t padding_id_;
};

}  // namespace

std::unique_ptr<BatchRunner> onnx_runner(std::unique_ptr<OnnxSession> session, Take take, Pooling pooling, int64_t padding_id) {
  return std::make_unique<OnnxRunner>(std::move(session), take, pooling, padding_id);
}

}  // namespace sbx::models
