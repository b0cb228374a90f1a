// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/grounds.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "compiler/analysis/measure.h"
#include "compiler/analysis/similarities.h"
#include "compiler/analysis/study.h"
#include "runtime/request/readings.h"

namespace sbx::analysis {

namespace {

/// As `replay` has it: a decision says whose it is, a request which model it asks for.
bool is_for(const RecordedRequest& request, const Manifest& manifest, bool is_only_policy) {
  if (!request.policy.empty() && request.policy == manifest.name) return true;
  return is_only_policy || (request.policy.empty() && std::ranges::find(manifest.serves, request.model) != manifest.serves.end());
}

}  // namespace

Grounds::Grounds(const Space& space, const Similarities& similarities, const Known& known)
    : space_(space), manifest_(space.module().manifest), similarities_(similarities), evidence_(known.evidence) {
  if (known.evidence != nullptr) read(known);
}

bool Grounds::is_learned(LeafId leaf) const { return manifest_.signals[manifest_.leaves[leaf].signal].cost >= CostClass::Model; }

void Grounds::read(const Known& known) {
  std::map<std::string, SignalId, std::less<>> learned;
  for (size_t i = 0; i < manifest_.signals.size(); ++i) {
    const SignalId id = manifest_.signals.id_at(i);
    if (manifest_.signals[id].cost >= CostClass::Model) learned.emplace(manifest_.signals[id].name, id);
  }
  const FrameLayout layout(manifest_);
  Frame frame(layout);
  for (const RecordedRequest& request : known.evidence->requests) {
    if (!is_for(request, manifest_, known.is_only_policy)) continue;
    Sample sample;
    for (const GivenReading& given : request.readings) {
      const auto signal = learned.find(given.name);
      if (signal == learned.end()) continue;
      Result<Reading> reading = parse_reading(given.json, manifest_.signals[signal->second].type);
      if (!reading) {
        const Error error{reading.error().code, "the reading of `" + given.name + "`: " + reading.error().message};
        if (known.misfits != nullptr) known.misfits->push_back({request.line, error});
        sample.readings.clear();
        break;
      }
      if (reading->state == ReadingState::Skipped) continue;
      frame.reset();
      frame.settle(signal->second, std::move(*reading));
      const sbx_frame view = frame.view();
      for (const uint32_t leaf : layout.signals[signal->second.index].leaves) {
        const bool is_known = view.settled != 0 || view.state[leaf] == SBX_KNOWN;
        sample.readings[LeafId{leaf}] = plain(LeafId{leaf}, {view.lo[leaf], is_known ? view.lo[leaf] : view.hi[leaf], is_known});
      }
    }
    if (!sample.readings.empty()) samples_.push_back(std::move(sample));
  }
}

// Readings of one class answer alike, where no sum is made of them: one stands for all.
LeafReading Grounds::plain(LeafId leaf, LeafReading reading) const {
  const std::optional<AxisId> axis = space_.axis_of(leaf);
  if (space_.has_atoms() || !axis || !reading.known) return reading;
  for (const Interval one : space_.axes()[*axis].classes) {
    if (one.lo <= reading.lo && reading.lo <= one.hi) return {one.lo, one.lo, true};
  }
  return reading;
}

void Grounds::settle(Witness& witness, std::span<const Need> needs, World& world, const Answers& answers) const {
  if (std::ranges::none_of(needs, [&](const Need& need) { return is_learned(need.leaf); })) return;
  spare(witness, needs, world, answers);
  std::vector<LeafId> learned;
  for (const Need& need : needs) {
    if (is_learned(need.leaf) && witness.readings[need.leaf.index].known) learned.push_back(need.leaf);
  }
  if (!learned.empty()) witness.ground = ground_of(witness, learned, answers);
}

// Signal by signal: what is not needed is left to be unknown. The search may have chosen a reading only to get past what it has learnt.
void Grounds::spare(Witness& witness, std::span<const Need> needs, World& world, const Answers& answers) const {
  std::set<SignalId> signals, spared;
  for (const Need& need : needs) {
    if (is_learned(need.leaf) && witness.readings[need.leaf.index].known) signals.insert(manifest_.leaves[need.leaf].signal);
  }
  Witness without = witness;
  for (const SignalId signal : signals) {
    if (manifest_.signals[signal].or_else) continue;
    const std::vector<LeafReading> before = without.readings;
    for (size_t i = 0; i < manifest_.leaves.size(); ++i) {
      const Leaf& leaf = manifest_.leaves[manifest_.leaves.id_at(i)];
      if (leaf.signal == signal) without.readings[i] = {leaf.range.low, leaf.range.high, false};
    }
    if (answers(without)) {
      spared.insert(signal);
    } else {
      without.readings = before;
    }
  }
  if (spared.empty()) return;
  std::vector<Need> fewer;
  std::ranges::copy_if(needs, std::back_inserter(fewer),
                       [&](const Need& need) { return !spared.contains(manifest_.leaves[need.leaf].signal); });
  Realized realized = world.realize(fewer);
  auto* request = std::get_if<Witness>(&realized);
  if (request == nullptr || !answers(*request)) return;
  request->vectors = std::move(witness.vectors);
  witness = std::move(*request);
  for (ShownVector& shown : witness.vectors) {
    std::erase_if(shown.signals, [&](const std::string& name) {
      return std::ranges::any_of(spared, [&](SignalId signal) { return manifest_.signals[signal].name == name; });
    });
  }
  std::erase_if(witness.vectors, [](const ShownVector& shown) { return shown.signals.empty(); });
}

Ground Grounds::ground_of(const Witness& witness, const std::vector<LeafId>& learned, const Answers& answers) const {
  std::vector<LeafId> measured;
  std::ranges::copy_if(learned, std::back_inserter(measured), [&](LeafId leaf) { return !similarities_.has(leaf); });
  if (measured.empty()) return {Level::Geometric, std::nullopt, "exact for the vectors of " + names(learned) + ", not for others"};
  const std::string which = names(measured);
  if (evidence_ == nullptr)
    return {Level::Assumed, std::nullopt,
            "assumed possible: no sample tells how often there are such readings of " + which + "; `--evidence trace.jsonl` gives one"};
  using Key = std::vector<std::tuple<int64_t, int64_t, bool>>;
  std::map<Key, uint64_t> counts;
  for (const Sample& sample : samples_) {
    Key key;
    for (const LeafId leaf : measured) {
      const auto reading = sample.readings.find(leaf);
      if (reading == sample.readings.end()) break;
      key.emplace_back(reading->second.lo, reading->second.hi, reading->second.known);
    }
    if (key.size() == measured.size()) ++counts[key];
  }
  uint64_t occurred = 0, of = 0;
  for (const auto& [key, count] : counts) {
    Witness other{witness.envelope, witness.readings};
    for (size_t i = 0; i < measured.size(); ++i) {
      const auto& [lo, hi, known] = key[i];
      other.readings[measured[i].index] = {lo, hi, known};
    }
    of += count;
    if (answers(other)) occurred += count;
  }
  if (of == 0) return {Level::Assumed, std::nullopt, "assumed possible: no request of the sample has readings of " + which};
  const Measured share = measure(occurred, of, evidence_->confidence);
  return {Level::Bounded, share, "bounded by evidence: such readings of " + which + " are in " + text_of(share)};
}

std::string Grounds::names(const std::vector<LeafId>& leaves) const {
  std::vector<std::string> names;
  for (const LeafId leaf : leaves) {
    const std::string& name = manifest_.signals[manifest_.leaves[leaf].signal].name;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return listed(names);
}

void mark_geometric(Diagnostics& diags, size_t findings, size_t promises, const Diagnostics& others, const Similarities& similarities) {
  const auto has = [&](const Diagnostic& finding) {
    return std::ranges::any_of(others.all(), [&](const Diagnostic& other) {
      return other.kind == finding.kind && other.span == finding.span && other.message == finding.message &&
             other.blockers == finding.blockers;
    });
  };
  for (size_t i = findings; i < diags.all().size(); ++i) {
    Diagnostic& finding = diags.all()[i];
    if (finding.witness || finding.kind == Kind::Unsettled || has(finding)) continue;
    DiagnosticBuilder(finding).rests_on(
        {Level::Geometric, std::nullopt, "exact for the vectors of " + similarities.names() + ", not for others"});
  }
  for (size_t i = promises; i < diags.proved().size(); ++i) {
    Proved& promise = diags.proved()[i];
    const bool is_proved = std::ranges::any_of(others.proved(), [&](const Proved& other) { return other.span == promise.span; });
    if (!is_proved && promise.level == Level::Proved) promise.level = Level::Geometric;
  }
}

}  // namespace sbx::analysis
