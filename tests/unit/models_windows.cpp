// SPDX-License-Identifier: Apache-2.0
// Windows of long texts, what their answers come to, and what the numbers of a model say.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "runtime/models/logits.h"
#include "runtime/models/windows.h"

using namespace sbx::models;

TEST_CASE("windows overlap, the last one is moved to the left, and what is left out is said") {
  using List = std::vector<Window>;
  CHECK(windows_of(0, 10, 2, 4).windows == List{{0, 0}});
  CHECK(windows_of(10, 10, 2, 4).windows == List{{0, 10}});
  CHECK(windows_of(11, 10, 2, 4).windows == List{{0, 10}, {1, 11}});
  CHECK(windows_of(26, 10, 2, 4).windows == List{{0, 10}, {8, 18}, {16, 26}});
  const Windows cut = windows_of(100, 10, 2, 2);
  CHECK(cut.windows == List{{0, 10}, {8, 18}});
  CHECK(cut.truncated);
  CHECK_FALSE(windows_of(18, 10, 2, 2).truncated);
}

TEST_CASE("a token is read in the window that has most around it") {
  const std::vector<Window> windows{{0, 10}, {6, 16}};
  CHECK(window_of(5, windows) == 0);
  CHECK(window_of(7, windows) == 0);
  CHECK(window_of(8, windows) == 1);
  CHECK(window_of(15, windows) == 1);
}

TEST_CASE("probabilities of windows, by their rules") {
  const std::vector<std::vector<double>> said{{.9, .1}, {.2, .8}, {.95, .05}};
  const std::vector<Window> windows{{0, 10}, {10, 20}, {20, 40}};
  using List = std::vector<double>;
  CHECK(combined(said, windows, WindowRule::Maximum, true, 1) == List{.2, .8});
  CHECK(combined(said, windows, WindowRule::Maximum, true, {}) == List{.95, .05});
  CHECK(combined(said, windows, WindowRule::Maximum, false, {}) == List{.95, .8});
  CHECK(combined(said, windows, WindowRule::Mean, true, {})[0] == doctest::Approx((9 + 2 + 19) / 40.0));
}

TEST_CASE("of labels that exclude each other the millionths are a million") {
  for (const auto& logits : std::vector<std::vector<float>>{{0, 0, 0}, {1, 2, 3, 4, 5, 6, 7}, {1000, -1000}, {-88, -88.5F, -90}}) {
    const std::vector<int64_t> rounded = millionths(softmax(logits), true);
    CHECK(std::accumulate(rounded.begin(), rounded.end(), int64_t{0}) == 1'000'000);
  }
  CHECK(millionths(softmax(std::vector<float>{0, 0, 0}), true) == std::vector<int64_t>{333'334, 333'333, 333'333});
  CHECK(millionths(sigmoid(std::vector<float>{0, 100, -100}), false) == std::vector<int64_t>{500'000, 1'000'000, 0});
}

TEST_CASE("spans of tags") {
  const std::vector<std::string> labels{"O", "B-A", "I-A", "E-A", "S-A", "B-B", "C"};
  const TagNames names(labels);
  CHECK(names.kinds() == std::vector<std::string>{"A", "B", "C"});
  const std::string text = "a b c d e f";
  const std::vector<Token> tokens{{0, 0, 1}, {0, 1, 3}, {0, 3, 5}, {0, 5, 7}, {0, 7, 9}, {0, 9, 11}};
  const auto spans = [&](const std::vector<size_t>& tags) {
    std::vector<std::vector<double>> probabilities;
    for (const size_t tag : tags) {
      probabilities.emplace_back(labels.size(), .05);
      probabilities.back()[tag] = .7;
    }
    std::string said;
    const Tagged tagged = spans_of(text, tokens, probabilities, names);
    for (size_t i = 0; i < tagged.spans.size(); ++i) {
      CHECK(tagged.confidences[i] == 700'000);
      said += tagged.spans[i].label + std::to_string(tagged.spans[i].start) + "-" + std::to_string(tagged.spans[i].end) + " ";
    }
    return said;
  };
  CHECK(spans({0, 0, 0, 0, 0, 0}).empty());
  CHECK(spans({1, 2, 0, 0, 2, 2}) == "A0-3 A8-11 ");
  CHECK(spans({1, 1, 2, 3, 2, 0}) == "A0-1 A2-7 A8-9 ");
  CHECK(spans({4, 4, 5, 6, 6, 2}) == "A0-1 A2-3 B4-5 C6-9 A10-11 ");
}
