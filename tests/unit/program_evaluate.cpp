// SPDX-License-Identifier: Apache-2.0
// Every operation of the decision graph, by hand.
#include <doctest/doctest.h>

#include "runtime/program/evaluate.h"
#include "tests/unit/graph_rig.h"

using namespace sbx;
using sbx::test::Rig;

TEST_CASE("a leaf is known, its whole range, or pending") {
  Rig rig;
  const ValueId x = rig.leaf(0, 9);
  const GuardId known = rig.guard(IsKnown{x});
  const GuardId unknown = rig.guard(IsUnknown{x});
  CHECK(rig.at(x) == "0..9?");
  CHECK(rig.at(known) == "open");
  CHECK(rig.at(unknown) == "open");
  rig.fail(0);
  CHECK(rig.at(x) == "0..9");
  CHECK(rig.at(known) == "no");
  CHECK(rig.at(unknown) == "yes");
  rig.know(0, 4);
  CHECK(rig.at(x) == "4..4");
  CHECK(rig.at(known) == "yes");
  CHECK(rig.at(unknown) == "no");
}

TEST_CASE("a leaf of a single number can still fail") {
  Rig rig;
  const ValueId x = rig.leaf(3, 3);
  const GuardId known = rig.guard(IsKnown{x});
  CHECK(rig.at(known) == "open");
  rig.fail(0);
  CHECK(rig.at(known) == "no");
}

TEST_CASE("within is certain only for the whole interval") {
  Rig rig;
  const ValueId x = rig.leaf(0, 9);
  const GuardId low = rig.guard(Within{x, 0, 4});
  const GuardId high = rig.guard(Within{x, 5, 9});
  const GuardId whole = rig.guard(Within{x, 0, 9});
  const GuardId beyond = rig.guard(Within{x, 10, 20});
  const GuardId either = rig.guard(Any{{low, high}});
  CHECK(rig.at(low) == "open");
  CHECK(rig.at(whole) == "yes");
  CHECK(rig.at(beyond) == "no");
  CHECK(rig.at(either) == "open");
  rig.fail(0);  // unknown is not false: neither x <= 4 nor x >= 5
  CHECK(rig.at(low) == "no");
  CHECK(rig.at(high) == "no");
  CHECK(rig.at(either) == "no");
  CHECK(rig.at(whole) == "yes");
  rig.know(0, 4);
  CHECK(rig.at(low) == "yes");
  CHECK(rig.at(high) == "no");
  rig.know(0, 5);
  CHECK(rig.at(low) == "no");
  CHECK(rig.at(high) == "yes");
}

TEST_CASE("all and any combine must with must and may with may") {
  Rig rig;
  const ValueId x = rig.leaf(0, 1);
  const ValueId y = rig.leaf(0, 1);
  const GuardId a = rig.guard(Within{x, 1, 1});
  const GuardId b = rig.guard(Within{y, 1, 1});
  const GuardId all = rig.guard(All{{a, b}});
  const GuardId any = rig.guard(Any{{a, b}});
  CHECK(rig.at(rig.guard(All{})) == "yes");
  CHECK(rig.at(rig.guard(Any{})) == "no");
  CHECK(rig.at(rig.guard(Fixed{true})) == "yes");
  rig.know(0, 1);
  CHECK(rig.at(all) == "open");
  CHECK(rig.at(any) == "yes");
  rig.fail(1);
  CHECK(rig.at(all) == "no");
  rig.know(0, 0);
  rig.wait(1);
  CHECK(rig.at(all) == "no");
  CHECK(rig.at(any) == "open");
}

TEST_CASE("a sum carries intervals, the sign of a weight turns them") {
  Rig rig;
  const ValueId x = rig.leaf(0, 10);
  const ValueId y = rig.leaf(0, 1);
  const ValueId sum = rig.add(Sum{{{92, x}, {-15, y}}, 7});
  CHECK(rig.at(sum) == "-8..927?");
  rig.know(0, 2);
  CHECK(rig.at(sum) == "176..191?");
  rig.fail(1);
  CHECK(rig.at(sum) == "176..191");
  rig.know(1, 1);
  CHECK(rig.at(sum) == "176..176");
}

TEST_CASE("above counts 0 below its threshold") {
  Rig rig;
  const ValueId x = rig.leaf(-5, 9);
  const ValueId above = rig.add(Above{x, 4});
  const ValueId below_zero = rig.add(Above{x, -3});
  CHECK(rig.at(above) == "0..9?");
  CHECK(rig.at(below_zero) == "-3..9?");
  rig.know(0, 3);
  CHECK(rig.at(above) == "0..0");
  CHECK(rig.at(below_zero) == "3..3");
  rig.know(0, 4);
  CHECK(rig.at(above) == "4..4");
  rig.know(0, -4);
  CHECK(rig.at(below_zero) == "0..0");
  rig.know(0, -3);
  CHECK(rig.at(below_zero) == "-3..-3");
}

TEST_CASE("min and max of intervals") {
  Rig rig;
  const ValueId x = rig.leaf(0, 10);
  const ValueId y = rig.leaf(4, 6);
  const ValueId least = rig.add(Min{{x, y}});
  const ValueId most = rig.add(Max{{x, y}});
  CHECK(rig.at(least) == "0..6?");
  CHECK(rig.at(most) == "4..10?");
  rig.know(0, 5);
  rig.fail(1);
  CHECK(rig.at(least) == "4..5");
  CHECK(rig.at(most) == "5..6");
}

TEST_CASE("lerp rounds down and is flat outside") {
  Rig rig;
  const ValueId x = rig.leaf(0, 100);
  const ValueId rising = rig.add(Lerp{x, {{30, 80}, {70, 92}}});
  const ValueId tent = rig.add(Lerp{x, {{10, 0}, {50, -7}, {90, 0}}});
  CHECK(rig.at(rising) == "80..92?");
  CHECK(rig.at(tent) == "-7..0?");
  rig.know(0, 50);
  CHECK(rig.at(rising) == "86..86");
  CHECK(rig.at(tent) == "-7..-7");
  rig.know(0, 51);  // 80 + 21 * 12 / 40 = 86.3
  CHECK(rig.at(rising) == "86..86");
  rig.know(0, 11);  // -7 / 40 = -0.175
  CHECK(rig.at(tent) == "-1..-1");
  rig.know(0, 29);
  CHECK(rig.at(rising) == "80..80");
  rig.know(0, 71);
  CHECK(rig.at(rising) == "92..92");
}

TEST_CASE("bands name the first bound that is not passed") {
  Rig rig;
  const ValueId x = rig.leaf(0, 100);
  const ValueId bands = rig.add(Bands{x, {19, 49}});
  CHECK(rig.at(bands) == "0..2?");
  for (const auto& [raw, band] :
       std::vector<std::pair<int64_t, std::string>>{{0, "0..0"}, {19, "0..0"}, {20, "1..1"}, {49, "1..1"}, {50, "2..2"}}) {
    rig.know(0, raw);
    CHECK(rig.at(bands) == band);
  }
}

TEST_CASE("argmax needs a certain lead of more than the margin") {
  Rig rig;
  const ValueId a = rig.leaf(0, 100);
  const ValueId b = rig.leaf(0, 100);
  const ValueId plain = rig.add(ArgMax{{a, b}, {0, 1}, 5, false, 2}, {0, 2});
  const ValueId ties = rig.add(ArgMax{{a, b}, {0, 1}, 0, true, 2}, {0, 2});
  CHECK(rig.at(plain) == "0..2?");
  rig.know(0, 56);
  rig.know(1, 50);
  CHECK(rig.at(plain) == "0..0");
  rig.know(0, 55);
  CHECK(rig.at(plain) == "2..2");
  CHECK(rig.at(ties) == "0..0");
  rig.know(0, 50);
  CHECK(rig.at(ties) == "0..0");
  rig.know(0, 49);
  CHECK(rig.at(ties) == "1..1");
  rig.fail(0);  // could be anything: no certain winner
  CHECK(rig.at(plain) == "0..2");
  CHECK(rig.at(ties) == "0..2");
}

TEST_CASE("truth is open while its guard is") {
  Rig rig;
  const ValueId x = rig.leaf(0, 9);
  const GuardId holds = rig.guard(Within{x, 5, 9});
  const GuardId fails = rig.guard(Within{x, 0, 4});
  const ValueId truth = rig.add(Truth{holds, fails}, {0, 1});
  CHECK(rig.at(truth) == "0..1?");
  rig.fail(0);
  CHECK(rig.at(truth) == "0..1");
  rig.know(0, 5);
  CHECK(rig.at(truth) == "1..1");
  rig.know(0, 4);
  CHECK(rig.at(truth) == "0..0");
}

TEST_CASE("or else stands in for what is settled and unknown") {
  Rig rig;
  const ValueId x = rig.leaf(0, 9);
  const ValueId value = rig.add(OrElse{x, 12});
  CHECK(rig.at(value) == "0..12?");
  rig.fail(0);
  CHECK(rig.at(value) == "12..12");
  rig.know(0, 3);
  CHECK(rig.at(value) == "3..3");
}

TEST_CASE("select takes a branch, or the hull of both") {
  Rig rig;
  const ValueId condition = rig.leaf(0, 1);
  const ValueId then = rig.leaf(10, 20);
  const ValueId otherwise = rig.add(ConstantValue{5});
  const ValueId value = rig.add(Select{condition, then, otherwise});
  CHECK(rig.at(value) == "5..20?");
  rig.know(0, 0);  // the other branch cannot matter any more
  CHECK(rig.at(value) == "5..5");
  rig.know(0, 1);
  CHECK(rig.at(value) == "10..20?");
  rig.know(1, 11);
  CHECK(rig.at(value) == "11..11");
  rig.fail(0);
  CHECK(rig.at(value) == "5..11");
}

TEST_CASE("a member of best wins by more than the margin over all that fire") {
  Rig rig;
  const ValueId a = rig.leaf(0, 100);
  const ValueId b = rig.leaf(0, 100);
  const ValueId fires = rig.leaf(0, 1);
  const GuardId always = rig.guard(Fixed{true});
  const GuardId sometimes = rig.guard(Within{fires, 1, 1});
  const GuardId first = rig.guard(Wins{0, {{always, a}, {sometimes, b}}, 10});
  const GuardId second = rig.guard(Wins{1, {{always, a}, {sometimes, b}}, 10});
  CHECK(rig.at(first) == "open");
  rig.know(0, 50);
  rig.know(1, 40);
  CHECK(rig.at(first) == "open");  // a lead of 10 does not do, should b fire
  CHECK(rig.at(second) == "no");
  rig.know(2, 1);
  CHECK(rig.at(first) == "no");
  rig.know(2, 0);
  CHECK(rig.at(first) == "yes");
  rig.fail(1);  // its score does not matter: it does not fire
  CHECK(rig.at(first) == "yes");
  rig.know(2, 1);
  CHECK(rig.at(first) == "no");
  rig.wait(1);  // b may yet turn out low, or high
  CHECK(rig.at(first) == "open");
  CHECK(rig.at(second) == "open");
  rig.know(0, 5);  // now a can never lead by more than 10, whatever b is
  CHECK(rig.at(first) == "no");
}

TEST_CASE("nodes are walked in the order of making") {
  Rig rig;
  const ValueId x = rig.leaf(0, 9);
  const GuardId low = rig.guard(Within{x, 0, 4});
  const GuardId high = rig.guard(Within{x, 5, 9});
  const ValueId truth = rig.add(Truth{high, low}, {0, 1});
  rig.guard(Within{truth, 1, 1});
  CHECK(schedule(rig.module.graph).size() == 5);
  Graph circle;
  circle.values.add({Truth{GuardId{0}, GuardId{0}}, {0, 1}, {}});
  circle.guards.add(Within{ValueId{0}, 1, 1});
  CHECK(schedule(circle).empty());
}
