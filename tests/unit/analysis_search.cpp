// SPDX-License-Identifier: Apache-2.0
// Questions to a world that says no: what is learnt from it, and what is not.
#include <doctest/doctest.h>

#include "compiler/analysis/search.h"
#include "tests/unit/graph_rig.h"

using namespace sbx;
using namespace sbx::analysis;

namespace {

/// Two leaves from 0 to 100; a guard that holds where the first is at least 50. No guard reads the second.
struct Two : sbx::test::Rig {
  Two() {
    const ValueId first = leaf(0, 100);
    leaf(0, 100);
    module.graph.outputs = {guard(Within{first, 50, 100})};
  }
};

struct Refusing final : World {
  std::vector<LeafId> because;
  int asked = 0;
  Realized realize(std::span<const Need>) override {
    ++asked;
    if (because.empty()) return NotFound{};
    return Impossible{because};
  }
  bool breaks(const Witness&, size_t) override { return false; }
  std::optional<Decision> decide(const Witness&) override { return std::nullopt; }
};

struct Asked {
  Two two;
  Space space{two.module, {GuardId{0}}};
  Arithmetic arithmetic{space};
  Refusing world;
  Search search{space, arithmetic, &world};
  Question question{.some = {{{GuardId{0}, true}}}, .none = {}, .where = {}};
};

}  // namespace

TEST_CASE("a leaf that no guard reads can make a question impossible") {
  Asked asked;
  asked.question.where = {{.leaf = LeafId{1}, .values = {{7, 7}}}};
  asked.world.because = {LeafId{1}};
  CHECK(asked.search.show(asked.question).found == Found::No);
  asked.question.where.clear();
  asked.world.because.clear();
  CHECK(asked.search.possible(asked.question).found == Found::Yes);
}

TEST_CASE("what only the question asks for is not learnt for other questions") {
  Asked asked;
  asked.question.where = {{.leaf = LeafId{0}, .values = {{60, 60}}}};
  asked.world.because = {LeafId{0}};
  CHECK(asked.search.show(asked.question).found == Found::No);
  asked.question.where.clear();
  CHECK(asked.search.possible(asked.question).found == Found::Yes);
}

TEST_CASE("the world is not asked the same twice") {
  Asked asked;
  CHECK(asked.search.show(asked.question).found == Found::Unsettled);
  CHECK(asked.world.asked == 1);
}
