// SPDX-License-Identifier: Apache-2.0
// A contextual bandit (LinUCB, arXiv:1003.0146): theta'x + alpha sqrt(x' A^-1 x) with theta = A^-1 b for each model; x is 1 and the signals
// that `features:` names, each as its number, 0 where it is not known.
#include "runtime/selectors/remembered.h"

#include <Eigen/Dense>

namespace sbx {

namespace {

using namespace selectors;

struct Terms {
  double expected = 0, bonus = 0;
};

/// Millionths and micro-dollars as what they stand for; whole numbers and durations as they are, with their logarithm: they may be large.
double as_number(const Reading& reading, const Type& type) {
  if (const auto* truth = std::get_if<bool>(&reading.value)) return *truth ? 1 : 0;
  const auto* raw = std::get_if<int64_t>(&reading.value);
  if (raw == nullptr) return 0;
  const int places = decimal_places(type.kind);
  if (places > 0) return static_cast<double>(*raw) / std::pow(10, places);
  return std::log1p(static_cast<double>(std::max<int64_t>(0, *raw)));
}

Eigen::VectorXd features(const Contest& contest, const ConstantRecord& arguments) {
  const std::vector<std::string_view> names = words(arguments, "features");
  Eigen::VectorXd x = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(names.size()) + 1);
  x[0] = 1;
  for (size_t i = 0; i < names.size(); ++i) {
    const Reading* reading = contest.known(names[i]);
    if (reading == nullptr) continue;
    const auto at = static_cast<size_t>(reading - contest.readings.data());
    x[static_cast<Eigen::Index>(i) + 1] = as_number(*reading, contest.manifest->signals[contest.manifest->signals.id_at(at)].type);
  }
  return x;
}

Terms terms_of(const Memory& memory, const std::string& model, const Eigen::VectorXd& x, double alpha) {
  const Eigen::Index d = x.size();
  const auto* known = memory.of<state::Ridge>(model);
  if (known == nullptr || known->dimension != d) return {0, alpha * x.norm()};
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::LDLT<Eigen::MatrixXd> a(Eigen::Map<const Rows>(known->a.data(), d, d));
  const Eigen::VectorXd theta = a.solve(Eigen::Map<const Eigen::VectorXd>(known->b.data(), d));
  return {theta.dot(x), alpha * std::sqrt(std::max(0.0, x.dot(a.solve(x))))};
}

class LinUcb final : public SelectorKind {
 public:
  std::string_view name() const override { return "linucb"; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    const Memory memory(contest, "linucb", arguments);
    const Eigen::VectorXd x = features(contest, arguments);
    for (size_t i = 0; i < scores.size(); ++i) {
      const Terms terms = terms_of(memory, contest.contenders[i]->name, x, number(arguments, "alpha", 1));
      scores[i] = to_score(terms.expected + terms.bonus);
    }
  }
  ScoreParts parts(const Contest& contest, const ConstantRecord& arguments, size_t contender) const override {
    const Terms terms = terms_of(Memory(contest, "linucb", arguments), contest.contenders[contender]->name, features(contest, arguments),
                                 number(arguments, "alpha", 1));
    return {{"expected", to_score(terms.expected)}, {"bonus", to_score(terms.bonus)}};
  }
  std::vector<std::string_view> memories() const override { return {"linucb"}; }
  void learn(const Lesson& lesson, const ConstantRecord& arguments, std::vector<state::Update>& updates) const override {
    const auto quality = quality_of(lesson);
    if (!quality) return;
    const Contest then{.contenders = {}, .manifest = lesson.manifest, .readings = lesson.readings};
    const Eigen::VectorXd x = features(then, arguments);
    updates.push_back(update(lesson, "linucb", arguments, lesson.chosen, state::Fit{{x.begin(), x.end()}, *quality}));
  }
};

}  // namespace

const SelectorKind& linucb_selector() {
  static const LinUcb kind;
  return kind;
}

}  // namespace sbx
