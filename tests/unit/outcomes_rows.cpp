// SPDX-License-Identifier: Apache-2.0
// Outcome rows: what is read of them, what is refused, and how they are dealt into folds.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "runtime/learn/outcome_folds.h"
#include "runtime/learn/outcomes.h"
#include "runtime/request/decode.h"

using namespace sbx;
using namespace sbx::learn;

namespace {

OutcomeTable read(std::string_view bytes) {
  const Result<OutcomeTable> table = read_outcomes(bytes, "rows.jsonl");
  REQUIRE_MESSAGE(table.ok(), table.error().message);
  return *table;
}

}  // namespace

TEST_CASE("a row says what models made of a request, and what is left out is unknown") {
  const OutcomeTable table = read(
      "{\"id\":\"a\",\"text\":\"two \\\"words\\\"\",\"group\":\"g\",\"step\":3,\"outcomes\":{\"s\":{\"quality\":0.5,\"cost_usd\":0.25},\"l\":null}}\n"
      "\n"
      "{\"request\":{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]},\"outcomes\":{\"x\":{\"quality\":1,\"latency_ms\":20}}}\n"
      "{\"id\":\"c\",\"request\":{\"id\":\"r\",\"seed\":7,\"body\":{\"messages\":[]}},\"action\":\"l\",\"propensity\":0.25,\"reward\":-2}\n");
  CHECK(table.models == std::vector<std::string>{"s", "l", "x"});
  REQUIRE(table.rows.size() == 2);
  const OutcomeRow& first = table.rows[0];
  CHECK(first.id == "a");
  CHECK(first.group == "g");
  CHECK(first.step == 3);
  REQUIRE(first.outcomes.size() == 3);
  CHECK(first.outcomes[0]->quality == 0.5);
  CHECK(first.outcomes[0]->cost_usd == 0.25);
  CHECK_FALSE(first.outcomes[0]->latency_ms.has_value());
  CHECK_FALSE(first.outcomes[1].has_value());
  CHECK_FALSE(first.outcomes[2].has_value());
  const Decoded decoded = decode_request(first.request);
  REQUIRE(decoded.request.ok());
  CHECK(decoded.id == "a");
  CHECK(decoded.request->text == "two \"words\"");
  CHECK(table.rows[1].id == "3");
  CHECK(decode_request(table.rows[1].request).request->text == "hi");
  REQUIRE(table.logged.size() == 1);
  CHECK(table.logged[0].action == 1);
  CHECK(table.logged[0].reward == -2);
  CHECK(decode_request(table.logged[0].request).request->seed == 7);
}

TEST_CASE("what is no row is refused with its line") {
  const std::pair<const char*, const char*> wrong[] = {
      {"{\"id\":1", "rows.jsonl:1: the line is no JSON"},
      {"[]", "rows.jsonl:1: a row is an object"},
      {"\n{\"text\":\"x\"}", "rows.jsonl:2: a row has `outcomes`, or `action` and `reward`"},
      {"{\"outcomes\":{}}", "rows.jsonl:1: a row has a `text`, or a `request` that is an object"},
      {"{\"text\":\"x\",\"outcomes\":[]}", "rows.jsonl:1: `outcomes` is an object of models"},
      {"{\"text\":\"x\",\"outcomes\":{\"m\":1}}", "rows.jsonl:1: the outcome of `m` is no object"},
      {"{\"text\":\"x\",\"outcomes\":{\"m\":{\"quality\":1.5}}}", "rows.jsonl:1: `quality` is 1.5, not a number from 0 to 1"},
      {"{\"text\":\"x\",\"outcomes\":{\"m\":{\"quality\":1,\"cost_usd\":\"2\"}}}", "rows.jsonl:1: `cost_usd` is \"2\", not a number from 0"},
      {"{\"text\":\"x\",\"step\":\"one\",\"outcomes\":{}}", "rows.jsonl:1: `step` is \"one\", not a whole number"},
      {"{\"text\":\"x\",\"action\":\"m\",\"reward\":1,\"propensity\":0}", "rows.jsonl:1: `propensity` is a probability above 0"},
      {"{\"text\":\"x\",\"action\":\"m\",\"propensity\":1}", "rows.jsonl:1: a logged row has a `reward`"},
      {"\n", "rows.jsonl has no rows"},
  };
  for (const auto& [bytes, message] : wrong) {
    const Result<OutcomeTable> table = read_outcomes(bytes, "rows.jsonl");
    REQUIRE_MESSAGE(!table.ok(), bytes);
    CHECK(table.error().code == "R0790");
    CHECK(table.error().message == message);
  }
}

TEST_CASE("a model is found by its name in the policy, else by its provider's") {
  const OutcomeTable table = read("{\"text\":\"x\",\"outcomes\":{\"gpt-5\":null,\"small\":null,\"tiny\":null}}");
  Manifest manifest;
  for (const auto& [name, served] : {std::pair{"large", "gpt-5"}, {"small", "tiny"}, {"other", "none"}})
    manifest.models.add(Model{.name = name, .served_name = served});
  CHECK(columns_of(table, manifest) == std::vector<std::optional<size_t>>{0, 1, std::nullopt});
}

TEST_CASE("folds are even, repeatable, and keep groups together") {
  OutcomeTable table;
  for (size_t i = 0; i < 103; ++i) table.rows.push_back({.group = "g" + std::to_string(i % 20)});
  const OutcomeFolds folds = make_outcome_folds(table, 5, false, 1);
  std::vector<size_t> sizes(5);
  for (const size_t fold : folds.of_row) ++sizes[fold];
  CHECK(*std::ranges::max_element(sizes) - *std::ranges::min_element(sizes) <= 1);
  CHECK(folds.of_row == make_outcome_folds(table, 5, false, 1).of_row);
  CHECK(folds.of_row != make_outcome_folds(table, 5, false, 2).of_row);

  const OutcomeFolds grouped = make_outcome_folds(table, 5, true, 1);
  for (size_t i = 20; i < 103; ++i) CHECK(grouped.of_row[i] == grouped.of_row[i - 20]);
  CHECK(std::set<size_t>(grouped.of_row.begin(), grouped.of_row.end()).size() == 5);
  CHECK_FALSE(grouped.is_apart(0, 20));
  CHECK(OutcomeFolds{}.is_apart(0, 1));
  CHECK_FALSE(OutcomeFolds{}.is_apart(1, 1));
}
