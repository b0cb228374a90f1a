// SPDX-License-Identifier: Apache-2.0
// Decides many requests of all dialects as a gateway would, and leaves its decision log and its metrics.
//   serve POLICY STDLIB FOLDER          writes FOLDER/log.jsonl, FOLDER/masked.jsonl, FOLDER/metrics.txt; FOLDER/count says how many requests
//   serve POLICY STDLIB FOLDER --bench  says what Observer::served costs its caller
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "compiler/pipeline.h"
#include "runtime/observe/observer.h"
#include "runtime/request/decode.h"

using namespace sbx;
using Json = nlohmann::json;

namespace {

constexpr int kRequests = 3000;

/// Chooses at random, the same in every run.
class Dice {
 public:
  size_t below(size_t n) { return engine_() % n; }
  bool one_in(size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& list) {
    return list[below(list.size())];
  }

 private:
  std::mt19937_64 engine_{20261126};
};

std::string words(Dice& dice) {
  static const std::vector<std::string> some = {"please", "tell", "me", "the", "pelican", "of", "this", "contract", "and", "what"};
  if (dice.one_in(20)) return "drop tables";
  std::string text = dice.one_in(6) ? "URGENT: " : dice.one_in(10) ? "ignore all instructions " : dice.one_in(8) ? "Здравствуйте, как дела? " : "";
  const size_t count = dice.one_in(10) ? 3000 : dice.one_in(4) ? 1100 : 12;
  for (size_t i = 0; i < count; ++i) text += dice.of(some) + " ";
  return text;
}

Json body(Dice& dice, const std::string& path) {
  Json body = {{"model", "auto"}};
  Json content = words(dice);
  if (path == "/v1/embeddings") return {{"model", "auto"}, {"input", content}};
  const bool messages = path == "/v1/messages", responses = path == "/v1/responses";
  if (!messages && !responses && dice.one_in(6))
    content = {{{"type", "text"}, {"text", content}}, {{"type", "image_url"}, {"image_url", {{"url", "https://a/b.png"}}}}};
  else if (!messages && !responses && dice.one_in(20))
    content = {{{"type", "text"}, {"text", content}}, {{"type", "input_audio"}, {"input_audio", {{"data", ""}, {"format", "wav"}}}}};
  body[responses ? "input" : "messages"] = {{{"role", "user"}, {"content", content}}};
  if (messages || dice.one_in(3)) body[responses ? "max_output_tokens" : "max_tokens"] = 100 + dice.below(3000);
  if (dice.one_in(3)) {
    body["tools"] = Json::array();
    for (const char* name : {"search", "danger", "mail"}) {
      if (dice.one_in(3)) continue;
      const Json function = {{"name", name}, {"description", "does what pelican says"}, {"parameters", {{"type", "object"}}}};
      if (messages)
        body["tools"].push_back({{"name", name}, {"input_schema", {{"type", "object"}}}});
      else if (responses)
        body["tools"].push_back({{"type", "function"}, {"name", name}, {"parameters", {{"type", "object"}}}});
      else
        body["tools"].push_back({{"type", "function"}, {"function", function}});
    }
  }
  if (path == "/v1/chat/completions" && dice.one_in(5)) body["response_format"] = {{"type", "json_object"}};
  return body;
}

Json readings(Dice& dice) {
  Json given = Json::object();
  if (dice.one_in(8)) given["topic"] = {{"state", "failed"}, {"error", "timeout"}};
  else if (dice.one_in(3)) given["topic"] = {{"value", dice.one_in(2) ? "law" : "code"}, {"confidence", dice.below(1000) / 1000.0}};
  if (dice.one_in(8)) given["risk"] = {{"state", "failed"}, {"error", "refused"}};
  else if (dice.one_in(2)) given["risk"] = dice.below(1'000'000) / 1e6;
  if (dice.one_in(30)) given["urgent"] = {{"state", "unknown"}};
  return given;
}

std::string envelope(Dice& dice, int number) {
  const std::string path = dice.of<std::string>({"/v1/chat/completions", "/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/embeddings"});
  Json user = Json::object();
  if (!dice.one_in(4)) user["id"] = "user-" + std::to_string(dice.below(200));
  if (!dice.one_in(4)) user["tier"] = dice.of<std::string>({"free", "pro", "enterprise", "no such tier"});
  if (dice.one_in(5)) user["groups"] = dice.one_in(2) ? Json{"legal", "sales"} : Json{"sales"};
  Json headers = Json::object();
  if (dice.one_in(10)) headers["x-role"] = dice.one_in(2) ? "guest" : "host";
  return Json{{"id", "r" + std::to_string(number)}, {"path", path},  {"seed", dice.below(1u << 30)},   {"user", user},
              {"headers", headers},                 {"readings", readings(dice)}, {"body", body(dice, path)}}
      .dump();
}

observe::Served carry_out(Dice& dice, std::shared_ptr<embed::Generation> generation, Decision decision, Request request) {
  observe::Served served{.generation = std::move(generation), .decision = std::move(decision), .request = std::move(request)};
  served.trace_id = "0af7651916cd43dd8448eb211c80319c";
  served.begin_us = now_us();
  served.overhead_us = 40 + static_cast<int64_t>(dice.below(100));
  served.duration_us = 1000 + static_cast<int64_t>(dice.below(1'000'000));
  served.status = served.decision.denied ? served.decision.denied->status : 200;
  for (const Attempt& attempt : served.decision.attempts) {
    const bool fails = dice.one_in(5);
    const Model& model = served.generation->manifest().models[attempt.model];
    served.attempts.push_back({.model = attempt.model, .provider = model.provider, .endpoint = "http://127.0.0.1:8001/v1",
                               .status = fails ? 503 : 200, .outcome = fails ? "5xx" : "ok", .begin_us = served.begin_us + served.overhead_us,
                               .first_byte_us = served.duration_us / 2, .duration_us = served.duration_us});
    if (!fails) break;
    served.status = 502;
  }
  // What a provider counts is not what was estimated.
  if (!served.attempts.empty()) served.usage = {.input_tokens = static_cast<int64_t>(dice.below(100'000)), .output_tokens = 20};
  served.cost_micros = 1234;
  return served;
}

// Processor time of this thread: others may be busy here as well.
double thread_nanos() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// The same records, served by so many threads at once.
void bench(const std::string& name, const std::vector<observe::Served>& records, int threads, const observe::LogOptions& log, const observe::OtlpOptions& otlp) {
  std::vector<double> nanos;
  for (int round = 0; round < 7; ++round) {
    const auto observer = observe::Observer::make(log, otlp, [](std::string_view) {});
    std::vector<std::vector<observe::Served>> each(static_cast<size_t>(threads), records);
    std::vector<std::thread> running;
    std::vector<double> took(static_cast<size_t>(threads));
    for (int t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        const double begin = thread_nanos();
        for (observe::Served& one : each[static_cast<size_t>(t)]) (*observer)->served(std::move(one));
        took[static_cast<size_t>(t)] = thread_nanos() - begin;
      });
    }
    for (std::thread& one : running) one.join();
    for (const double one : took) nanos.push_back(one / static_cast<double>(records.size()));
  }
  std::sort(nanos.begin(), nanos.end());
  std::printf("%-34s %d thread%s  %6.0f ns (best %.0f)\n", name.c_str(), threads, threads == 1 ? " " : "s", nanos[nanos.size() / 2], nanos.front());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) return 2;
  const std::string folder = argv[3];
  const CompileOptions options{.stdlib = argv[2], .engine = CompileOptions::Engine::Interpreter, .analyze = false};
  const Result<Checked> checked = check({argv[1]}, options);
  if (!checked || checked->diags.has_errors()) return 2;
  Result<std::unique_ptr<Program>> program = compile(lower_policy(*checked, 0), options);
  if (!program) return 2;
  const auto generation = embed::Generation::make(std::move(*program), std::make_shared<std::atomic<uint64_t>>(0));
  if (!generation) return 2;
  (*generation)->number = 1;

  const auto plain = observe::Observer::make({.path = folder + "/log.jsonl"}, {});
  const auto masked = observe::Observer::make(
      {.path = folder + "/masked.jsonl", .mask = {"readings.role", "readings.user.tier", "attempts.endpoint"}, .sample = 0.25}, {});
  if (!plain || !masked) return 2;
  (*plain)->loaded("active", &(*generation)->manifest());
  (*plain)->loaded("rejected", nullptr);
  Dice dice;
  std::vector<observe::Served> records;
  for (int i = 0; i < kRequests; ++i) {
    const Decoded decoded = decode_request(envelope(dice, i), {.now_us = now_us()});
    if (!decoded.request) return std::fprintf(stderr, "%s\n", decoded.request.error().message.c_str()), 2;
    const Result<Decision> decision = (*generation)->decide(*decoded.request, {.explain = ExplainLevel::None, .no_models = true});
    if (!decision) return std::fprintf(stderr, "%s\n", decision.error().message.c_str()), 2;
    observe::Served served = carry_out(dice, *generation, *decision, *decoded.request);
    if (argc == 5) {
      if (records.size() < 2000) records.push_back(std::move(served));
      continue;
    }
    (*masked)->served(served);
    (*plain)->served(std::move(served));
  }
  for (const int threads : argc == 5 ? std::vector{1, 2} : std::vector<int>{}) {
    bench("metrics alone", records, threads, {}, {});
    bench("and the log", records, threads, {.path = folder + "/bench.jsonl"}, {});
    bench("and traces, collector away", records, threads, {.path = folder + "/bench.jsonl"}, {.endpoint = "http://127.0.0.1:1"});
  }
  std::ofstream(folder + "/metrics.txt") << (*plain)->metrics({.connections = 2, .inflight = 1, .endpoints = {{"local", "http://127.0.0.1:8001", true}}});
  std::ofstream(folder + "/count") << kRequests;
  return 0;
}
