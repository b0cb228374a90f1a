// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/outcome_data.h"

#include <set>

#include "runtime/request/decode.h"
#include "runtime/source/read_file.h"

namespace sbx::driver {
namespace {

constexpr size_t kLargestData = size_t{2} << 30;

Result<Request> decoded(const std::string& path, const std::string& id, const std::string& bytes) {
  Decoded decoded = decode_request(bytes);
  if (!decoded.request) return Error{"R0790", path + ": row `" + id + "`: " + decoded.request.error().message};
  return std::move(*decoded.request);
}

}  // namespace

Result<std::unique_ptr<OutcomeData>> load_outcomes(const std::string& path) {
  const Result<std::string> bytes = read_file(path, kLargestData);
  if (!bytes) return bytes.error();
  Result<learn::OutcomeTable> table = learn::read_outcomes(*bytes, path);
  if (!table) return table.error();
  auto data = std::make_unique<OutcomeData>(OutcomeData{std::move(*table), {}, {}});
  for (const learn::OutcomeRow& row : data->table.rows) {
    Result<Request> request = decoded(path, row.id, row.request);
    if (!request) return request.error();
    data->requests.push_back(std::move(*request));
  }
  for (const learn::LoggedRow& row : data->table.logged) {
    Result<Request> request = decoded(path, row.id, row.request);
    if (!request) return request.error();
    data->logged.push_back(std::move(*request));
  }
  return data;
}

Result<const Manifest*> RowDecider::manifest() {
  const Result<ServedPolicy*> served = policies_.get(policy_, {});
  if (!served) return served.error();
  return &(*served)->manifest();
}

Result<Decision> RowDecider::decide(const Request& request, const Learned* learned, bool eager) {
  std::set<std::string> given;
  for (const GivenReading& reading : request.readings) given.insert(reading.name);
  const Result<ServedPolicy*> served = policies_.get(policy_, given);
  if (!served) return served.error();
  const DecideOptions options{.explain = ExplainLevel::None, .eager = eager, .given = {}, .learned = learned};
  return (*served)->engine().decide(request, *(*served)->reader(), (*served)->workspace(), options);
}

Result<std::vector<learn::SeenRow>> RowDecider::see(const std::vector<Request>& requests) {
  const Result<const Manifest*> manifest = this->manifest();
  if (!manifest) return manifest.error();
  std::set<std::string> wanted;
  for (const learn::TrainedCall& call : learn::trained_calls(**manifest)) wanted.emplace(per_signal(call.selector.arguments));
  wanted.erase("");
  std::vector<learn::SeenRow> seen;
  for (const Request& request : requests) {
    seen.push_back({seen_text(request), {}});
    if (wanted.empty()) continue;
    const Result<Decision> decision = decide(request, nullptr, true);
    if (!decision) return decision.error();
    for (size_t i = 0; i < decision->readings.size(); ++i) {
      const std::string& name = (*manifest)->signals[(*manifest)->signals.id_at(i)].name;
      const Reading& reading = decision->readings[i];
      const auto* label = std::get_if<std::string>(&reading.value);
      if (wanted.contains(name) && reading.state == ReadingState::Known && label != nullptr) seen.back().labels.emplace(name, *label);
    }
  }
  return seen;
}

learn::Choice choice_of(const Decision& decision, const std::vector<std::optional<size_t>>& columns, const learn::Arena& arena) {
  learn::Choice choice;
  if (decision.attempts.empty()) return choice;
  choice.model = columns[decision.attempts.front().model.index];
  choice.score = choice.model == arena.strong ? 1 : 0;
  if (!decision.selector) return choice;
  const auto score_of = [&](size_t column) -> std::optional<double> {
    for (const SelectorTerm& term : decision.selector->terms) {
      if (columns[term.model.index] == column) return static_cast<double>(term.score) / 1e6;
    }
    return std::nullopt;
  };
  const auto strong = score_of(arena.strong), weak = score_of(arena.weak);
  if (strong && weak) choice.score = *strong - *weak;
  return choice;
}

}  // namespace sbx::driver
