// SPDX-License-Identifier: Apache-2.0
// tests: R0787 R0788 R0789. Small models in ONNX Runtime: what they say equals what plain arithmetic says, alone, in batches and in windows.
// SBX_ONNXRUNTIME is the library, as tests/npm/install brings it.
#include <doctest/doctest.h>

#include <cmath>
#include <thread>

#include "runtime/models/onnx.h"
#include "tests/unit/onnx_rig.h"

using namespace sbx::models;
using rig::Folder, rig::Graph, rig::Matrix;

namespace {

constexpr size_t kWide = 8;
const Matrix kTable = rig::matrix(10, kWide, 1), kWeights = rig::matrix(kWide, kWide, 2);

// tanh(table[id] · weights), as the encoder below computes it.
std::vector<double> vector_of(size_t id) {
  std::vector<double> result;
  for (size_t column = 0; column < kWide; ++column) {
    double sum = 0;
    for (size_t i = 0; i < kWide; ++i) sum += static_cast<double>(kTable.at(id, i)) * static_cast<double>(kWeights.at(i, column));
    result.push_back(std::tanh(sum));
  }
  return result;
}

std::vector<double> unit(std::vector<double> vector) {
  double square = 0;
  for (const double value : vector) square += value * value;
  for (double& value : vector) value /= std::sqrt(square);
  return vector;
}

std::vector<double> mean_of(const std::vector<size_t>& ids) {
  std::vector<double> sum(kWide);
  for (const size_t id : ids) {
    const std::vector<double> one = vector_of(id);
    for (size_t i = 0; i < kWide; ++i) sum[i] += one[i];
  }
  return unit(sum);
}

void check_near(std::span<const float> got, const std::vector<double>& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (size_t i = 0; i < got.size(); ++i) CHECK(std::abs(static_cast<double>(got[i]) - wanted[i]) < 1e-4);
}

std::string encoder_file() {
  Graph graph;
  graph.input("input_ids");
  graph.input("attention_mask");
  graph.constant("table", kTable);
  graph.constant("weights", kWeights);
  graph.node("Gather", {"table", "input_ids"}, "words");
  graph.node("MatMul", {"words", "weights"}, "mixed");
  graph.node("Tanh", {"mixed"}, "last_hidden_state");
  graph.output("last_hidden_state", 3);
  return graph.file();
}

// The sum of table[id] over what is attended to: a row of three.
const Matrix kVotes = rig::matrix(10, 3, 3);
std::string classifier_file() {
  Graph graph;
  graph.input("input_ids");
  graph.input("attention_mask");
  graph.constant("votes", kVotes);
  graph.node("Gather", {"votes", "input_ids"}, "words");
  graph.node("Cast", {"attention_mask"}, "numbers", {{"to", Graph::kFloat}});
  graph.node("Unsqueeze", {"numbers"}, "mask", {}, {{"axes", {2}}});
  graph.node("Mul", {"words", "mask"}, "seen");
  graph.node("ReduceSum", {"seen"}, "logits", {{"keepdims", 0}}, {{"axes", {1}}});
  graph.output("logits", 2);
  return graph.file();
}

std::vector<double> votes_of(const std::vector<size_t>& ids) {
  std::vector<double> sum(3);
  for (const size_t id : ids) {
    for (size_t i = 0; i < 3; ++i) sum[i] += static_cast<double>(kVotes.at(id, i));
  }
  return sum;
}

std::vector<double> softmax_of(std::vector<double> logits) {
  double sum = 0;
  for (double& logit : logits) sum += logit = std::exp(logit);
  for (double& logit : logits) logit /= sum;
  return logits;
}

void check_near(const std::vector<int64_t>& millionths, const std::vector<double>& wanted) {
  REQUIRE(millionths.size() == wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) CHECK(std::abs(static_cast<double>(millionths[i]) / 1e6 - wanted[i]) < 1e-4);
}

const char* const kThreeLabels = R"({"id2label": {"0": "calm", "1": "angry", "2": "sad"}})";

}  // namespace

TEST_CASE("an encoder's vector is the mean of its tokens', at length one") {
  const Folder folder("encoder");
  folder.write("model.onnx", encoder_file());
  const auto encoder = open_onnx_encoder({.folder = folder.path()});
  REQUIRE_MESSAGE(encoder.ok(), encoder.error().message);
  const std::vector<std::string_view> texts{"one two", "three", ""};
  const auto encoded = (*encoder)->encode(texts, {});
  REQUIRE(encoded.ok());
  CHECK(encoded->dimension == kWide);
  check_near(encoded->row(0), mean_of({2, 4, 5, 3}));
  check_near(encoded->row(1), mean_of({2, 6, 3}));
  check_near(encoded->row(2), mean_of({2, 3}));
  CHECK(encoded->truncated == std::vector<bool>{false, false, false});

  const OnnxFacts* facts = onnx_facts(**encoder);
  REQUIRE(facts != nullptr);
  CHECK(facts->window == 512);
  CHECK(facts->outputs == kWide);
  CHECK(facts->warm_up_micros > 0);
  CHECK(facts->runtime_version.starts_with("1."));
}

TEST_CASE("an encoder's vector is that of its first token where its maker says so, and models are told apart by it") {
  const Folder folder("first");
  folder.write("model.onnx", encoder_file());
  const auto first = open_onnx_encoder({.folder = folder.path(), .pooling = Pooling::First});
  const auto mean = open_onnx_encoder({.folder = folder.path()}), again = open_onnx_encoder({.folder = folder.path()});
  REQUIRE(first.ok());
  const std::string_view text = "one two";
  check_near((*first)->encode({&text, 1}, {})->row(0), unit(vector_of(2)));
  CHECK((*first)->identity() != (*mean)->identity());
  CHECK((*mean)->identity() == (*again)->identity());
}

TEST_CASE("a model of static embeddings takes all texts in one row") {
  const Folder folder("static");
  Graph graph;  // the embedding of the first token of each text
  graph.input("input_ids", 1);
  graph.input("offsets", 1);
  graph.constant("table", kTable);
  graph.node("Gather", {"input_ids", "offsets"}, "firsts");
  graph.node("Gather", {"table", "firsts"}, "embeddings");
  graph.output("embeddings", 2);
  folder.write("model.onnx", graph.file());
  folder.write("tokenizer.json", R"({"pre_tokenizer": {"type": "Whitespace"}, "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 1, "one": 4, "two": 5}}})");
  const auto encoder = open_onnx_encoder({.folder = folder.path()});
  REQUIRE_MESSAGE(encoder.ok(), encoder.error().message);
  const std::vector<std::string_view> texts{"one two two", "two one"};
  const auto encoded = (*encoder)->encode(texts, {});
  REQUIRE(encoded.ok());
  for (size_t row = 0; row < 2; ++row) {
    std::vector<double> wanted;
    for (size_t i = 0; i < kWide; ++i) wanted.push_back(static_cast<double>(kTable.at(4 + row, i)));
    check_near(encoded->row(row), unit(wanted));
  }
}

TEST_CASE("types and positions of tokens, narrow inputs and halves of numbers") {
  const Folder folder("inputs");
  const Matrix types = rig::matrix(2, kWide, 6), places = rig::matrix(512, kWide, 7);
  Graph graph;
  graph.input("token_type_ids", 2, Graph::kInt32);
  graph.input("input_ids", 2, Graph::kInt32);
  graph.input("position_ids");
  graph.constant("table", kTable);
  graph.constant("types", types);
  graph.constant("places", places);
  graph.node("Gather", {"table", "input_ids"}, "words");
  graph.node("Gather", {"types", "token_type_ids"}, "kinds");
  graph.node("Gather", {"places", "position_ids"}, "where");
  graph.node("Add", {"words", "kinds"}, "both");
  graph.node("Add", {"both", "where"}, "all");
  graph.node("Cast", {"all"}, "token_embeddings", {{"to", Graph::kHalf}});
  graph.output("token_embeddings", 3, Graph::kHalf);
  folder.write("model.onnx", graph.file());
  std::string tokenizer = rig::tokenizer_json();  // the same, but that the last token is of type 1
  tokenizer.replace(tokenizer.find(R"("post_processor")"), std::string::npos, R"("post_processor": {"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "c", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "s", "type_id": 1}}],
    "special_tokens": {"c": {"id": "c", "ids": [2], "tokens": ["c"]}, "s": {"id": "s", "ids": [3], "tokens": ["s"]}}}})");
  folder.write("tokenizer.json", tokenizer);
  const auto encoder = open_onnx_encoder({.folder = folder.path()});
  REQUIRE_MESSAGE(encoder.ok(), encoder.error().message);
  const std::vector<std::string_view> texts{"one", "two three four"};
  const auto encoded = (*encoder)->encode(texts, {});
  REQUIRE(encoded.ok());
  const std::vector<std::vector<size_t>> ids{{2, 4, 3}, {2, 5, 6, 7, 3}};
  for (size_t row = 0; row < ids.size(); ++row) {
    std::vector<double> sum(kWide);
    for (size_t token = 0; token < ids[row].size(); ++token) {
      const size_t type = token + 1 == ids[row].size() ? 1 : 0;
      for (size_t i = 0; i < kWide; ++i) sum[i] += static_cast<double>(kTable.at(ids[row][token], i) + types.at(type, i) + places.at(token, i));
    }
    const std::vector<double> wanted = unit(sum);
    for (size_t i = 0; i < kWide; ++i) CHECK(std::abs(static_cast<double>(encoded->row(row)[i]) - wanted[i]) < 2e-3);  // what halves keep
  }
}

TEST_CASE("a text of any length is looked at as far as its windows go") {
  const Folder folder("endless");
  folder.write("model.onnx", encoder_file());
  const auto encoder = open_onnx_encoder({.folder = folder.path(), .window = 4, .overlap = 0, .most_windows = 2});
  REQUIRE(encoder.ok());
  const std::string white = "one" + std::string(10'000'000, ' ');
  const std::string_view text = white;
  const auto encoded = (*encoder)->encode({&text, 1}, {});
  REQUIRE(encoded.ok());
  check_near(encoded->row(0), mean_of({2, 4, 3}));
  CHECK(encoded->truncated[0]);
}

TEST_CASE("a long text is the mean of its windows, and what is beyond the last one is said") {
  const Folder folder("windows");
  folder.write("model.onnx", encoder_file());
  const auto encoder = open_onnx_encoder({.folder = folder.path(), .window = 4, .overlap = 0, .most_windows = 2});
  REQUIRE(encoder.ok());
  const std::vector<std::string_view> texts{"one two three four", "one two three four five"};
  const auto encoded = (*encoder)->encode(texts, {});
  REQUIRE(encoded.ok());
  check_near(encoded->row(0), mean_of({2, 4, 5, 3, 2, 6, 7, 3}));
  check_near(encoded->row(1), mean_of({2, 4, 5, 3, 2, 6, 7, 3}));
  CHECK(encoded->truncated == std::vector<bool>{false, true});
}

TEST_CASE("labels that exclude each other: softmax; that do not: sigmoid") {
  const Folder folder("classifier");
  folder.write("model.onnx", classifier_file());
  folder.write("config.json", kThreeLabels);
  const auto classifier = open_onnx_classifier({.folder = folder.path()});
  REQUIRE_MESSAGE(classifier.ok(), classifier.error().message);
  CHECK((*classifier)->labels() == std::vector<std::string>{"calm", "angry", "sad"});
  const auto classified = (*classifier)->classify("one two", {});
  REQUIRE(classified.ok());
  check_near(classified->probabilities, softmax_of(votes_of({2, 4, 5, 3})));
  CHECK(classified->probabilities[0] + classified->probabilities[1] + classified->probabilities[2] == 1'000'000);

  const auto independent = open_onnx_classifier({.folder = folder.path(), .exclusive = false});
  std::vector<double> wanted = votes_of({2, 4, 5, 3});
  for (double& logit : wanted) logit = 1 / (1 + std::exp(-logit));
  check_near((*independent)->classify("one two", {})->probabilities, wanted);
}

TEST_CASE("of a long text the window speaks in which the alarm is likeliest") {
  const Folder folder("alarm");
  folder.write("model.onnx", classifier_file());
  folder.write("config.json", kThreeLabels);
  for (const size_t alarm : {0U, 1U, 2U}) {
    const std::vector<std::string> labels{"calm", "angry", "sad"};
    const auto classifier = open_onnx_classifier({.folder = folder.path(), .alarm = labels[alarm], .window = 3, .overlap = 0});
    REQUIRE(classifier.ok());
    std::vector<double> wanted{-1, -1, -1};
    for (const size_t word : {4U, 5U, 6U}) {
      const std::vector<double> window = softmax_of(votes_of({2, word, 3}));
      if (window[alarm] > wanted[alarm]) wanted = window;
    }
    check_near((*classifier)->classify("one two three", {})->probabilities, wanted);
  }
  CHECK(open_onnx_classifier({.folder = folder.path(), .alarm = "bored"}).error().code == "R0788");
}

TEST_CASE("a tagger's spans are made of the likeliest labels of its tokens, over windows too") {
  const Folder folder("tagger");
  Matrix labels{10, 3, std::vector<float>(30)};  // O for all words, but B-NUMBER for `one`, I-NUMBER for `two`
  for (size_t id = 0; id < 10; ++id) labels.values[id * 3 + (id == 4 ? 1 : id == 5 ? 2 : 0)] = 5;
  Graph graph;
  graph.input("input_ids");
  graph.constant("labels", labels);
  graph.node("Gather", {"labels", "input_ids"}, "logits");
  graph.output("logits", 3);
  folder.write("model.onnx", graph.file());
  folder.write("config.json", R"({"id2label": {"0": "O", "1": "B-NUMBER", "2": "I-NUMBER"}})");
  const double sure = 1 / (1 + 2 * std::exp(-5.0));
  for (const uint32_t window : {512U, 4U}) {
    const auto tagger = open_onnx_tagger({.folder = folder.path(), .window = window, .overlap = 1});
    REQUIRE_MESSAGE(tagger.ok(), tagger.error().message);
    CHECK((*tagger)->labels() == std::vector<std::string>{"NUMBER"});
    const auto tagged = (*tagger)->tag("é one two six one one", {});
    REQUIRE(tagged.ok());
    REQUIRE(tagged->spans.size() == 3);
    const std::vector<std::pair<uint32_t, uint32_t>> wanted{{2, 9}, {14, 17}, {18, 21}};
    for (size_t i = 0; i < 3; ++i) {
      CHECK(tagged->spans[i].start == wanted[i].first);
      CHECK(tagged->spans[i].end == wanted[i].second);
      CHECK(tagged->spans[i].label == "NUMBER");
      CHECK(tagged->confidences[i] == std::llround(sure * 1e6));
    }
  }
}

TEST_CASE("threads that ask together get what each would get alone") {
  const Folder folder("threads");
  folder.write("model.onnx", encoder_file());
  const auto encoder = open_onnx_encoder({.folder = folder.path(), .batch = 4});
  REQUIRE(encoder.ok());
  const std::vector<std::pair<std::string_view, std::vector<size_t>>> texts{
      {"one", {2, 4, 3}}, {"one two three four five six", {2, 4, 5, 6, 7, 8, 9, 3}}, {"six six", {2, 9, 9, 3}}, {"five nine", {2, 8, 1, 3}}};
  std::vector<std::vector<float>> got(8);
  std::vector<std::jthread> threads;
  for (size_t i = 0; i < got.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int repeat = 0; repeat < 50; ++repeat) {
        const std::string_view text = texts[(i + static_cast<size_t>(repeat)) % texts.size()].first;
        const auto encoded = (*encoder)->encode({&text, 1}, {});
        got[i] = encoded.ok() ? encoded->values : std::vector<float>();
      }
    });
  }
  threads.clear();
  for (size_t i = 0; i < got.size(); ++i) check_near(got[i], mean_of(texts[(i + 49) % texts.size()].second));
}

TEST_CASE("a run that nobody waits for any more is stopped") {
  const Folder folder("late");
  Graph graph;  // two hundred products of large matrices, seconds long
  graph.input("input_ids");
  graph.constant("table", rig::matrix(10, 512, 4));
  graph.constant("weights", rig::matrix(512, 512, 5));
  graph.node("Gather", {"table", "input_ids"}, "m0");
  for (int i = 0; i < 200; ++i) {
    graph.node("MatMul", {"m" + std::to_string(i), "weights"}, "p" + std::to_string(i));
    graph.node("Tanh", {"p" + std::to_string(i)}, "m" + std::to_string(i + 1));
  }
  graph.output("m200", 3);
  folder.write("model.onnx", graph.file());
  const auto encoder = open_onnx_encoder({.folder = folder.path(), .window = 512});
  REQUIRE_MESSAGE(encoder.ok(), encoder.error().message);
  const std::string_view word = "one";
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE((*encoder)->encode({&word, 1}, {}).ok());
  const auto whole_word = std::chrono::steady_clock::now() - begin;

  std::string text;
  for (int i = 0; i < 510; ++i) text += "one ";
  const std::string_view long_text = text;
  const auto late = (*encoder)->encode({&long_text, 1}, std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
  REQUIRE_FALSE(late.ok());
  CHECK(late.error().code == "R0789");
  const auto then = std::chrono::steady_clock::now();
  CHECK((*encoder)->encode({&word, 1}, {}).ok());  // and the next one need not wait for it
  CHECK(std::chrono::steady_clock::now() - then < whole_word * 20 + std::chrono::microseconds(onnx_facts(**encoder)->warm_up_micros / 2));
  CHECK((*encoder)->encode({&word, 1}, std::chrono::steady_clock::now()).error().code == "R0789");
}

TEST_CASE("models that cannot be used") {
  const Folder folder("broken");
  const auto code = [&](const OnnxSource& source) { return open_onnx_encoder(source).error().code; };
  CHECK(code({.folder = folder.path()}) == "R0788");
  for (const std::string& garbage : {std::string(), std::string("garbage"), std::string(5000, '\xFF'), encoder_file().substr(0, 300)}) {
    folder.write("model.onnx", garbage);
    CHECK(code({.folder = folder.path()}) == "R0788");
  }
  folder.write("model.onnx", encoder_file());
  CHECK(code({.folder = folder.path(), .window = 2}) == "R0788");
  CHECK(open_onnx_classifier({.folder = folder.path()}).error().code == "R0788");
  folder.write("model.onnx", classifier_file());
  CHECK(open_onnx_classifier({.folder = folder.path()}).error().code == "R0788");  // without labels
  folder.write("config.json", "{");
  CHECK(open_onnx_classifier({.folder = folder.path()}).error().code == "R0788");
  folder.write("config.json", kThreeLabels);
  folder.write("tokenizer.json", "{}");
  CHECK(code({.folder = folder.path()}) == "R0785");
  Graph graph;
  graph.input("pixels");
  graph.output("pixels", 2);
  folder.write("tokenizer.json", rig::tokenizer_json());
  folder.write("model.onnx", graph.file());
  CHECK(code({.folder = folder.path()}) == "R0788");
}

TEST_CASE("no ONNX Runtime, and what is none") {
  const Folder folder("library");
  folder.write("model.onnx", encoder_file());
  CHECK(open_onnx_encoder({.folder = folder.path(), .library = "/nowhere/libonnxruntime.so.1"}).error().code == "R0787");
  CHECK(open_onnx_encoder({.folder = folder.path(), .library = "libm.so.6"}).error().code == "R0787");
}
