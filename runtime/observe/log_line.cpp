// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/log_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "runtime/engine/decision_json.h"
#include "runtime/observe/mask.h"

namespace sbx::observe {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json json_of(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}
Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

double in_ms(int64_t micros) {
  constexpr double kMs = 1000;
  return static_cast<double>(micros) / kMs;
}

// What of the request decides which models fit, and how their slots are laid; nothing where only its head was known.
Json asked(const Served& served) {
  const Request& request = served.request;
  if (!request.has_body) return nullptr;
  Json tools = Json::array();
  for (const Tool& tool : request.tools) tools.push_back(tool.name);
  return {{"dialect", to_string(request.dialect)},
          {"model", text_or_null(request.model)},
          {"stream", request.stream},
          {"prompt_tokens", json_of(served.decision.prompt_tokens)},
          {"max_tokens", json_of(request.max_tokens)},
          {"tools", tools},
          {"images", request.images},
          {"audio", request.audio},
          {"format", to_string(request.format)}};
}

Json attempts(const Served& served, const Manifest& manifest) {
  Json list = Json::array();
  for (const AttemptRecord& attempt : served.attempts) {
    list.push_back({{"model", manifest.models[attempt.model].name},
                    {"endpoint", attempt.endpoint},
                    {"status", attempt.status == 0 ? Json(nullptr) : Json(attempt.status)},
                    {"class", attempt.outcome},
                    {"ms", in_ms(attempt.duration_us)},
                    {"ttft_ms", attempt.first_byte_us == 0 ? Json(nullptr) : Json(in_ms(attempt.first_byte_us))}});
  }
  return list;
}

Json retrieved(const Served& served) {
  if (!served.retrieval) return nullptr;
  const RetrievalRecord& found = *served.retrieval;
  return {{"name", found.name}, {"passages", found.passages}, {"ms", in_ms(found.duration_us)}, {"error", text_or_null(found.error)}};
}

Json judged(const Served& served) {
  if (!served.guardrail) return nullptr;
  const GuardrailRecord& judged = *served.guardrail;
  return {{"name", judged.name},
          {"policy", text_or_null(judged.policy)},
          {"route", text_or_null(judged.route)},
          {"verdict", judged.verdict()},
          {"error", text_or_null(judged.error)}};
}

Json outcome(const Served& served, const Manifest& manifest) {
  constexpr double kMillion = 1e6;
  const Usage& usage = served.usage;
  return {{"ts", utc_time(served.begin_us)},
          {"trace_id", text_or_null(served.trace_id)},
          {"generation", served.generation->number},
          {"canary", served.canary},
          {"request", asked(served)},
          {"attempts", attempts(served, manifest)},
          {"status", served.status},
          {"usage",
           {{"input_tokens", json_of(usage.input_tokens)},
            {"output_tokens", json_of(usage.output_tokens)},
            {"cached_input_tokens", json_of(usage.cached_input_tokens)},
            {"reasoning_tokens", json_of(usage.reasoning_tokens)}}},
          {"cost_usd", served.cost_micros ? Json(static_cast<double>(*served.cost_micros) / kMillion) : Json(nullptr)},
          {"response_model", text_or_null(served.response_model)},
          {"finish_reason", text_or_null(served.finish_reason)},
          {"retrieval", retrieved(served)},
          {"guardrail", judged(served)},
          {"client_left", served.client_left},
          {"overhead_us", served.overhead_us},
          {"first_byte_us", served.first_byte_us == 0 ? Json(nullptr) : Json(served.first_byte_us)},
          {"duration_us", served.duration_us}};
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string log_line(Served& served, const std::vector<std::string>& paths) {
  const Manifest& manifest = served.generation->manifest();
  if (served.decision.why.empty()) served.generation->explain(served.decision, false);
  mask_prompt(manifest, served.decision);
  std::string line = decision_json(manifest, served.decision, false);
  line.pop_back();
  line.append(",").append(dumped(outcome(served, manifest)).substr(1));
  if (paths.empty()) return line;
  Json document = Json::parse(line);
  mask(paths, manifest, served.decision, document);
  return dumped(document);
}

// FNV-1a, and the finish of MurmurHash3 to spread it.
bool is_sampled(std::string_view decision_id, double share) {
  if (share >= 1) return true;
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : decision_id) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  hash ^= hash >> 33;
  constexpr int kBits = 11;  // what a double holds exactly
  constexpr double kWhole = static_cast<double>(uint64_t{1} << 53);
  return static_cast<double>(hash >> kBits) < share * kWhole;
}

std::string utc_time(int64_t micros) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds(micros)};
  const sys_days day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", int(date.year()), unsigned(date.month()), unsigned(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace sbx::observe
