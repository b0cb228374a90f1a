// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/bench_edge.h"

#include <algorithm>
#include <vector>

#include "compiler/driver/thread_clock.h"
#include "runtime/engine/frame.h"
#include "runtime/engine/reader.h"
#include "runtime/request/decode.h"
#include "runtime/signals/signal_set.h"
#include "runtime/text/database.h"

namespace sbx::driver {
namespace {

constexpr int kPasses = 3;

class Edge {
 public:
  Edge(const Program& program, const signals::SignalSet& signals)
      : program_(program),
        signals_(signals),
        layout_(program.module.manifest),
        frame_(layout_),
        must_(program.module.manifest.words() + 1),
        may_(must_) {
    for (uint32_t i = 0; i < program.module.manifest.signals.size(); ++i) {
      if (program.module.manifest.signals[SignalId{i}].cost == CostClass::Free) wanted_.push_back({i});
    }
  }

  uint32_t decide(std::string_view line) {
    const Decoded decoded = decode_request(line);
    if (!decoded.request) return SBX_NO_ROUTE;
    SignalReader reader(signals_, pool_);
    frame_.reset();
    std::vector<Reading> readings = reader.read({.request = *decoded.request, .wanted = wanted_, .known = frame_.readings()});
    for (size_t i = 0; i < wanted_.size(); ++i) frame_.settle(wanted_[i], std::move(readings[i]));
    sbx_match match{SBX_ABI_VERSION, sizeof(sbx_match), must_.data(), may_.data(), program_.module.manifest.words(), SBX_NO_ROUTE};
    if (frame_.is_known()) program_.matcher->known(frame_.view(), match);
    return match.route;
  }

 private:
  const Program& program_;
  const signals::SignalSet& signals_;
  signals::TextsPool pool_;
  FrameLayout layout_;
  Frame frame_;
  std::vector<SignalId> wanted_;
  std::vector<uint64_t> must_, may_;
};

}  // namespace

Result<EdgeCost> measure_edge(const Program& program, const std::string& lines) {
  Result<signals::SignalSet> signals = signals::SignalSet::bind(program.module.manifest, text::default_cache_folder());
  if (!signals) return signals.error();
  Edge edge(program, *signals);
  EdgeCost cost;
  std::vector<double> passes;
  for (int pass = 0; pass < kPasses; ++pass) {
    cost.winners.clear();
    Lines rest(lines);
    const double start = thread_milliseconds();
    while (const auto line = rest.next()) cost.winners.push_back(edge.decide(*line));
    passes.push_back((thread_milliseconds() - start) * 1e6 / static_cast<double>(std::max<size_t>(1, cost.winners.size())));
  }
  std::sort(passes.begin(), passes.end());
  cost.ns = passes[passes.size() / 2];
  return cost;
}

}  // namespace sbx::driver
