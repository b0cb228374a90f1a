// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/shadow.h"

#include <nlohmann/json.hpp>

#include "runtime/engine/sent.h"
#include "runtime/gateway/time_text.h"
#include "runtime/request/decode.h"

namespace sbx::gateway {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostMoves = 100;
constexpr size_t kSamplesOfMove = 3;
constexpr size_t kLongestId = 64;

std::string winner(const Manifest& manifest, const Decision& decision) {
  return decision.route ? manifest.routes[*decision.route].name : std::string(to_string(decision.outcome));
}

Json side(const embed::Generation& generation, const Decision& decision) {
  const Manifest& manifest = generation.manifest();
  Json models = Json::array();
  for (const Attempt& attempt : decision.attempts) models.push_back(manifest.models[attempt.model].name);
  Json rules = Json::array();
  for (const RuleId rule : decision.rules) rules.push_back(manifest.rules[rule].name);
  return {{"generation", generation.number},
          {"outcome", to_string(decision.outcome)},
          {"route", decision.route ? Json(manifest.routes[*decision.route].name) : Json(nullptr)},
          {"models", models},
          {"rules", rules},
          {"status", decision.denied ? Json(decision.denied->status) : Json(nullptr)}};
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

void Shadow::compare(const embed::Generation& live, const Decision& decided, const Decision& shadowed) {
  const bool differ = sent(live.manifest(), decided) != sent(generation_->manifest(), shadowed);
  std::string sample;
  std::pair<std::string, std::string> who;
  if (differ) {
    who = {winner(live.manifest(), decided), winner(generation_->manifest(), shadowed)};
    sample = dumped({{"at", time_text(now_us())},
                     {"decision", decided.id.substr(0, kLongestId)},
                     {"live", side(live, decided)},
                     {"shadow", side(*generation_, shadowed)}});
  }
  const std::lock_guard lock(mutex_);
  ++requests_;
  if (!differ) return;
  ++different_;
  if (moves_.size() >= kMostMoves && !moves_.contains(who)) {
    ++unlisted_;
    return;
  }
  Move& move = moves_[std::move(who)];
  if (move.samples.size() < kSamplesOfMove)
    move.samples.push_back(std::move(sample));
  else
    move.samples[move.count % kSamplesOfMove] = std::move(sample);
  ++move.count;
}

std::string Shadow::json() const {
  const std::lock_guard lock(mutex_);
  Json moves = Json::array(), samples = Json::array();
  for (const auto& [who, move] : moves_) {
    moves.push_back({{"live", who.first}, {"shadow", who.second}, {"count", move.count}});
    for (const std::string& sample : move.samples) samples.push_back(Json::parse(sample));
  }
  return dumped({{"generation", generation_->number},
                 {"requests", requests_},
                 {"different", different_},
                 {"moves", moves},
                 {"unlisted", unlisted_},
                 {"samples", samples}});
}

}  // namespace sbx::gateway
