// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/counters.h"

#include <algorithm>

namespace sbx::observe {
namespace {

constexpr size_t kOutcomes = 5, kTokenTypes = 4;

const FamilyInfo& info(Family family) { return families()[static_cast<size_t>(family)]; }

void count(Series& series, int64_t by = 1) { series.sum += by; }

void observe(Series& series, Family family, int64_t value) {
  const std::span<const int64_t> bounds = info(family).bounds;
  value = std::max<int64_t>(value, 0);
  series.sum += value;
  ++series.count;
  const auto bucket = std::ranges::lower_bound(bounds, value) - bounds.begin();
  if (bucket < std::ssize(bounds)) ++series.buckets[static_cast<size_t>(bucket)];
}

std::string route_of(const Manifest& manifest, const Decision& decision) {
  return decision.route ? manifest.routes[*decision.route].name : "otherwise";
}

}  // namespace

struct Counters::Index {
  std::string revision, policy;
  std::vector<std::array<Series*, kOutcomes>> decisions;  // by route, `otherwise` last
  Series *decision_duration = nullptr, *unserved = nullptr;
  std::vector<Series*> signal_durations, signal_failures;
  struct OfModel {
    std::vector<std::pair<std::string, Series*>> attempts;            // by class
    std::vector<std::pair<std::string, Series*>> durations;           // by class
    Series *ttft = nullptr, *cost = nullptr, *retries = nullptr;
    std::array<Series*, kTokenTypes> tokens{}, gen_ai_tokens{};
  };
  std::vector<OfModel> models;
};

const AttemptRecord* answering(const Served& request) { return request.attempts.empty() ? nullptr : &request.attempts.back(); }

std::string_view operation_of(const Served& request) { return request.request.dialect == Dialect::Embeddings ? "embeddings" : "chat"; }

Series& Counters::at(Family family, std::vector<std::string> labels) {
  Of& of = families_[static_cast<size_t>(family)];
  auto found = of.find(labels);
  if (found == of.end()) {
    if (of.size() >= kMostSeries) labels.assign(labels.size(), "_other");
    found = of.try_emplace(std::move(labels)).first;
    found->second.buckets.resize(info(family).bounds.size());
  }
  return found->second;
}

Series& Counters::cached(Series*& place, Family family, std::vector<std::string> labels) {
  if (place == nullptr) place = &at(family, std::move(labels));
  return *place;
}

// A policy of the same revision has the same routes, models and signals, in the same order.
Counters::Index& Counters::index_of(const Manifest& manifest) {
  constexpr size_t kMost = 16;
  const auto found = std::ranges::find(indices_, manifest.revision, &Index::revision);
  if (found == indices_.end()) {
    if (indices_.size() >= kMost) indices_.pop_back();
    auto made = std::make_shared<Index>(Index{.revision = manifest.revision, .policy = manifest.name});
    made->decisions.resize(manifest.routes.size() + 1);
    made->signal_durations.resize(manifest.signals.size());
    made->signal_failures.resize(manifest.signals.size());
    made->models.resize(manifest.models.size());
    indices_.insert(indices_.begin(), std::move(made));
  } else if (found != indices_.begin()) {
    std::rotate(indices_.begin(), found, found + 1);
  }
  return *indices_.front();
}

void Counters::add(const Served& request) {
  count(cached(plain_.requests[request.status], Family::Requests, {std::to_string(request.status)}));
  Series*& duration = plain_.duration[request.request.dialect == Dialect::Embeddings ? 1 : 0];
  observe(cached(duration, Family::RequestDuration, {std::string(operation_of(request))}), Family::RequestDuration, request.duration_us);
  if (request.client_left) count(at(Family::ClientsLeft, {}));
  count(cached(plain_.bytes_in, Family::BytesIn, {}), static_cast<int64_t>(request.bytes_in));
  count(cached(plain_.bytes_out, Family::BytesOut, {}), static_cast<int64_t>(request.bytes_out));
  if (request.retrieval)
    observe(at(Family::Retrievals, {request.retrieval->name, request.retrieval->error.empty() ? "found" : "failed"}), Family::Retrievals,
            request.retrieval->duration_us);
  if (request.guardrail)
    count(at(Family::Judgements, {request.guardrail->name, request.guardrail->route, std::string(request.guardrail->verdict())}));
  if (request.generation == nullptr) return;
  if (!request.attempts.empty()) observe(cached(plain_.overhead, Family::Overhead, {}), Family::Overhead, request.overhead_us);
  const Manifest& manifest = request.generation->manifest();
  Index& index = index_of(manifest);
  add_decision(request, manifest, index);
  add_attempts(request, manifest, index);
  add_usage(request, manifest, index);
}

void Counters::add_decision(const Served& request, const Manifest& manifest, Index& index) {
  const Decision& decision = request.decision;
  const std::string& policy = index.policy;
  const size_t row = decision.route ? decision.route->index : index.decisions.size() - 1;
  Series*& decisions = index.decisions[row][static_cast<size_t>(decision.outcome)];
  if (decisions == nullptr)
    decisions = &at(Family::Decisions, {policy, route_of(manifest, decision), std::string(to_string(decision.outcome))});
  count(*decisions);
  constexpr int64_t kNsPerUs = 1000;
  observe(cached(index.decision_duration, Family::DecisionDuration, {policy}), Family::DecisionDuration,
          decision.decide_ns + decision.signals_us * kNsPerUs);
  if (decision.unserved) count(cached(index.unserved, Family::Unserved, {policy}));
  for (size_t i = 0; i < decision.readings.size() && i < manifest.signals.size(); ++i) {
    const Reading& reading = decision.readings[i];
    if (reading.state == ReadingState::Skipped || reading.state == ReadingState::Pending) continue;
    const SignalInfo& signal = manifest.signals[manifest.signals.id_at(i)];
    if (reading.state == ReadingState::Failed || !reading.error.empty())
      count(cached(index.signal_failures[i], Family::SignalFailures, {policy, signal.name}));
    const bool is_read = reading.source == ReadingSource::Computed || reading.source == ReadingSource::OrElse;
    if (is_read && signal.cost != CostClass::Free)
      observe(cached(index.signal_durations[i], Family::SignalDuration, {policy, signal.name}), Family::SignalDuration, reading.micros);
  }
}

void Counters::add_attempts(const Served& request, const Manifest& manifest, Index& index) {
  const auto of_class = [](auto& list, const std::string& name) -> Series*& {
    for (auto& [known, series] : list) {
      if (known == name) return series;
    }
    return list.emplace_back(name, nullptr).second;
  };
  const AttemptRecord* before = nullptr;
  for (const AttemptRecord& attempt : request.attempts) {
    const Model& model = manifest.models[attempt.model];
    Index::OfModel& own = index.models[attempt.model.index];
    Series*& attempts = of_class(own.attempts, attempt.outcome);
    if (attempts == nullptr) attempts = &at(Family::Attempts, {index.policy, model.name, model.provider, attempt.outcome});
    count(*attempts);
    Series*& durations = of_class(own.durations, attempt.outcome);
    if (durations == nullptr) {
      durations = &at(Family::GenAiDuration, {std::string(operation_of(request)), model.provider, model.served_name,
                                              attempt.outcome == "ok" ? "" : attempt.outcome});
    }
    observe(*durations, Family::GenAiDuration, attempt.duration_us);
    if (attempt.outcome == "ok" && attempt.first_byte_us > 0)
      observe(cached(own.ttft, Family::Ttft, {index.policy, model.name}), Family::Ttft, attempt.first_byte_us);
    if (before != nullptr && before->model != attempt.model)
      count(at(Family::Fallbacks, {index.policy, manifest.models[before->model].name, model.name}));
    else if (before != nullptr)
      count(cached(own.retries, Family::Retries, {index.policy, model.name}));
    before = &attempt;
  }
}

void Counters::add_usage(const Served& request, const Manifest& manifest, Index& index) {
  const AttemptRecord* answer = answering(request);
  if (answer == nullptr) return;
  const Model& model = manifest.models[answer->model];
  Index::OfModel& own = index.models[answer->model.index];
  const std::string operation(operation_of(request));
  const std::array<std::pair<std::string_view, std::optional<int64_t>>, kTokenTypes> usage = {{
      {"input", request.usage.input_tokens},
      {"output", request.usage.output_tokens},
      {"cached_input", request.usage.cached_input_tokens},
      {"reasoning", request.usage.reasoning_tokens},
  }};
  for (size_t i = 0; i < usage.size(); ++i) {
    const auto& [type, tokens] = usage[i];
    if (!tokens || *tokens < 0) continue;
    if (own.tokens[i] == nullptr) own.tokens[i] = &at(Family::Tokens, {index.policy, model.name, std::string(type)});
    count(*own.tokens[i], *tokens);
    if (i >= 2) continue;  // the conventions know input and output; the others are parts of these
    if (own.gen_ai_tokens[i] == nullptr)
      own.gen_ai_tokens[i] = &at(Family::GenAiTokens, {operation, model.provider, model.served_name, std::string(type)});
    observe(*own.gen_ai_tokens[i], Family::GenAiTokens, *tokens);
  }
  if (request.cost_micros) count(cached(own.cost, Family::Cost, {index.policy, model.name}), *request.cost_micros);
}

void Counters::add(const Counters& other) {
  for (size_t family = 0; family < kFamilies; ++family) {
    for (const auto& [labels, from] : other.families_[family]) {
      Series& to = at(static_cast<Family>(family), labels);
      to.sum += from.sum;
      to.count += from.count;
      for (size_t i = 0; i < from.buckets.size(); ++i) to.buckets[i] += from.buckets[i];
    }
  }
}

}  // namespace sbx::observe
