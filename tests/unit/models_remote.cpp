// SPDX-License-Identifier: Apache-2.0
// Models at a server, which is a real one: what they answer, and every way in which they do not.
// tests: R0766
#include "models_rig.h"
#include "runtime/models/server.h"

namespace sbx::models {
namespace {

std::shared_ptr<const LearnedModel> opened(const RemoteSource& source) {
  Result<std::shared_ptr<const LearnedModel>> model = open_remote(source, start_network());
  REQUIRE_MESSAGE(model.ok(), model.error().message);
  return *model;
}

Result<Classified> classify(const RemoteSource& source, std::string_view text, Deadline deadline = {}) {
  return dynamic_cast<const Classifier&>(*opened(source)).classify(text, deadline);
}

std::string failure(const RemoteSource& source, std::string_view text = "abc") {
  const Result<Classified> answer = classify(source, text);
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().code == "R0789");
  return answer.error().message;
}

}  // namespace

TEST_CASE("vectors come back in the order of the texts, of unit length") {
  ModelServer server;
  for (const Protocol protocol : {Protocol::OpenAiEmbeddings, Protocol::TeiEmbed}) {
    const auto model = opened(server.source(protocol));
    const std::vector<std::string_view> texts{"aaab", "cc"};
    const Result<Encoded> encoded = dynamic_cast<const Encoder&>(*model).encode(texts, std::nullopt);
    REQUIRE_MESSAGE(encoded.ok(), encoded.error().message);
    CHECK(encoded->dimension == 3);
    CHECK(encoded->row(0)[0] == doctest::Approx(3 / std::sqrt(10.0)));
    CHECK(encoded->row(0)[1] == doctest::Approx(1 / std::sqrt(10.0)));
    CHECK(encoded->row(1)[2] == doctest::Approx(1));
  }
}

TEST_CASE("classifiers say what each declared label is") {
  ModelServer server;
  for (const Protocol protocol : {Protocol::TeiPredict, Protocol::VllmClassify}) {
    const Result<Classified> answer = classify(server.source(protocol), "aabc");
    REQUIRE_MESSAGE(answer.ok(), answer.error().message);
    CHECK(answer->probabilities == std::vector<int64_t>{500'000, 250'000, 250'000});
  }
}

TEST_CASE("a judge chooses one label") {
  ModelServer server;
  const Result<Classified> answer = classify(server.source(Protocol::Judge), "abb");
  REQUIRE_MESSAGE(answer.ok(), answer.error().message);
  CHECK(answer->probabilities == std::vector<int64_t>{0, 1'000'000, 0});
}

TEST_CASE("a text that is too long is cut at a character, and the answer says so") {
  ModelServer server;
  RemoteSource source = server.source(Protocol::VllmClassify);
  source.text_bytes = 4;
  const Result<Classified> answer = classify(source, "ab\u00e9\u00e9ccccc");
  REQUIRE(answer.ok());
  CHECK(answer->truncated);
  CHECK(answer->probabilities == std::vector<int64_t>{500'000, 500'000, 0});
  CHECK(cut("ab\u00e9", 3) == "ab");
}

TEST_CASE("garbage is a failure that names the server") {
  for (const char* garbage : {"", "{", "[]", "{}", R"({"data":[]})", R"({"data":[{"probs":[0.5]}]})", R"({"data":[{"probs":[7,0,0]}]})",
                              R"({"data":[{"probs":["a",0,0]}]})", R"([[{"label":"x","score":1}]])"}) {
    ModelServer server;
    server.garbage = garbage[0] == '\0' ? " " : garbage;
    for (const Protocol protocol : {Protocol::VllmClassify, Protocol::TeiPredict, Protocol::Judge})
      CHECK(failure(server.source(protocol)).starts_with("`unix:"));
  }
}

TEST_CASE("a server that is busy is asked again, and not for ever") {
  ModelServer server;
  server.fail_first = 1;
  CHECK(classify(server.source(Protocol::VllmClassify), "a").ok());
  CHECK(server.calls == 2);
  server.fail_first = 2;
  CHECK(failure(server.source(Protocol::VllmClassify)).ends_with("answered with status 503"));
  CHECK(server.calls == 4);
}

TEST_CASE("after failures in a row nothing is sent for a while") {
  ModelServer server;
  server.fail_first = 3;
  RemoteSource source = server.source(Protocol::VllmClassify);
  source.retries = 0;
  source.failures = 3;
  source.open_ms = 50;
  const auto model = opened(source);
  const auto& classifier = dynamic_cast<const Classifier&>(*model);
  for (int i = 0; i < 5; ++i) CHECK_FALSE(classifier.classify("a", std::nullopt).ok());
  CHECK(server.calls == 3);
  std::this_thread::sleep_for(std::chrono::milliseconds(80));
  CHECK(classifier.classify("a", std::nullopt).ok());
  CHECK(classifier.classify("a", std::nullopt).ok());
}

TEST_CASE("answers that are none open the circuit too") {
  ModelServer server;
  server.garbage = "[]";
  RemoteSource source = server.source(Protocol::VllmClassify);
  source.failures = 3;
  source.open_ms = 60'000;
  const auto model = opened(source);
  for (int i = 0; i < 5; ++i) CHECK_FALSE(dynamic_cast<const Classifier&>(*model).classify("a", std::nullopt).ok());
  CHECK(server.calls == 3);
}

TEST_CASE("a deadline ends a call, and a late answer hurts nobody") {
  ModelServer server;
  server.delay_ms = 300;
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(classify(server.source(Protocol::VllmClassify), "a", start + std::chrono::milliseconds(50)).ok());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(290));
  server.delay_ms = 0;
}

TEST_CASE("nobody there is a failure") {
  RemoteSource source;
  source.protocol = Protocol::VllmClassify;
  source.url = "unix:/nowhere/s";
  source.labels = {"a", "b"};
  CHECK(failure(source) == "`unix:/nowhere/s` gave no answer (refused)");
}

TEST_CASE("declarations that mean nothing are refused") {
  RemoteSource source;
  source.url = "ftp://x";
  CHECK(open_remote(source, start_network()).error().code == "R0766");
  source.url = "http://127.0.0.1:1";
  source.protocol = Protocol::TeiPredict;
  source.labels = {"one"};
  CHECK(open_remote(source, start_network()).error().code == "R0766");
}

TEST_CASE("examples are encoded once, and never again for what is on disk") {
  ModelServer server;
  char name[] = "/tmp/sbx-vectors-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  const auto model = opened(server.source(Protocol::OpenAiEmbeddings));
  const auto& encoder = dynamic_cast<const Encoder&>(*model);
  PrototypeStore first(folder);
  REQUIRE(first.encode(encoder, std::vector<std::string>{"aa", "b"}).ok());
  REQUIRE(first.encode(encoder, std::vector<std::string>{"b", "c", "aa"}).ok());
  CHECK(server.texts == 3);
  PrototypeStore second(folder);
  const Result<Encoded> rows = second.encode(encoder, std::vector<std::string>{"c", "aa", "ab"});
  REQUIRE(rows.ok());
  CHECK(server.texts == 4);
  CHECK(second.asked() == 1);
  CHECK(rows->row(0)[2] == doctest::Approx(1));
  CHECK(rows->row(1)[0] == doctest::Approx(1));
  for (const auto& file : std::filesystem::directory_iterator(folder)) std::filesystem::resize_file(file, 40);
  CHECK(PrototypeStore(folder).encode(encoder, std::vector<std::string>{"c"}).ok());
  CHECK(server.texts == 5);
  std::filesystem::remove_all(folder);
}

TEST_CASE("answers are kept up to so many bytes, the last used longest") {
  AnswerCache cache(600);
  const auto key = [](uint64_t i) { return AnswerKey{i, i}; };
  const Answer answer = Classified{.probabilities = {1, 2}, .truncated = false};
  cache.keep(key(1), answer);
  cache.keep(key(2), answer);
  cache.keep(key(3), answer);
  CHECK(cache.find(key(1)).has_value());
  cache.keep(key(4), answer);  // 2 was used least
  CHECK_FALSE(cache.find(key(2)).has_value());
  CHECK(cache.find(key(1)).has_value());
  CHECK(std::get<Classified>(*cache.find(key(4))).probabilities == std::vector<int64_t>{1, 2});
}

TEST_CASE("workers run what they are given at once, up to a bound") {
  std::atomic<int> running{0}, most{0}, done{0};
  {
    Workers workers(3);
    for (int i = 0; i < 12; ++i) {
      CHECK(workers.run([&] {
        most = std::max<int>(most, ++running);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        --running;
        ++done;
      }));
    }
    while (done < 12) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(most <= 3);
  CHECK(done == 12);
}

}  // namespace sbx::models
