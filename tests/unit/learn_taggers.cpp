// SPDX-License-Identifier: Apache-2.0
// Training of taggers, their files, and figures of spans.
#include <doctest/doctest.h>

#include <numeric>

#include "runtime/learn/random.h"
#include "runtime/learn/span_metrics.h"
#include "runtime/learn/train_tagger.h"
#include "runtime/models/model_file.h"

using namespace sbx;
using namespace sbx::learn;

namespace {

TaggerRows rows_of(size_t count) {
  TaggerRows rows{.texts = {}, .labels = {"NAME", "TOWN"}, .spans = {}};
  const char* names[] = {"Anna Berg", "Otto", "Ida Lund", "Max"};
  const char* towns[] = {"Oslo", "Bad Homburg", "Paris"};
  Random random(4);
  for (size_t i = 0; i < count; ++i) {
    const std::string name = names[random.below(4)], town = towns[random.below(3)];
    const std::string before = random.below(2) ? "my name is " : "hello, this is ", between = " and I live in ";
    const auto start = static_cast<uint32_t>(before.size()), second = static_cast<uint32_t>(before.size() + name.size() + between.size());
    rows.texts.push_back(before + name + between + town + ".");
    rows.spans.push_back(
        {{start, start + static_cast<uint32_t>(name.size()), "NAME"}, {second, second + static_cast<uint32_t>(town.size()), "TOWN"}});
  }
  return rows;
}

}  // namespace

TEST_CASE("a tagger learns where names and towns stand, and its file says the same") {
  const TaggerRows rows = rows_of(60);
  std::vector<std::string> groups(60);
  const TrainedTagger trained = train_tagger(rows, group_folds(groups, 3), {}, 1);
  std::vector<std::vector<TextSpan>> found;
  for (const models::Tagged& tagged : trained.held_out) found.push_back(tagged.spans);
  CHECK(span_figures(rows.spans, found, rows.labels).micro_f1 > 0.95);

  const std::string bytes = models::model_bytes(trained.parameters, "{}");
  CHECK(bytes == models::model_bytes(train_tagger(rows, group_folds(groups, 3), {}, 1).parameters, "{}"));
  const auto model = models::parse_model(bytes, "x");
  REQUIRE(model.ok());
  const auto tagger = std::dynamic_pointer_cast<const models::Tagger>(*model);
  REQUIRE(tagger);
  const models::Tagged tagged = *tagger->tag("my name is Ida Lund and I live in Oslo.", {});
  REQUIRE(tagged.spans.size() == 2);
  CHECK(tagged.spans[0].start == 11);
  CHECK(tagged.spans[0].end == 19);
  CHECK(tagged.spans[1].label == "TOWN");
  for (const int64_t confidence : tagged.confidences) {
    CHECK(confidence > 500000);
    CHECK(confidence <= 1000000);
  }
  CHECK((*tagger->tag("", {})).spans.empty());
  for (size_t length = 0; length < bytes.size(); length += 97) CHECK_FALSE(models::parse_model(bytes.substr(0, length), "x").ok());
}

TEST_CASE("the wording of one source is no feature") {
  TaggerRows rows = rows_of(40);
  rows.groups.assign(40, 0);
  std::vector<size_t> places(40);
  std::iota(places.begin(), places.end(), 0);
  CHECK(fit_tagger(rows, places, {}, 1).buckets.empty());
  rows.groups.back() = 1;
  CHECK_FALSE(fit_tagger(rows, places, {}, 1).buckets.empty());
}

TEST_CASE("spans count when both ends and the label are right") {
  const std::vector<std::vector<TextSpan>> truth = {{{0, 4, "A"}, {5, 9, "B"}}, {{0, 2, "A"}}, {}};
  const std::vector<std::vector<TextSpan>> found = {{{0, 4, "A"}, {5, 8, "B"}}, {{0, 2, "B"}}, {{1, 2, "A"}}};
  const SpanFigures figures = span_figures(truth, found, {"A", "B"});
  CHECK(figures.spans == 3);
  CHECK(figures.micro_f1 == doctest::Approx(2.0 * 1 / (4 + 3)));
  CHECK(figures.per_label[0].f1 == doctest::Approx(2.0 * 1 / (2 + 2)));
  CHECK(figures.per_label[1].f1 == 0);
  CHECK(figures.macro_f1 == doctest::Approx(0.25));
}
