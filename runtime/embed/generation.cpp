// SPDX-License-Identifier: Apache-2.0
#include "runtime/embed/generation.h"

#include <algorithm>

#include "runtime/engine/explain.h"
#include "runtime/engine/reader.h"
#include "runtime/request/readings.h"
#include "runtime/signals/budget.h"
#include "runtime/signals/reads_body.h"
#include "runtime/text/database.h"

namespace sbx::embed {

/// A workspace and a reader for one decision; the workspace goes back when it is over.
class Generation::Seat {
 public:
  explicit Seat(Generation& generation) : generation_(generation), reader_(generation.signals_, generation.texts_) {
    {
      const std::lock_guard lock(generation.mutex_);
      if (!generation.free_.empty()) {
        workspace_ = std::move(generation.free_.back());
        generation.free_.pop_back();
      } else {
        generation.free_.reserve(++generation.made_);  // for all to come back: the destructor must not allocate
      }
    }
    if (!workspace_) workspace_ = std::make_unique<Workspace>(generation.engine_);
  }
  ~Seat() {
    const std::lock_guard lock(generation_.mutex_);
    generation_.free_.push_back(std::move(workspace_));
  }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  Reader& reader() { return reader_; }
  Workspace& workspace() { return *workspace_; }

 private:
  Generation& generation_;
  SignalReader reader_;
  std::unique_ptr<Workspace> workspace_;
};

Generation::Generation(std::unique_ptr<Program> program, signals::SignalSet signals, std::shared_ptr<std::atomic<uint64_t>> alive)
    : program_(std::move(program)), signals_(std::move(signals)), engine_(*program_), alive_(std::move(alive)) {
  for (size_t i = 0; i < manifest().signals.size(); ++i) {
    const SignalId id = manifest().signals.id_at(i);
    if (signals::reads_body(manifest(), id, nullptr)) body_signals_.push_back(id);
  }
  ++*alive_;
}

Generation::~Generation() { --*alive_; }

Result<std::shared_ptr<Generation>> Generation::make(std::unique_ptr<Program> program, std::shared_ptr<std::atomic<uint64_t>> alive,
                                                     std::shared_ptr<models::Models> models) {
  Result<signals::SignalSet> signals = signals::SignalSet::bind(program->module.manifest, text::default_cache_folder(), std::move(models));
  if (!signals) return signals.error();
  return std::shared_ptr<Generation>(new Generation(std::move(program), std::move(*signals), std::move(alive)));
}

DecideOptions Generation::with_learned(DecideOptions options) const {
  if (options.learned == nullptr) options.learned = learned.get();
  return options;
}

Result<Decision> Generation::decide(const Request& request, const DecideOptions& options) {
  Seat seat(*this);
  return engine_.decide(request, seat.reader(), seat.workspace(), with_learned(options));
}

Result<std::optional<Decision>> Generation::decide_early(const RequestHead& head, const DecideOptions& options) {
  Seat seat(*this);
  return engine_.decide_early(head, seat.reader(), seat.workspace(), with_learned(options));
}

Result<Decision> Generation::decide_without_body(const RequestHead& head, DecideOptions options) {
  const signals::HeadView view{head.request, head.dialect_known};
  const auto is_given = [&](SignalId signal) {
    return std::ranges::any_of(head.request.readings, [&](const GivenReading& one) { return one.name == manifest().signals[signal].name; });
  };
  for (const SignalId signal : body_signals_) {
    if (!signals::reads_body(manifest(), signal, &view) || is_given(signal)) continue;
    options.given.push_back({signal, unknown_reading()});
  }
  return decide(head.request, options);
}

std::vector<signals::BudgetUse> Generation::budgets(const Request& request, const Decision& decision) {
  std::vector<Reading> known = decision.readings;
  for (Reading& reading : known) {
    if (reading.state == ReadingState::Skipped) reading = {};  // not asked for: read now
  }
  signals::TextsPool::Lease texts = texts_.take();
  return signals_.budgets(request, *texts, known);
}

// Told on the readings that the decision kept: serving does not pay for an explanation that nobody asks for.
void Generation::explain(Decision& decision, bool full) const {
  Frame frame(engine_.layout());
  for (size_t i = 0; i < decision.readings.size(); ++i) {
    if (decision.readings[i].state != ReadingState::Skipped) frame.settle(manifest().signals.id_at(i), decision.readings[i]);
  }
  decision.why.clear();
  decision.near.reset();
  sbx::explain(*program_, frame, decision.route, full, decision);
}

}  // namespace sbx::embed
