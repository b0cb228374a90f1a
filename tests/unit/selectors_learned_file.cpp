// SPDX-License-Identifier: Apache-2.0
// Learned files: what is written is read back to the bit, and nothing else is read.
#include <doctest/doctest.h>

#include <algorithm>

#include "runtime/selectors/learned.h"

using namespace sbx;

namespace {

Learned example() {
  const models::FeatureSpec spec{.views = {{models::View::Words, 1, 2, 16}}, .bits = 10};
  Tensor basis(3, 2);
  basis.values = {1, 0, 0, 1, 0.5F, -0.5F};
  Tensor weights(2, 4), bias(1, 2);
  weights.values = {1, 2, 3, 4, 5, 6, 7, 8};
  bias.values = {-1, 1};
  Fit fit{.selector = "linear(penalty: 3)", .models = {"small", "large"}, .labels = {"law", "code"}, .tensors = {{"weights", weights}, {"bias", bias}}};
  return {TextEncoder(models::FeatureTable(spec, {3, 70, 900}, {16, 32, 48}), basis), {fit}, "{\"rows\":7}"};
}

}  // namespace

TEST_CASE("a learned file is read back as it was written") {
  const Learned learned = example();
  const std::string bytes = write_learned(learned);
  const Result<std::shared_ptr<const Learned>> back = read_learned(bytes, "p.sbl");
  REQUIRE_MESSAGE(back.ok(), back.error().message);
  CHECK((*back)->fits().front().models == learned.fits().front().models);
  CHECK((*back)->fits().front().labels == learned.fits().front().labels);
  CHECK((*back)->fits().front().tensors == learned.fits().front().tensors);
  CHECK((*back)->card() == learned.card());
  CHECK(std::ranges::equal((*back)->encoder().table()->buckets(), learned.encoder().table()->buckets()));
  CHECK((*back)->encoder().basis() == learned.encoder().basis());
  CHECK(write_learned(**back) == bytes);
  CHECK((*back)->find("linear", {{"penalty", {Decimal{3, 0}}}}) != nullptr);
  CHECK((*back)->find("linear", {{"penalty", {Decimal{4, 0}}}}) == nullptr);
}

TEST_CASE("a file that is cut off or changed anywhere is refused") {
  const std::string bytes = write_learned(example());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = read_learned(std::string_view(bytes).substr(0, size), "p.sbl");
    REQUIRE_FALSE(cut.ok());
    CHECK(cut.error().code == "R0791");
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] ^= 0x10;
    CHECK_FALSE(read_learned(changed, "p.sbl").ok());
  }
  CHECK_FALSE(read_learned(bytes + "x", "p.sbl").ok());
}

TEST_CASE("numbers that do not belong together are refused even with the right hash") {
  const Learned good = example();
  Fit fit = good.fits().front();
  fit.models.push_back("third");
  const Learned wrong(good.encoder(), {fit}, "{}");
  const auto read = read_learned(write_learned(wrong), "p.sbl");
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().message == "`p.sbl` holds numbers that do not belong together");
  fit = good.fits().front();
  fit.selector = "nobody(x: 1)";
  CHECK_FALSE(read_learned(write_learned(Learned(good.encoder(), {fit}, "{}")), "p.sbl").ok());
}
