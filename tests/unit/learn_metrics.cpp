// SPDX-License-Identifier: Apache-2.0
// Figures of classification and folds, against sums made by hand.
#include <doctest/doctest.h>

#include <set>

#include "runtime/learn/classification_metrics.h"
#include "runtime/learn/folds.h"
#include "runtime/learn/labelled_rows.h"

using namespace sbx::learn;

TEST_CASE("figures of five rows are what one counts by hand") {
  // truth a a b b, chosen a b b b, and one row out of scope
  const std::vector<ScoredRow> rows = {
      {{0}, {0}, {0.9, 0.1}}, {{0}, {1}, {0.4, 0.6}}, {{1}, {1}, {0.2, 0.8}}, {{1}, {1}, {0.3, 0.7}}, {{}, {0}, {0.55, 0.45}}};
  const ClassificationFigures f = classification_figures(rows, 2, true);
  CHECK(f.rows == 5);
  CHECK(f.in_scope == 4);
  CHECK(f.out_of_scope == 1);
  CHECK(*f.accuracy == doctest::Approx(0.75));
  CHECK(f.per_label[0].precision == doctest::Approx(1));
  CHECK(f.per_label[0].recall == doctest::Approx(0.5));
  CHECK(f.per_label[1].f1 == doctest::Approx(0.8));
  CHECK(*f.macro_f1 == doctest::Approx((2.0 / 3 + 0.8) / 2));
  CHECK(*f.micro_f1 == doctest::Approx(0.75));
  CHECK(*f.auroc == doctest::Approx(1.0));
  CHECK(*f.oos_auroc == doctest::Approx(1.0));
  CHECK(*f.brier == doctest::Approx((0.02 + 0.72 + 0.08 + 0.18) / 4));
  CHECK(*f.ece == doctest::Approx((0.1 + 0.6 + 0.2 + 0.3) / 4));
  CHECK(f.confusion == std::vector<std::vector<size_t>>{{1, 1}, {0, 2}});
  CHECK(f.accuracy_interval->low < 0.75);
  CHECK(f.accuracy_interval->high > 0.75);
}

TEST_CASE("rows of independent labels are right when all labels are") {
  const std::vector<ScoredRow> rows = {{{0, 1}, {1, 0}, {0.9, 0.9}}, {{}, {}, {0.1, 0.1}}, {{0}, {}, {0.2, 0.1}}};
  const ClassificationFigures f = classification_figures(rows, 2, false);
  CHECK(*f.accuracy == doctest::Approx(2.0 / 3));
  CHECK(*f.micro_f1 == doctest::Approx(4.0 / 5));
  CHECK_FALSE(f.ece.has_value());
  CHECK(f.confusion.empty());
}

TEST_CASE("no rows have no figures") {
  const ClassificationFigures f = classification_figures({}, 2, true);
  CHECK_FALSE(f.accuracy.has_value());
  CHECK_FALSE(f.accuracy_interval.has_value());
}

TEST_CASE("ties of scores count half") {
  const std::vector<double> scores = {0.1, 0.5, 0.5, 0.9};
  CHECK(*auroc(scores, {false, false, true, true}) == doctest::Approx((4 - 0.5) / 4));
  CHECK_FALSE(auroc(scores, {true, true, true, true}).has_value());
}

TEST_CASE("a threshold lets through as many negatives as it may") {
  std::vector<double> scores;
  std::vector<bool> is_positive;
  for (int i = 0; i < 100; ++i) {
    scores.push_back(i / 100.0);
    is_positive.push_back(false);
    scores.push_back(0.5 + i / 200.0);
    is_positive.push_back(true);
  }
  const auto at = at_false_positives(scores, is_positive, 0.1);
  CHECK(at->threshold == doctest::Approx(0.895));  // above the 90th negative, at the next score there is
  CHECK(at->false_positives == doctest::Approx(0.1));
  CHECK(at->recall == doctest::Approx(0.21));
  const auto none = at_false_positives(std::vector{0.9, 0.1}, {false, true}, 0);
  CHECK(none->recall == 0);
  CHECK(none->threshold > 0.9);
}

TEST_CASE("folds have their share of each label, and whole groups") {
  std::vector<uint32_t> strata(100);
  for (size_t i = 0; i < 20; ++i) strata[i] = 1;
  const Folds folds = stratified_folds(strata, 5, 7);
  std::vector<size_t> rare(5), all(5);
  for (size_t i = 0; i < 100; ++i) {
    ++all[folds[i]];
    if (strata[i] == 1) ++rare[folds[i]];
  }
  CHECK(rare == std::vector<size_t>(5, 4));
  CHECK(all == std::vector<size_t>(5, 20));
  CHECK(stratified_folds(strata, 5, 8) != folds);

  const std::vector<std::string> groups = {"x", "y", "x", "z", "y", "x"};
  const Folds grouped = group_folds(groups, 3);
  CHECK(grouped[0] == grouped[2]);
  CHECK(grouped[1] == grouped[4]);
  CHECK(std::set<uint32_t>(grouped.begin(), grouped.end()).size() == 3);
}

TEST_CASE("labelled rows are read, and the first that is none is named") {
  const auto rows = read_labelled_rows(
      "{\"id\":\"a\",\"text\":\"h\\u00e9llo\",\"label\":\"x\",\"group\":\"g\"}\n\n{\"text\":\"b\",\"label\":null}\n{\"text\":\"c\"}\n"
      "{\"text\":\"d\",\"label\":[\"x\",\"y\",\"x\"]}\n{\"text\":\"p\\u00e9 q\",\"spans\":[{\"start\":3,\"end\":4,\"label\":\"N\"}]}\n"
      "{\"request\":{\"messages\":[{\"role\":\"user\",\"content\":\"old\"},{\"role\":\"user\",\"content\":\"new\"}]},\"label\":true}",
      "rows.jsonl");
  REQUIRE(rows.ok());
  CHECK((*rows)[0].text == "h\u00e9llo");
  CHECK((*rows)[0].group == "g");
  CHECK((*rows)[1].id == "3");
  CHECK((*rows)[1].labels.empty());
  CHECK((*rows)[1].labelling == Labelling::Labels);
  CHECK((*rows)[2].labelling == Labelling::None);
  CHECK((*rows)[3].labels == std::vector<std::string>{"x", "y"});
  CHECK((*rows)[4].spans.front().label == "N");
  CHECK((*rows)[5].text == "new");
  CHECK((*rows)[5].labels == std::vector<std::string>{"true"});
  for (const char* wrong :
       {"{\"text\":1}", "{}", "[]", "x", "{\"text\":\"a\",\"label\":1}",
        "{\"text\":\"a\",\"spans\":[{\"start\":0,\"end\":2,\"label\":\"N\"}]}",
        "{\"text\":\"abc\",\"spans\":[{\"start\":0,\"end\":2,\"label\":\"N\"},{\"start\":1,\"end\":3,\"label\":\"N\"}]}"}) {
    const auto failed = read_labelled_rows(std::string("{\"text\":\"fine\"}\n") + wrong, "rows.jsonl");
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().code == "R0797");
    CHECK(failed.error().message.starts_with("rows.jsonl line 2: "));
  }
  CHECK(read_labelled_rows("\n \n", "x").error().code == "R0797");
}
