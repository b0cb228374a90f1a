// SPDX-License-Identifier: Apache-2.0
#include "compiler/replay/worker.h"

#include <algorithm>

#include "compiler/replay/compare.h"
#include "runtime/engine/decision_json.h"
#include "runtime/request/readings.h"

namespace sbx::replay {
namespace {

/// Reads what a request still says; what nobody recorded and only a model could tell is unknown, and counted. A line of a log says nothing.
class TraceReader final : public Reader {
 public:
  TraceReader(const Manifest& manifest, SignalReader reader, const TraceLine& line, uint64_t& missing)
      : manifest_(manifest), reader_(std::move(reader)), line_(line), missing_(missing) {}

  std::vector<Reading> read(const ReadingOrder& order) override {
    std::vector<SignalId> here;
    for (const SignalId signal : order.wanted) {
      if (is_here(order.request, signal)) here.push_back(signal);
    }
    std::vector<Reading> read = reader_.read({order.request, here, order.known, order.deadline_us});
    if (here.size() == order.wanted.size()) return read;
    std::vector<Reading> all;
    size_t next = 0;
    for (const SignalId signal : order.wanted) all.push_back(is_here(order.request, signal) ? std::move(read[next++]) : unknown_reading());
    missing_ += all.size() - read.size();
    return all;
  }

  int64_t prompt_tokens(const Request& request) override {
    if (request.has_body) return reader_.prompt_tokens(request);
    return line_.prompt_tokens ? *line_.prompt_tokens : line_.usage.input_tokens.value_or(0);
  }

 private:
  bool is_here(const Request& request, SignalId signal) const {
    return request.has_body && manifest_.signals[signal].cost < CostClass::Model;
  }

  const Manifest& manifest_;
  SignalReader reader_;
  const TraceLine& line_;
  uint64_t& missing_;
};

bool is_masked(const GivenReading& reading) {
  const std::string masked = '"' + std::string(kMasked) + '"';
  return reading.json == masked || reading.json.starts_with("{\"value\":" + masked);
}

int64_t price_of(const std::optional<Decimal>& price) {
  constexpr int kNano = 9;
  return price ? scaled(*price, kNano, Rounding::HalfAwayFromZero).value_or(-1) : -1;
}

}  // namespace

struct Worker::Bench {
  explicit Bench(const Deciding& by) : deciding(by), workspace(*by.engine) {}
  [[nodiscard]] const Manifest& manifest() const { return deciding.engine->program().module.manifest; }

  Deciding deciding;
  Workspace workspace;
  signals::TextsPool pool;
};

Worker::Worker(Policies& policies, const WorkOptions& options)
    : policies_(policies), options_(options), plain_(policies.count()), quick_(policies.count()) {
  for (size_t i = 0; i < policies.count(); ++i) {
    prices_.emplace_back();
    for (const Model& model : policies.manifest(i).models) prices_.back().emplace_back(price_of(model.price_in), price_of(model.price_out));
  }
}

Worker::~Worker() = default;

Worked Worker::work(const Chunk& chunk) {
  Worked result;
  for (size_t i = 0; i < policies_.count(); ++i) {
    const Manifest& manifest = policies_.manifest(i);
    const size_t routes = manifest.routes.size() + 1;
    result.counts.policies.push_back(
        {std::vector<uint64_t>(routes), std::vector<uint64_t>(manifest.models.size()), std::vector<Cost>(routes)});
  }
  for (std::string_view rest = chunk.lines(); !rest.empty();) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    ++result.lines;
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) one(line, result);
  }
  return result;
}

void Worker::one(std::string_view bytes, Worked& result) {
  ++result.counts.requests;
  if (auto error = parser_.read(bytes, line_)) return fail(result, {}, std::move(*error));
  const std::optional<size_t> policy = options_.decisions || !options_.is_quick ? std::nullopt : policy_of_line();
  QuickDecision* decision = policy ? quickly(*policy, result.counts.missing_readings) : nullptr;
  if (decision == nullptr) return in_full(result);
  ++result.counts.quick;
  count(result, *policy, decision->route, decision->model);
  if (options_.expect && parser_.recorded(recorded_)) compare(result, decision->compared);
}

std::optional<size_t> Worker::policy_of_line() const {
  if (!line_.is_decision) return policies_.choose(line_.model);
  for (size_t i = 0; i < policies_.count(); ++i) {
    if (policies_.manifest(i).name == line_.policy) return i;
  }
  return policies_.count() == 1 ? std::optional<size_t>(0) : std::nullopt;
}

QuickDecision* Worker::quickly(size_t policy, uint64_t& missing) {
  if (plain_[policy] == nullptr) {
    const Result<Bench*> plain = bench(policy, {});
    if (!plain) return nullptr;
    plain_[policy] = *plain;
    const Deciding& by = (*plain)->deciding;
    quick_[policy] = std::make_unique<QuickDecider>(*by.engine, *by.signals, policies_.derived(policy));
  }
  QuickDecision* decision = quick_[policy]->decide(line_);
  if (decision == nullptr || !options_.expect || !line_.is_decision || !decision->compared.empty()) return decision;
  // The first of its kind is made in full once, to be compared.
  const Decoded decoded = parser_.decode({.now_us = options_.now_us});
  if (!decoded.request) return nullptr;
  Request request = *decoded.request;
  keep_known(*plain_[policy], request);
  const Result<Decision> full = decide(*plain_[policy], request, missing);
  if (!full) return nullptr;
  decision->compared = compared_part(plain_[policy]->manifest(), *full);
  return decision;
}

// A reading of a signal that the policy does not have is passed by: a trace is replayed by other policies than the one that made it. So is
// what a log masked, but of a text: that may still be compared with others.
void Worker::keep_known(const Bench& bench, Request& request) {
  std::erase_if(request.readings, [&](const GivenReading& one) {
    const auto signal = bench.deciding.engine->find_signal(one.name);
    return !signal || (is_masked(one) && bench.manifest().signals[*signal].type.kind != TypeKind::Text);
  });
}

void Worker::in_full(Worked& result) {
  Decoded decoded = parser_.decode({.now_us = options_.now_us});
  if (!decoded.request) return fail(result, decoded.id, decoded.request.error());
  Request& request = *decoded.request;
  line_.model = request.model;
  const std::optional<size_t> policy = policy_of_line();
  if (!policy) return fail(result, decoded.id, {"R0703", "no policy of the file serves the model `" + request.model + "`"});
  std::set<std::string> given;
  for (const GivenReading& reading : request.readings) {
    if (policies_.derived(*policy).contains(reading.name)) given.insert(reading.name);
  }
  const Result<Bench*> by = bench(*policy, given);
  if (!by) return fail(result, decoded.id, by.error());
  keep_known(**by, request);
  const Result<Decision> decision = decide(**by, request, result.counts.missing_readings);
  if (!decision) return fail(result, decoded.id, decision.error());
  const std::optional<ModelId> model = decision->attempts.empty() ? std::nullopt : std::optional(decision->attempts.front().model);
  count(result, *policy, decision->route, model);
  if (options_.decisions) result.decisions += decision_json((*by)->manifest(), *decision, false) + "\n";
  if (options_.expect && parser_.recorded(recorded_)) compare(result, compared_part((*by)->manifest(), *decision));
}

Result<Decision> Worker::decide(Bench& bench, const Request& request, uint64_t& missing) {
  TraceReader reader(bench.manifest(), SignalReader(*bench.deciding.signals, bench.pool), line_, missing);
  const ExplainLevel explain = options_.decisions ? ExplainLevel::Brief : ExplainLevel::None;
  return bench.deciding.engine->decide(request, reader, bench.workspace, {.explain = explain});
}

Result<Worker::Bench*> Worker::bench(size_t policy, const std::set<std::string>& given) {
  std::unique_ptr<Bench>& made = benches_[{policy, given}];
  if (made) return made.get();
  const Result<Deciding> deciding = policies_.get(policy, given);
  if (!deciding) return deciding.error();
  made = std::make_unique<Bench>(*deciding);
  return made.get();
}

void Worker::count(Worked& result, size_t policy, std::optional<RouteId> route, std::optional<ModelId> model) {
  ++result.counts.decided;
  PolicyCounts& counts = result.counts.policies[policy];
  const size_t row = route ? route->index : counts.routes.size() - 1;
  ++counts.routes[row];
  if (!model) return;  // nobody is asked, which costs nothing
  ++counts.models[model->index];
  const auto& [in, out] = prices_[policy][model->index];
  const Usage& usage = line_.usage;
  if (in < 0 || out < 0 || !usage.input_tokens || !usage.output_tokens) {
    counts.costs[row].is_known = false;
  } else {
    counts.costs[row].femto += static_cast<Wide>(in) * *usage.input_tokens + static_cast<Wide>(out) * *usage.output_tokens;
  }
}

void Worker::fail(Worked& result, std::string_view id, Error error) {
  ++result.counts.failed;
  if (options_.decisions) result.decisions += error_json(id, error) + "\n";
  if (result.counts.failures.size() < Counts::kMostRemarks)
    result.counts.failures.push_back({0, result.lines, std::string(id), std::move(error)});
}

void Worker::compare(Worked& result, const std::string& now) {
  ++result.counts.compared;
  const std::optional<std::string> found = difference(recorded_, now);
  if (!found) return;
  ++result.counts.differs;
  if (result.counts.differences.size() < Counts::kMostRemarks)
    result.counts.differences.push_back({0, result.lines, std::string(line_.id), {"", *found}});
}

}  // namespace sbx::replay
