// SPDX-License-Identifier: Apache-2.0
// agreement.distinct, share, sigma, margin, consistency: how far several answers to one request agree. Distinct answers and sigma are
// ACAR's (2602.21231), the share of the answer given most often is that of RASC as HRBench (2605.28398) stops by it.
#include <algorithm>
#include <map>

#include "runtime/signals/answers.h"
#include "runtime/signals/kinds.h"
#include "runtime/signals/learned.h"
#include "runtime/signals/likeness.h"
#include "runtime/text/fold.h"

namespace sbx::signals {
namespace {

using Choices = std::span<const Choice>;

bool ends_nothing(char c) { return c == '.' || c == '!' || c == ',' || c == ';' || c == ' '; }

/// What counts as one answer: whatever the case, width and white space, and without a full stop.
std::string canonical(const Choice& choice) {
  std::string text;
  for (const char c : text::folded(choice.text)) {
    const bool is_space = c == ' ' || (c >= '\t' && c <= '\r');
    if (!is_space)
      text += c;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  while (!text.empty() && ends_nothing(text.back())) text.pop_back();
  return text;
}

/// How many give each answer, the most often given first.
std::vector<int64_t> votes(Choices choices) {
  std::map<std::string, int64_t> by_answer;
  for (const Choice& choice : choices) ++by_answer[canonical(choice)];
  std::vector<int64_t> votes;
  for (const auto& [answer, count] : by_answer) votes.push_back(count);
  std::ranges::sort(votes, std::greater());
  return votes;
}

Reading share_of(int64_t part, size_t whole) { return known(to_millionths(static_cast<double>(part) / static_cast<double>(whole))); }

Reading distinct(Choices choices) { return known(static_cast<int64_t>(votes(choices).size())); }
Reading share(Choices choices) { return share_of(votes(choices).front(), choices.size()); }
Reading sigma(Choices choices) { return share_of(static_cast<int64_t>(votes(choices).size()) - 1, choices.size() - 1); }

Reading margin(Choices choices) {
  const std::vector<int64_t> counts = votes(choices);
  return share_of(counts.size() == 1 ? counts[0] : counts[0] - counts[1], choices.size());
}

// The mean over all pairs, for answers that are sentences and never equal.
Reading consistency(Choices choices) {
  std::vector<Grams> grams;
  for (const Choice& choice : choices) grams.push_back(grams_of(choice.text));
  double sum = 0;
  int64_t pairs = 0;
  for (size_t i = 0; i < grams.size(); ++i) {
    for (size_t j = 0; j < i; ++j, ++pairs) sum += cosine(grams[i], grams[j]);
  }
  return known(to_millionths(sum / static_cast<double>(pairs)));
}

}  // namespace

Bound bind_distinct(const Binding&) { return of_choices(distinct, 1); }
Bound bind_share(const Binding&) { return of_choices(share, 1); }
Bound bind_sigma(const Binding&) { return of_choices(sigma, 2); }
Bound bind_margin(const Binding&) { return of_choices(margin, 1); }
Bound bind_consistency(const Binding&) { return of_choices(consistency, 2); }

}  // namespace sbx::signals
