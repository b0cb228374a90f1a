// SPDX-License-Identifier: Apache-2.0
// Signals that go by learned models, which a real server has: their readings, how often models are asked, and what a deadline does.
// tests: R0764 R0765 R0767
#include <fstream>

#include "models_rig.h"
#include "signals_rig.h"

namespace sbx::signals {
namespace {

using models::ModelServer;
using models::Protocol;

std::shared_ptr<models::Models> models_at(const ModelServer& server) {
  models::ModelsSettings settings;
  settings.models = {{"letters", server.source(Protocol::VllmClassify)}, {"vectors", server.source(Protocol::OpenAiEmbeddings)}};
  settings.encoder = "vectors";
  return std::make_shared<models::Models>(std::move(settings));
}

Constant decimal(int64_t digits, int scale) { return {Decimal{digits, scale}}; }

Type label(std::vector<std::string> members) { return {.kind = TypeKind::Label, .members = std::move(members), .space = {}}; }

SignalInfo costly(SignalInfo info) {
  info.cost = CostClass::Model;
  return info;
}

SignalInfo classifier(std::vector<std::string> members, Constant margin = decimal(0, 0)) {
  return costly(info_of("classifier", {{"model", {"letters"}}, {"label", {""}}, {"margin", std::move(margin)}}, label(std::move(members))));
}

SignalInfo similar(std::vector<std::string> examples) {
  return costly(info_of("similar", {{"examples", texts(examples)}}, {.kind = TypeKind::Similarity}));
}

SignalInfo nearest(Constant floor, Constant margin) {
  const ConstantRecord prototypes{{"as", texts({"a", "aaab"})}, {"bs", texts({"b"})}};
  return costly(info_of("nearest", {{"prototypes", {prototypes}}, {"temperature", decimal(1, 1)}, {"floor", std::move(floor)}, {"margin", std::move(margin)}},
                        label({"as", "bs", "none"})));
}

/// Several signals on one request, asked together.
std::vector<Reading> readings(std::vector<SignalInfo> infos, std::shared_ptr<models::Models> models, const std::string& text, models::Deadline deadline = {}) {
  Manifest manifest;
  std::vector<SignalId> ids;
  for (SignalInfo& info : infos) ids.push_back(manifest.signals.add(std::move(info)));
  Result<SignalSet> set = SignalSet::bind(manifest, "", std::move(models));
  REQUIRE_MESSAGE(set.ok(), set.error().message);
  CHECK(set->missing().empty());
  Texts texts;
  texts.start();
  const Request request = request_of(text);
  set->ask(ids, request, texts, deadline);
  std::vector<Reading> all;
  for (const SignalId id : ids) all.push_back(set->read(id, request, texts));
  return all;
}

Reading reading(SignalInfo info, const ModelServer& server, const std::string& text) { return readings({std::move(info)}, models_at(server), text).front(); }

}  // namespace

TEST_CASE("a classifier's winner, its confidence and its scores") {
  ModelServer server;
  const Reading won = reading(classifier({"a", "b", "c", "none"}), server, "aaab");
  CHECK(word(won) == "a");
  CHECK(won.confidence == 750'000);
  CHECK(won.scores == std::vector<std::pair<std::string, int64_t>>{{"a", 750'000}, {"b", 250'000}, {"c", 0}});
  CHECK(word(reading(classifier({"b", "none"}), server, "aaab")) == "none");
  CHECK(word(reading(classifier({"a", "b", "none"}, decimal(6, 1)), server, "aaab")) == "none");
  CHECK(word(reading(classifier({"a", "b", "none"}, decimal(5, 1)), server, "aaab")) == "a");
}

TEST_CASE("the probability of one label") {
  ModelServer server;
  const ConstantRecord arguments{{"model", {"letters"}}, {"label", {"b"}}, {"margin", decimal(0, 0)}};
  CHECK(raw(reading(costly(info_of("classifier", arguments, {.kind = TypeKind::Probability})), server, "aaab")) == 250'000);
}

TEST_CASE("similar is the largest cosine, rounded to millionths") {
  ModelServer server;
  CHECK(raw(reading(similar({"b", "aab"}), server, "ab")) == std::llround(1e6 * 3 / std::sqrt(10)));
}

TEST_CASE("several examples count by the largest, by their mean, or as a bank") {
  ModelServer server;
  const auto by = [&](const char* name) {
    SignalInfo info = similar({"b", "aab"});
    info.arguments.push_back({"by", {name}});
    return raw(reading(std::move(info), server, "ab"));
  };
  const double of_b = 1 / std::sqrt(2), of_aab = 3 / std::sqrt(10), mean = (of_b + of_aab) / 2;
  CHECK(by("max") == std::llround(1e6 * of_aab));
  CHECK(std::abs(by("mean") - std::llround(1e6 * mean)) <= 1);
  CHECK(std::abs(by("bank") - std::llround(1e6 * (0.75 * of_aab + 0.25 * mean))) <= 1);
  CHECK(refused(info_of("similar", {{"examples", texts({"a"})}, {"by", {"median"}}})) == "E0306");
  CHECK(refused(info_of("contrast", {{"by", {"top"}}, {"k", decimal(0, 0)}})) == "E0306");
  CHECK(refused(info_of("nearest", {{"of", {"text.none"}}})) == "E0306");
}

TEST_CASE("a model is asked about the text that the signal names") {
  ModelServer server;
  SignalInfo all = classifier({"a", "b", "none"});
  all.arguments.push_back({"of", {"text.all"}});
  Manifest manifest;
  const SignalId id = manifest.signals.add(std::move(all));
  Result<SignalSet> set = SignalSet::bind(manifest, "", models_at(server));
  REQUIRE(set.ok());
  Texts texts;
  texts.start();
  Request request = request_of("aaa");
  request.messages.push_back({Role::User, {{.text = "b"}}});
  summarize(request);
  CHECK(word(set->read(id, request, texts)) == "a");
}

TEST_CASE("contrast is a difference of similarities") {
  ModelServer server;
  const SignalInfo info = costly(info_of("contrast", {{"hard", texts({"a"})}, {"easy", texts({"b", "c"})}}, {.kind = TypeKind::Contrast}));
  CHECK(raw(reading(info, server, "aab")) == std::llround(1e6 * 1 / std::sqrt(5)));
}

TEST_CASE("nearest: floor, margin and ties") {
  ModelServer server;
  const Reading near = reading(nearest(decimal(5, 1), decimal(0, 0)), server, "aaab");
  CHECK(word(near) == "as");
  CHECK(near.scores.size() == 2);
  CHECK(near.scores[0].second + near.scores[1].second == 1'000'000);
  CHECK(near.confidence == near.scores[0].second);
  CHECK(word(reading(nearest(decimal(5, 1), decimal(0, 0)), server, "c")) == "none");
  CHECK(word(reading(nearest({ConstantRecord{{"bs", decimal(99, 2)}, {"else", decimal(1, 1)}}}, decimal(0, 0)), server, "abbb")) == "none");
  CHECK(word(reading(nearest(decimal(0, 0), decimal(9, 1)), server, "aaab")) == "none");
}

TEST_CASE("a knowledge base: labels, groups, and what is wrong with one") {
  ModelServer server;
  char name[] = "/tmp/sbx-knowledge-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  const auto write = [&](const std::string& text) { std::ofstream(folder + "/letters.json") << text; };
  const auto of_base = [&](std::string kind, ConstantRecord arguments, Type type) {
    arguments.push_back({"kb", {"letters"}});
    SignalInfo info = costly(info_of(std::move(kind), std::move(arguments), std::move(type)));
    info.place.file = folder + "/policy.sbx";
    return info;
  };
  const auto missing = [&](const SignalInfo& info) {
    Manifest manifest;
    (void)manifest.signals.add(info);
    Result<SignalSet> set = SignalSet::bind(manifest, "", models_at(server));
    REQUIRE(set.ok());
    return set->missing().empty() ? "" : set->missing()[0].message;
  };
  const SignalInfo named = of_base("nearest", {}, label({"as", "none"}));
  const SignalInfo groups = of_base("nearest", {{"among", {"groups"}}}, label({"vowels", "others", "none"}));
  const SignalInfo others = of_base("similar", {{"for", {"others"}}}, {.kind = TypeKind::Similarity});
  const SignalInfo any = of_base("similar", {}, {.kind = TypeKind::Similarity});
  const SignalInfo margin = of_base("contrast", {{"for", {"vowels"}}, {"against", {"others"}}}, {.kind = TypeKind::Contrast});
  write(R"({"labels": {"as": {"exemplars": ["a"]}, "bs": {"exemplars": ["b"]}, "cs": {"exemplars": ["c"]}}, "groups": {"vowels": ["as"], "others": ["bs", "cs"]}})");
  CHECK(word(reading(named, server, "aab")) == "as");
  CHECK(word(reading(named, server, "abb")) == "none");  // `bs`, which the policy does not name
  CHECK(word(reading(groups, server, "acc")) == "others");
  CHECK(raw(reading(others, server, "aab")) == std::llround(1e6 / std::sqrt(5)));
  CHECK(raw(reading(any, server, "aab")) == std::llround(2e6 / std::sqrt(5)));
  CHECK(raw(reading(margin, server, "aab")) == std::llround(1e6 / std::sqrt(5)));
  CHECK(missing(of_base("similar", {{"for", {"ds"}}}, {.kind = TypeKind::Similarity})) ==
        "signal `similar`: the knowledge base `letters.json` has no label or group `ds`; it has `as`, `bs`, `cs`, `vowels`, `others`");
  CHECK(missing(of_base("nearest", {}, label({"ds", "none"}))).ends_with("has no label or group `ds`; it has `as`, `bs`, `cs`, `vowels`, `others`"));
  CHECK(missing(of_base("nearest", {}, label({"vowels", "none"}))).ends_with("`vowels` is not among the labels of the knowledge base"));
  for (const char* wrong : {"[]", "{", R"({"labels": {"as": {"exemplars": []}}})", R"({"labels": {"as": {"exemplars": ["a"]}}, "groups": {"vowels": ["es"]}})",
                            R"({"labels": {"as": {"exemplars": ["a"]}}, "groups": {"as": ["as"]}})"}) {
    write(wrong);
    CHECK_MESSAGE(missing(any).starts_with("signal `similar`: the knowledge base `letters.json` "), wrong);
  }
  std::filesystem::remove_all(folder);
  CHECK(missing(any).find("No such file") != std::string::npos);
  CHECK(refused(info_of("contrast", {{"kb", {"letters"}}, {"for", {"vowels"}}})) == "E0306");
  CHECK(refused(info_of("contrast", {{"hard", texts({"a"})}, {"easy", texts({"b"})}, {"for", {"vowels"}}})) == "E0306");
  CHECK(refused(info_of("nearest", {{"kb", {"letters"}}, {"among", {"all"}}})) == "E0306");
}

TEST_CASE("risk of a conversation: a moving average, and the peak") {
  ModelServer server;
  const auto risk = [](const char* by, Constant turns) {
    return costly(info_of("safety.risk", {{"by", {by}}, {"alpha", decimal(5, 1)}, {"turns", std::move(turns)}, {"model", {"letters"}}, {"label", {"b"}}},
                          {.kind = TypeKind::Probability}));
  };
  Manifest manifest;
  const SignalId ema = manifest.signals.add(risk("ema", decimal(16, 0))), peak = manifest.signals.add(risk("peak", decimal(16, 0))),
                 last_two = manifest.signals.add(risk("ema", decimal(2, 0)));
  Result<SignalSet> set = SignalSet::bind(manifest, "", models_at(server));
  REQUIRE(set.ok());
  REQUIRE(set->missing().empty());
  Request request = request_of("bbbb");
  const auto read = [&](SignalId id) {
    Texts texts;
    texts.start();
    return raw(set->read(id, request, texts));
  };
  CHECK(read(ema) == 1'000'000);
  for (const char* text : {"aaab", "aaaa"}) {
    request.messages.push_back({Role::Assistant, {{.text = "bbb"}}});
    request.messages.push_back({Role::User, {{.text = text}}});
  }
  summarize(request);
  const int calls = server.calls;
  CHECK(read(ema) == 312'500);  // 1, then (0.25 + 1) / 2, then half of that
  CHECK(read(peak) == 1'000'000);
  CHECK(read(last_two) == 125'000);
  CHECK(server.calls == calls + 2);  // what was asked for an earlier request is known
  CHECK(refused(info_of("safety.risk", {{"by", {"sum"}}})) == "E0306");
  CHECK(refused(info_of("safety.risk", {{"by", {"ema"}}, {"alpha", decimal(0, 0)}})) == "E0306");
  CHECK(refused(info_of("safety.risk", {{"by", {"ema"}}, {"turns", decimal(0, 0)}})) == "E0306");
}

TEST_CASE("one call of an encoder, however many signals go by it, and none for a text that comes again") {
  ModelServer server;
  const auto models = models_at(server);
  const std::vector<SignalInfo> infos{similar({"a"}), similar({"b", "c"}), nearest(decimal(0, 0), decimal(0, 0)), classifier({"a", "none"})};
  const std::vector<Reading> first = readings(infos, models, "aab");
  const int calls = server.calls;
  CHECK(server.texts == 5);  // four different examples, and the text
  CHECK(first[0].source == ReadingSource::Computed);
  const std::vector<Reading> again = readings(infos, models, "aab");
  CHECK(server.calls == calls);
  for (size_t i = 0; i < infos.size(); ++i) {
    CHECK_MESSAGE(again[i].source == ReadingSource::Cached, i);
    CHECK(again[i].value == first[i].value);
  }
}

TEST_CASE("independent models are asked at the same time") {
  ModelServer server;
  const auto models = models_at(server);
  (void)readings({similar({"a"})}, models, "warm");
  server.delay_ms = 200;
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Reading> both = readings({similar({"a"}), classifier({"a", "none"})}, models, "ab");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(390));
  for (const Reading& one : both) CHECK_MESSAGE(one.state == ReadingState::Known, one.error);
}

TEST_CASE("what is late has failed, and is there for the next request") {
  ModelServer server;
  const auto models = models_at(server);
  server.delay_ms = 150;
  const std::vector<SignalInfo> infos{classifier({"a", "none"})};
  const Reading late = readings(infos, models, "ab", std::chrono::steady_clock::now() + std::chrono::milliseconds(60)).front();
  CHECK(late.state == ReadingState::Failed);
  CHECK(readings(infos, models, "ab").front().state == ReadingState::Known);
}

TEST_CASE("vectors of another length than the encoder's are refused") {
  ModelServer server;
  char name[] = "/tmp/sbx-vectors-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  std::ofstream(folder + "/two.json") << R"({"encoder": "vectors", "vectors": [[1, 0]]})";
  Manifest manifest;
  (void)manifest.signals.add(similar({"a"}));
  const SignalId two = manifest.signals.add(costly(info_of("similar", {{"vectors", {folder + "/two.json"}}}, {.kind = TypeKind::Similarity})));
  Result<SignalSet> set = SignalSet::bind(manifest, "", models_at(server));
  REQUIRE(set.ok());
  REQUIRE(set->missing().size() == 1);
  CHECK(set->missing()[0].code == "R0767");
  Texts texts;
  texts.start();
  CHECK(set->read(two, request_of("aa"), texts).state == ReadingState::Failed);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a model that is not there fails its signal and no other") {
  ModelServer server;
  Manifest manifest;
  const SignalId absent = manifest.signals.add(costly(info_of("classifier", {{"model", {"nobody"}}, {"margin", decimal(0, 0)}}, label({"a", "none"}))));
  const SignalId wrong = manifest.signals.add(classifier({"x", "none"}));
  const SignalId there = manifest.signals.add(classifier({"a", "none"}));
  Result<SignalSet> set = SignalSet::bind(manifest, "", models_at(server));
  REQUIRE(set.ok());
  REQUIRE(set->missing().size() == 2);
  CHECK(set->missing()[0].code == "R0764");
  CHECK(set->missing()[0].message == "signal `classifier`: no model is called `nobody`; there are `letters`, `ngrams`, `vectors`");
  CHECK(set->missing()[1].message == "signal `classifier`: the model `letters` has no label `x`; it has `a`, `b`, `c`");
  CHECK(set->is_slow());
  Texts texts;
  texts.start();
  const Request request = request_of("aa");
  CHECK(set->read(absent, request, texts).state == ReadingState::Failed);
  CHECK(set->read(wrong, request, texts).state == ReadingState::Failed);
  CHECK(word(set->read(there, request, texts)) == "a");
}

}  // namespace sbx::signals
