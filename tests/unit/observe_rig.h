// SPDX-License-Identifier: Apache-2.0
// A policy, requests decided by it, and what a gateway would have made of them.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "compiler/pipeline.h"
#include "runtime/observe/observer.h"
#include "runtime/request/decode.h"

namespace sbx::test {

using Json = nlohmann::json;

inline const char* const kPolicy = R"(
policy desk serves "auto"
model small { provider: local  name: "qwen3-8b"  context: 32k  output: 4k  price: { in: $0.05/M, out: $0.20/M } }
model large { provider: openai name: "gpt-5"  context: 400k  output: 16k  can: [tools, vision]  price: { in: $1.25/M, out: $10/M } }
input  user.tier: {free, pro} or else free
signal urgent = keywords(any: ["urgent"])
signal topic  = classifier("topics", labels: [law, code])
strict tier safety { route barred when user.id == "mallory" or text == "drop tables" { deny 403 "no" } }
first work {
  route hurry when urgent and user.tier == pro { model = large, then small  header "x-hurry" = "1" }
  route law   when topic is law { model = large }
}
otherwise { model = small, then large }
unserved  { deny 503 "nobody" }
)";

inline std::shared_ptr<embed::Generation> generation_of(const std::string& text, uint64_t number = 1) {
  const CompileOptions options{.stdlib = SBX_SOURCE_DIR "/stdlib", .engine = CompileOptions::Engine::Interpreter, .analyze = false};
  const Result<Checked> checked = check_text("desk.sbx", text, options);
  REQUIRE(checked.ok());
  REQUIRE(!checked->diags.has_errors());
  Result<std::unique_ptr<Program>> program = compile(lower_policy(*checked, 0), options);
  REQUIRE(program.ok());
  auto made = embed::Generation::make(std::move(*program), std::make_shared<std::atomic<uint64_t>>(0));
  REQUIRE(made.ok());
  (*made)->number = number;
  return *made;
}

/// A request as a gateway serves it: decided, and answered by the first candidate.
inline observe::Served served_by(const std::shared_ptr<embed::Generation>& generation, const std::string& envelope) {
  Decoded decoded = decode_request(envelope, {.now_us = 1'764'162'000'000'000});
  REQUIRE(decoded.request.ok());
  Result<Decision> decision =
      generation->decide(*decoded.request, {.explain = ExplainLevel::None, .no_models = true});
  REQUIRE(decision.ok());
  observe::Served served{.generation = generation, .decision = std::move(*decision), .request = std::move(*decoded.request)};
  served.trace_id = "0af7651916cd43dd8448eb211c80319c";
  served.begin_us = 1'764'162'000'000'000;
  served.overhead_us = 120;
  served.duration_us = 900'000;
  served.status = 200;
  if (served.decision.denied) served.status = served.decision.denied->status;
  if (served.decision.attempts.empty()) return served;
  const ModelId model = served.decision.attempts.front().model;
  served.attempts.push_back({.model = model,
                             .provider = generation->manifest().models[model].provider,
                             .endpoint = "http://127.0.0.1:8001/v1",
                             .status = 200,
                             .outcome = "ok",
                             .begin_us = served.begin_us + 120,
                             .first_byte_us = 45'000,
                             .duration_us = 880'000});
  served.usage = {.input_tokens = 1000, .output_tokens = 50};
  served.cost_micros = 60;
  return served;
}

inline std::string chat(const std::string& id, const std::string& text, const std::string& more = "") {
  return Json{{"id", id}}.dump().insert(1, more.empty() ? "" : more + ",").insert(
      1, R"("body":{"model":"auto","messages":[{"role":"user","content":)" + Json(text).dump() + "}]},");
}

/// A folder that is gone afterwards.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sbx-observe-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  [[nodiscard]] std::string file(const std::string& name) const { return (path / name).string(); }
};

inline std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::vector<Json> lines_of(const std::string& path) {
  std::vector<Json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(Json::parse(line));
  return lines;
}

}  // namespace sbx::test
