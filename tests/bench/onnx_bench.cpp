// SPDX-License-Identifier: Apache-2.0
// What an encoder of ours costs beside ONNX Runtime alone on the same tokens: from text to vector, against the bare call with its tensors
// ready. Models are made here: attention and two products a layer, random weights. Prints figures, asserts nothing (docs/performance.md).
//   SBX_ONNXRUNTIME=tests/npm/node_modules/onnxruntime/libonnxruntime.so.1 build/release/tests/onnx_bench
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/models/onnx.h"
#include "runtime/models/onnx_session.h"
#include "tests/unit/onnx_rig.h"

namespace {

using namespace sbx::models;

std::string transformer(size_t layers, size_t width) {
  rig::Graph graph;
  graph.input("input_ids");
  graph.input("attention_mask");
  graph.constant("table", rig::matrix(rig::words().size(), width, 1));
  graph.node("Gather", {"table", "input_ids"}, "x0");
  for (size_t i = 0; i < layers; ++i) {
    const std::string n = std::to_string(i), x = "x" + n;
    const auto product = [&](const std::string& from, const std::string& to, size_t rows, size_t columns) {
      rig::Matrix weights = rig::matrix(rows, columns, static_cast<uint32_t>(i * 10 + to.size()));
      for (float& weight : weights.values) weight /= static_cast<float>(rows);
      graph.constant("w." + to + n, weights);
      graph.node("MatMul", {from, "w." + to + n}, to + n);
    };
    product(x, "q", width, width);
    product(x, "key", width, width);
    product(x, "value", width, width);
    graph.node("Transpose", {"key" + n}, "turned" + n, {}, {{"perm", {0, 2, 1}}});
    graph.node("MatMul", {"q" + n, "turned" + n}, "scores" + n);
    graph.node("Softmax", {"scores" + n}, "attention" + n, {{"axis", 2}});
    graph.node("MatMul", {"attention" + n, "value" + n}, "mixed" + n);
    graph.node("Add", {x, "mixed" + n}, "between" + n);
    product("between" + n, "wide", width, 4 * width);
    graph.node("Relu", {"wide" + n}, "kept" + n);
    product("kept" + n, "narrow", 4 * width, width);
    graph.node("Add", {"between" + n, "narrow" + n}, i + 1 < layers ? "x" + std::to_string(i + 1) : "last_hidden_state");
  }
  graph.output("last_hidden_state", 3);
  return graph.file();
}

std::string bert_tokenizer() {
  std::string json = rig::tokenizer_json();
  const std::string before = R"({"pre_tokenizer": {"type": "Whitespace"}, "model": {"type": "WordLevel")";
  SBX_CHECK(json.starts_with(before), "the rig's tokenizer begins so");
  return R"({"normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}, "model": {"type": "WordPiece")" + json.substr(before.size());
}

// ONNX Runtime alone: a session with the same settings, and tensors that are made once.
class Bare {
 public:
  Bare(const std::string& path, TokenBatch batch) : library_(*OnnxLibrary::load("")), api_(library_->api()), batch_(std::move(batch)) {
    OrtEnv* env = nullptr;
    OrtSessionOptions* settings = nullptr;
    OrtMemoryInfo* memory = nullptr;
    check(api_.create_env(4, "bench", &env));
    check(api_.create_session_options(&settings));
    check(api_.set_optimization(settings, 99));
    check(api_.set_threads_within(settings, 1));
    check(api_.create_session(env, path.c_str(), settings, &session_));
    check(api_.create_cpu_memory(1, 0, &memory));
    const std::array<int64_t, 2> shape{static_cast<int64_t>(batch_.rows), static_cast<int64_t>(batch_.length)};
    check(api_.create_tensor(memory, batch_.ids.data(), batch_.ids.size() * 8, shape.data(), 2, kOrtInt64, &values_[0]));
    check(api_.create_tensor(memory, batch_.mask.data(), batch_.mask.size() * 8, shape.data(), 2, kOrtInt64, &values_[1]));
  }
  void run() {
    const std::array<const char*, 2> inputs{"input_ids", "attention_mask"};
    const char* output = "last_hidden_state";
    OrtValue* result = nullptr;
    check(api_.run(session_, nullptr, inputs.data(), values_.data(), 2, &output, 1, &result));
    api_.release_value(result);
  }

 private:
  static void check(OrtStatus* status) { SBX_CHECK(status == nullptr, "ONNX Runtime does what it is asked for"); }

  std::shared_ptr<const OnnxLibrary> library_;
  const OnnxApi& api_;
  TokenBatch batch_;
  OrtSession* session_ = nullptr;
  std::array<OrtValue*, 2> values_{};
};

template <class Work>
double micros(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

void measure(size_t layers, size_t width, size_t words, size_t texts, int runs) {
  const rig::Folder folder("bench");
  folder.write("model.onnx", transformer(layers, width));
  folder.write("tokenizer.json", bert_tokenizer());
  std::string text;
  for (size_t i = 0; i < words; ++i) text += rig::words()[4 + i % 6] + ' ';
  const auto encoder = open_onnx_encoder({.folder = folder.path(), .batch = 16});
  const auto tokenizer = Tokenizer::open(folder.path() + "/tokenizer.json");
  SBX_CHECK(encoder.ok() && tokenizer.ok(), "the models of the bench can be used");
  const Encoding encoding = tokenizer->encode(text);
  Bare bare(folder.path() + "/model.onnx", batch_of(std::vector<const Encoding*>(texts, &encoding), 0));
  const std::vector<std::string_view> asked(texts, text);
  std::vector<double> alone, ours, tokens;
  for (int i = 0; i < runs; ++i) {
    alone.push_back(micros([&] { bare.run(); }));
    ours.push_back(micros([&] { SBX_CHECK((*encoder)->encode(asked, std::chrono::steady_clock::now() + std::chrono::seconds(10)).ok(), "it encodes"); }));
    tokens.push_back(micros([&] { SBX_CHECK(tokenizer->encode(text).ids.size() == encoding.ids.size(), "it counts"); }));
  }
  const double ratio = median(ours) / median(alone), least = std::ranges::min(ours) / std::ranges::min(alone);
  std::printf("%zu x %zu, %zu tokens, %2zu texts: alone %8.1f us, ours %8.1f us, ratio %.3f (of the least %.3f); tokens of one text %.1f us; %.0f MiB\n", layers,
              width, encoding.ids.size(), texts, median(alone), median(ours), ratio, least, median(tokens),
              static_cast<double>(onnx_facts(**encoder)->memory_bytes) / 1048576);
}

}  // namespace

int main() {
  measure(2, 128, 126, 1, 300);
  measure(2, 128, 30, 1, 300);
  measure(6, 384, 126, 1, 40);
  measure(6, 384, 126, 16, 6);
}
