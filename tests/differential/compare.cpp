// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/compare.h"

#include "compiler/ir/parse_text.h"
#include "compiler/ir/print.h"
#include "compiler/passes/pipeline.h"
#include "runtime/program/module_json.h"
#include "runtime/program/verify.h"
#ifdef SBX_HAVE_JIT
#include "tests/differential/native.h"
#endif

namespace sbx::differential {

namespace {

// Room for one match, filled with what nobody would write.
struct Match {
  std::vector<uint64_t> must, may;
  sbx_match view;

  explicit Match(const Module& module)
      : must(module.manifest.words(), 0xdeaddeaddeaddead), may(module.manifest.words(), 0xbeefbeefbeefbeef) {
    view = {SBX_ABI_VERSION, sizeof(sbx_match), must.data(), may.data(), module.manifest.words(), 0xfeed};
  }
};

std::string bits(const char* what, const Matcher& matcher, size_t word, uint64_t expected, uint64_t actual) {
  const int bit = __builtin_ctzll(expected ^ actual);
  const bool is_set = ((expected >> bit) & 1) != 0;
  return std::string(matcher.name()) + ": " + what + " bit " + std::to_string(word * 64 + bit) + (is_set ? " is not set" : " is set");
}

bool has(const std::vector<uint64_t>& words, uint32_t bit) { return ((words[bit / 64] >> (bit % 64)) & 1) != 0; }

std::optional<uint32_t> first_route(const Module& module, const std::vector<uint64_t>& words) {
  for (uint32_t bit = 0; bit < module.manifest.order.size(); ++bit) {
    if (has(words, bit)) return bit;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> difference(const Module& module, const Matcher& oracle, const Matcher& matcher, const Readings& readings) {
  const sbx_frame frame = readings.frame();
  Match expected(module);
  Match actual(module);
  oracle.partial(frame, expected.view);
  matcher.partial(frame, actual.view);
  for (size_t word = 0; word < expected.must.size(); ++word) {
    if (expected.must[word] != actual.must[word]) return bits("must", matcher, word, expected.must[word], actual.must[word]);
    if (expected.may[word] != actual.may[word]) return bits("may", matcher, word, expected.may[word], actual.may[word]);
  }
  if (frame.settled == 0) return std::nullopt;
  oracle.known(frame, expected.view);
  matcher.known(frame, actual.view);
  if (expected.view.route != actual.view.route) {
    return std::string(matcher.name()) + ": route " + std::to_string(actual.view.route) + " instead of " +
           std::to_string(expected.view.route);
  }
  for (size_t word = module.manifest.rule_bits() / 64; word < expected.must.size(); ++word) {
    if (expected.must[word] != actual.must[word]) return bits("known", matcher, word, expected.must[word], actual.must[word]);
  }
  return std::nullopt;
}

std::optional<std::string> broken_promise(const Module& module, const Matcher& oracle, const std::vector<std::vector<int64_t>>& thresholds,
                                          Readings readings, Random& random) {
  std::optional<uint32_t> promised;
  bool is_promised = false;
  Match before(module);
  for (bool is_first = true;; is_first = false) {
    const sbx_frame frame = readings.frame();
    Match now(module);
    oracle.partial(frame, now.view);
    const GraphState state = evaluate(module.graph, module.manifest, frame);
    for (uint32_t i = 0; i < state.values.size(); ++i) {
      const Range range = module.graph.values[ValueId{i}].range;
      const ValueState& value = state.values[i];
      if (value.lo > value.hi) return "v" + std::to_string(i) + " is empty";
      if (value.lo < range.low || value.hi > range.high) return "v" + std::to_string(i) + " leaves its range";
    }
    for (const Route& route : module.manifest.routes) {
      if (!route.clause) continue;
      const bool holds = state.guards[route.clause->holds.index].must;
      const bool fails = state.guards[route.clause->fails.index].must;
      if (holds && fails) return route.name + " both holds and does not";
      if (frame.settled != 0 && !holds && !fails) return route.name + " neither holds nor does not, and all is known";
    }
    for (size_t word = 0; word < now.must.size(); ++word) {
      if ((now.must[word] & ~now.may[word]) != 0)
        return bits("must without may", oracle, word, now.must[word], now.may[word] & now.must[word]);
      if (is_first) continue;
      if ((before.must[word] & ~now.must[word]) != 0)
        return bits("revised must", oracle, word, before.must[word], now.must[word] & before.must[word]);
      if ((now.may[word] & ~before.may[word]) != 0)
        return bits("revised may", oracle, word, before.may[word] & now.may[word], now.may[word]);
    }
    const std::optional<uint32_t> may = first_route(module, now.may);
    if (!is_promised && (!may || has(now.must, *may))) {
      is_promised = true;
      promised = may;
    }
    before = now;
    if (settle_one(module, thresholds, readings, random)) continue;

    if (now.must != now.may) return "all is settled, and something is open";
    const std::optional<RouteId> route = winner(module.manifest, state);
    const std::optional<uint32_t> bit = first_route(module, now.must);
    if (route.has_value() != bit.has_value() || (route && module.manifest.routes[*route].bit != *bit))
      return "the first bit is not the winner";
    if (promised != bit) return "the lazy winner is not the eager one";
    return std::nullopt;
  }
}

std::optional<std::string> broken_tool(const Module& module) {
  const std::vector<std::string> found = verify(module);
  if (!found.empty()) return found.front();
  const std::string text = ir::print(module);
  const Result<Graph> graph = ir::parse_graph(text);
  if (!graph) return graph.error().message;
  Module parsed{module.manifest, *graph};
  if (ir::print(parsed) != text) return "print, parse, print changes a graph";
  const std::string json = to_json(module);
  const Result<Module> read = module_from_json(json);
  if (!read) return read.error().message;
  if (to_json(*read) != json) return "JSON there and back changes a module";
  if (ir::print(*read) != text) return "JSON there and back changes a graph";
  return std::nullopt;
}

namespace {

// The oracle on the module as the passes leave it.
class Optimized final : public Matcher {
 public:
  explicit Optimized(const Module& module) : module_(passes::optimize(module)), matcher_(interpreter(module_)) {}
  void known(const sbx_frame& frame, sbx_match& match) const override { matcher_->known(frame, match); }
  void partial(const sbx_frame& frame, sbx_match& match) const override { matcher_->partial(frame, match); }
  std::string_view name() const override { return "passes"; }

 private:
  Module module_;
  std::unique_ptr<Matcher> matcher_;
};

}  // namespace

std::vector<std::unique_ptr<Matcher>> matchers(const Module& module) {
  std::vector<std::unique_ptr<Matcher>> result;
  result.push_back(std::make_unique<Optimized>(module));
  result.push_back(tree_walk(module));
#ifdef SBX_HAVE_JIT
  add_native(module, result);
#endif
  return result;
}

std::optional<std::string> first_failure(const Module& module, uint64_t seed, uint64_t decisions) {
  if (auto broken = broken_tool(module)) return broken;
  const std::unique_ptr<Matcher> oracle = interpreter(module);
  const auto others = matchers(module);
  const auto marks = thresholds(module);
  Random random(seed ^ 0x5bd1e995);
  for (uint64_t i = 0; i < decisions; ++i) {
    const Mix mix = i % 2 == 0 ? Mix::Known : i % 4 == 1 ? Mix::Settled : Mix::Pending;
    const Readings readings = random_readings(module, marks, mix, random);
    const std::string request = "request " + std::to_string(i) + ": ";
    for (const auto& other : others) {
      if (const auto found = difference(module, *oracle, *other, readings)) return request + *found;
    }
    if (i % 8 != 3 && i % 16 != 0) continue;  // the promises cost a match for each pending reading
    if (const auto broken = broken_promise(module, *oracle, marks, readings, random)) return request + *broken;
  }
  return std::nullopt;
}

}  // namespace sbx::differential
