// SPDX-License-Identifier: Apache-2.0
// differential_quick [--decisions N] [--seed S]: random policies and random lines of traces. What QuickDecider decides is what
// Engine::decide decides, and it decides most lines whose readings are recorded. 2 * 10^4 lines, with SBX_FULL=1 in the environment 10^6.
#include "runtime/engine/quick.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "runtime/request/readings.h"
#include "tests/differential/dressed.h"

namespace {

using namespace sbx;
using namespace sbx::differential;
using Json = nlohmann::json;

struct Totals {
  uint64_t lines = 0, quick = 0, refused = 0, failures = 0;
};

Json json_of(const Reading& reading, const Type& type, Random& random) {
  if (reading.state == ReadingState::Unknown) return random.chance(50) ? Json(nullptr) : Json{{"state", "unknown"}};
  if (reading.state == ReadingState::Failed) return {{"state", "failed"}, {"error", "down"}};
  Json value = Json::parse(value_json(reading, type));
  if (!reading.confidence && random.chance(50)) return value;
  Json json = {{"value", std::move(value)}, {"state", "known"}, {"us", 3}};
  if (random.chance(10)) json["or_else"] = random.chance(50);
  if (reading.confidence) json["confidence"] = static_cast<double>(*reading.confidence) / 1e6;
  return json;
}

// A reading that is none, a name that nobody has, a key that an envelope cannot have.
void spoil(Json& line, Random& random) {
  switch (random.below(8)) {
    case 0:
      line["readings"]["nobody"] = true;
      break;
    case 1:
      line["readings"]["s0"] = "no such label";
      break;
    case 2:
      line["readings"]["s1"] = Json{{"value", 0.1234565}};
      break;
    case 3:
      line["readings"]["s2"] = Json{{"state", "perhaps"}};
      break;
    case 4:
      line["unheard-of"] = 1;
      break;
    case 5:
      line["readings"]["s0"] = Json{{"value", nullptr}};
      break;
    case 6:
      line["readings"]["s1"] = -2.5;
      break;
    default:
      line["readings"]["s2"] = Json::array({"m0", 3});
  }
}

Json body(Random& random) {
  Json body = {{"model", "auto"}, {"messages", Json::array({{{"role", "user"}, {"content", std::string(random.below(2000), 'a')}}})}};
  if (random.chance(30)) body["max_tokens"] = random.below(1500);
  if (random.chance(5)) body["tools"] = Json::array({{{"type", "function"}, {"function", {{"name", "f"}}}}});
  if (random.chance(5)) body["messages"][0]["content"] = Json::array({{{"type", "image_url"}, {"image_url", {{"url", "http://x"}}}}});
  if (random.chance(5)) body["messages"][0]["content"] = 3;
  return body;
}

class Lines {
 public:
  Lines(const Manifest& manifest, Random& random) : manifest_(manifest), random_(random) {}

  std::string next() {
    Json line = {{"id", "r"}, {"readings", Json::object()}};
    const uint32_t gaps = random_.chance(20) ? 7 : 0;  // in percent
    for (const SignalInfo& info : manifest_.signals) {
      if (random_.chance(gaps)) continue;
      constexpr int64_t kMost = 1'000'000'000;  // larger ones are left to Engine::decide
      Range range = full_range(info.type);
      if (random_.chance(95)) range = {std::max(range.low, -kMost), std::min(range.high, kMost)};
      line["readings"][info.name] = json_of(random_reading(info.type, range, random_), info.type, random_);
    }
    if (random_.chance(30)) {
      line["schema"] = "signalbox.decision/1";
      line["outcome"] = "otherwise";
      if (random_.chance(50)) line["usage"] = {{"input_tokens", random_.below(3000)}, {"output_tokens", 10}};
    } else {
      line["body"] = body(random_);
    }
    if (random_.chance(5)) spoil(line, random_);
    return line.dump();
  }

 private:
  const Manifest& manifest_;
  Random& random_;
};

// What nobody recorded is unknown here, so that every line can be decided; free ones too.
class NoReader final : public Reader {
 public:
  explicit NoReader(const Usage& usage) : usage_(usage) {}
  std::vector<Reading> read(const ReadingOrder& order) override { return std::vector<Reading>(order.wanted.size(), unknown_reading()); }
  int64_t prompt_tokens(const Request& request) override {
    if (!request.has_body) return usage_.input_tokens.value_or(0);
    return static_cast<int64_t>(request.text_all.size()) / 4;
  }

 private:
  const Usage& usage_;
};

std::string told(const Manifest& manifest, OutcomeKind outcome, std::optional<RouteId> route, std::optional<ModelId> model) {
  return std::string(to_string(outcome)) + " " + (route ? manifest.routes[*route].name : "-") + " " +
         (model ? manifest.models[*model].name : "-");
}

std::string in_full(const Engine& engine, const TraceParser& parser, const TraceLine& line, Workspace& workspace) {
  const Manifest& manifest = engine.program().module.manifest;
  Decoded decoded = parser.decode({});
  if (!decoded.request) return "not decoded: " + decoded.request.error().message;
  std::erase_if(decoded.request->readings, [&](const GivenReading& one) { return !engine.find_signal(one.name); });
  NoReader reader(line.usage);
  const Result<Decision> decision = engine.decide(*decoded.request, reader, workspace, {.explain = ExplainLevel::None});
  if (!decision) return "not decided: " + decision.error().message;
  const auto model = decision->attempts.empty() ? std::nullopt : std::optional(decision->attempts.front().model);
  return told(manifest, decision->outcome, decision->route, model);
}

void run_policy(uint64_t seed, uint64_t lines, Totals& totals) {
  Random random(seed);
  Program program;
  program.module = random_module(seed, 1 + random.below(30));
  dress(program.module, seed);
  if (random.chance(60)) {  // else a signal may be what says how long the prompt is
    for (SignalInfo& info : program.module.manifest.signals) {
      if (info.type.kind != TypeKind::Tokens) continue;
      info.name = "tokens";
      break;
    }
  }
  program.matcher = interpreter(program.module);
  const Manifest nothing;
  const Manifest& manifest = program.module.manifest;
  const Result<signals::SignalSet> signals = signals::SignalSet::bind(nothing, "");
  const Engine engine(program);
  Workspace workspace(engine);
  QuickDecider quick(engine, *signals, {});
  TraceParser parser;
  TraceLine line;
  Lines source(manifest, random);
  for (uint64_t i = 0; i < lines; ++i) {
    std::string bytes = source.next();
    const size_t size = bytes.size();
    bytes.resize(size + TraceParser::kPadding);
    ++totals.lines;
    if (parser.read({bytes.data(), size}, line)) {
      ++totals.failures;
      continue;
    }
    const std::string full = in_full(engine, parser, line, workspace);
    totals.refused += full.starts_with("not ");
    const QuickDecision* decision = quick.decide(line);
    if (decision == nullptr) continue;
    ++totals.quick;
    const std::string fast = told(manifest, decision->outcome, decision->route, decision->model);
    if (fast == full) continue;
    if (++totals.failures <= 3)
      std::fprintf(stderr, "--seed %llu: %s\nquick: %s\nfull:  %s\n", static_cast<unsigned long long>(seed), bytes.c_str(), fast.c_str(),
                   full.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  constexpr uint64_t kLinesOfOnePolicy = 100;
  uint64_t decisions = std::getenv("SBX_FULL") ? 1'000'000 : 20'000;
  uint64_t seed = 1;
  for (int i = 1; i + 1 < argc; i += 2) (std::strcmp(argv[i], "--seed") == 0 ? seed : decisions) = std::strtoull(argv[i + 1], nullptr, 10);
  Totals totals;
  while (totals.lines < decisions && totals.failures < 3) run_policy(seed++, std::min(decisions - totals.lines, kLinesOfOnePolicy), totals);
  const double part = 100.0 * static_cast<double>(totals.quick) / static_cast<double>(std::max<uint64_t>(1, totals.lines));
  std::printf("%llu lines, %llu refused, %.0f %% decided quickly, %llu failures\n", static_cast<unsigned long long>(totals.lines),
              static_cast<unsigned long long>(totals.refused), part, static_cast<unsigned long long>(totals.failures));
  constexpr double kLeast = 20;  // else nothing was compared
  return totals.failures == 0 && part >= kLeast ? 0 : 1;
}
