// SPDX-License-Identifier: Apache-2.0
// Readings become integers: labels by index, texts interned, failures as whole ranges, `or else` at the edge.
#include <doctest/doctest.h>

#include "runtime/engine/frame.h"
#include "tests/unit/engine_rig.h"

namespace sbx {
namespace {

using test::known;

struct Shown {
  int64_t lo, hi;
  int state;
  friend bool operator==(const Shown&, const Shown&) = default;
};

Shown at(const Frame& frame, LeafId leaf) {
  const sbx_frame view = frame.view();
  return {view.lo[leaf.index], view.hi[leaf.index], view.state[leaf.index]};
}

TEST_CASE("readings settle their leaves") {
  test::Policy policy;
  const LeafId label = policy.leaf("topic", {TypeKind::Label, {"law", "code", "none"}});
  const SignalId topic = policy.manifest().leaves[label].signal;
  const LeafId confidence = policy.manifest().leaves.add({.signal = topic, .facet = Facet::Confidence, .range = {0, 1'000'000}});
  const LeafId text = policy.leaf("role", {TypeKind::Text});
  policy.manifest().leaves[text].literals = {"admin", "guest"};
  const LeafId flag = policy.leaf("flag", {TypeKind::Bool});
  policy.manifest().signals[policy.manifest().leaves[flag].signal].or_else = Constant{true};
  const LeafId tokens = policy.leaf("tokens", {TypeKind::Tokens});
  const SignalId tools = policy.manifest().signals.add({.name = "tools", .type = {TypeKind::Set}});
  const LeafId has = policy.manifest().leaves.add({.signal = tools, .facet = Facet::Has, .member = "search", .range = {0, 1}});
  const FrameLayout layout(policy.manifest());
  Frame frame(layout);
  const auto signal = [&](LeafId leaf) { return policy.manifest().leaves[leaf].signal; };

  CHECK(at(frame, label) == Shown{0, 2, SBX_PENDING});
  Reading reading = known("code");
  reading.confidence = 910'000;
  frame.settle(topic, reading);
  CHECK(at(frame, label) == Shown{1, 1, SBX_KNOWN});
  CHECK(at(frame, confidence) == Shown{910'000, 910'000, SBX_KNOWN});
  frame.settle(topic, known("sport"));
  CHECK(at(frame, label) == Shown{0, 2, SBX_FAILED});
  CHECK(frame.reading(topic).state == ReadingState::Unknown);
  CHECK_FALSE(frame.is_known());
  frame.settle(topic, known("law"));
  CHECK(at(frame, confidence) == Shown{0, 1'000'000, SBX_FAILED});

  frame.settle(signal(text), known("guest"));
  CHECK(at(frame, text) == Shown{1, 1, SBX_KNOWN});
  frame.settle(signal(text), known("root"));
  CHECK(at(frame, text) == Shown{-1, -1, SBX_KNOWN});
  frame.settle(signal(flag), {.state = ReadingState::Failed, .error = "down"});
  CHECK(at(frame, flag) == Shown{1, 1, SBX_KNOWN});
  CHECK(frame.reading(signal(flag)).source == ReadingSource::OrElse);
  frame.settle(signal(tokens), known(int64_t{5'000'000'000}));
  CHECK(at(frame, tokens) == Shown{1'000'000'000, 1'000'000'000, SBX_KNOWN});
  frame.settle(signal(tokens), known("many"));
  CHECK(at(frame, tokens) == Shown{0, 1'000'000'000, SBX_FAILED});
  frame.settle(tools, {.state = ReadingState::Known, .value = std::vector<std::string>{"x", "search"}});
  CHECK(at(frame, has) == Shown{1, 1, SBX_KNOWN});

  frame.settle(signal(tokens), known(int64_t{5}));
  reading.value = std::string("none");
  frame.settle(topic, reading);
  CHECK(frame.is_known());
  CHECK(frame.view().settled == 1);
  frame.hide(topic);
  CHECK_FALSE(frame.is_known());
  CHECK(at(frame, label) == Shown{0, 2, SBX_PENDING});
  frame.settle_again(topic);
  CHECK(at(frame, label) == Shown{2, 2, SBX_KNOWN});
  frame.reset();
  CHECK(at(frame, flag) == Shown{0, 1, SBX_PENDING});
}

}  // namespace
}  // namespace sbx
