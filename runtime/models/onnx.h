// SPDX-License-Identifier: Apache-2.0
// Encoders, classifiers and taggers that ONNX Runtime computes on this machine. A model is a folder: `model.onnx`, `tokenizer.json`, and
// for labels and lengths `config.json`. What ONNX Runtime is to us is in onnx_library.h; no type of it is seen from here.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/models/model.h"

namespace sbx::models {

/// How the vectors of a text's tokens become the vector of the text: their mean, or that of the first token. Both at length one.
enum class Pooling : uint8_t { Mean, First };

/// What is said of a text that is longer than the model's window. Encoders always take the mean, by tokens.
///   Maximum: of labels that exclude each other, the window speaks in which `OnnxSource::alarm` is likeliest, or without one the window
///            that is surest of any label; of independent labels, each one's highest probability.
///   Mean:    the mean of the windows' probabilities, by tokens.
enum class WindowRule : uint8_t { Maximum, Mean };

/// What to open and how to run it. Zero and empty mean what the model's own files say.
struct OnnxSource {
  std::string folder;
  std::string library;          // of ONNX Runtime; else the variable SBX_ONNXRUNTIME, else `libonnxruntime.so.1` of the system
  int threads = 1;              // that compute one batch

  Pooling pooling = Pooling::Mean;    // encoders
  std::vector<std::string> labels;    // classifiers and taggers; else `id2label` of config.json
  std::optional<bool> exclusive;      // classifiers: softmax or sigmoid; else by `problem_type` of config.json, else softmax
  std::string alarm;                  // a label; WindowRule::Maximum says what for

  uint32_t window = 0;          // most tokens of one run, those that the tokenizer adds included
  uint32_t overlap = 32;        // tokens that a window shares with the one before
  uint32_t most_windows = 16;   // what is beyond them is not looked at, and the answer says so
  WindowRule rule = WindowRule::Maximum;

  uint32_t batch = 16;                    // most windows that are computed together
  std::chrono::microseconds wait{0};      // how long a batch that is not full waits for more
  uint32_t queue = 256;                   // most windows that wait; one more is a failure
};

/// What opening a model cost, and what it was found to be.
struct OnnxFacts {
  std::string runtime_version;  // of ONNX Runtime
  int64_t load_micros = 0;
  int64_t warm_up_micros = 0;   // a first run, which allocates what later ones use
  int64_t memory_bytes = 0;     // by which the process grew meanwhile
  uint32_t window = 0;
  size_t outputs = 0;           // the dimension of an encoder, the labels of the others
};

/// R0787: no ONNX Runtime there. R0788: a model that cannot be used, or is not of this kind. R0785, R0786: its tokenizer. The model runs once
/// before it is returned. Its answers fail with R0789: too late, too many waiting, a run that broke down.
Result<std::shared_ptr<const Encoder>> open_onnx_encoder(const OnnxSource& source);
Result<std::shared_ptr<const Classifier>> open_onnx_classifier(const OnnxSource& source);
Result<std::shared_ptr<const Tagger>> open_onnx_tagger(const OnnxSource& source);

/// Nothing where ONNX Runtime does not compute the model.
[[nodiscard]] const OnnxFacts* onnx_facts(const LearnedModel& model);

}  // namespace sbx::models
