// SPDX-License-Identifier: Apache-2.0
// What signals that go by a learned model have in common.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "runtime/signals/aggregation.h"
#include "runtime/signals/signal.h"

namespace sbx::signals {

inline constexpr const char* kNoModels = "there are no models here: give it with --reading";

/// The answer, if it is there and of this kind.
template <class Kind>
[[nodiscard]] const Kind* answer_in(const Asked& asked) {
  return asked.state == Asked::State::Answered ? std::get_if<Kind>(&asked.answer) : nullptr;
}
/// A reading by an answer: how it came about is the answer's.
[[nodiscard]] Reading answered(Reading reading, const Asked& asked, bool truncated);
/// Where there is none.
[[nodiscard]] Reading unanswered(const Asked& asked);

/// Whether a label need not be one of the model's: `none`, and what `or else` names.
[[nodiscard]] bool is_fallback(const SignalInfo& info, const std::string& label);
/// A number as millionths; nothing if it is none, or absent.
[[nodiscard]] std::optional<int64_t> millionths_argument(const ConstantRecord& arguments, std::string_view name);
/// The path of a file that a signal names, relative to the file that declares it.
[[nodiscard]] std::string path_beside(const SignalInfo& info, const std::string& file);
[[nodiscard]] std::string path_argument(const SignalInfo& info, std::string_view name);

/// Which text a model is asked about, and how its similarities to several examples count: `of:`, `by:` and `k:`. E0306.
[[nodiscard]] std::optional<Error> check_comparison(const ConstantRecord& arguments);

/// Vectors that a text's is compared with: of examples, or of a file, but not of both.
struct Compared {
  QuestionId question;
  RowRange rows;
  Aggregation aggregation;
};
/// Binds rows of the encoder that the signal names. E0306, E0333, R0701, R076x.
[[nodiscard]] Result<Compared> compare_with(const Binding& binding, const std::vector<std::string>& examples);
[[nodiscard]] Result<Compared> compare_with_file(const Binding& binding, const std::string& file);
/// The cosines with the rows as one number, within -1 and 1.
[[nodiscard]] double similarity(const Asked& asked, const Compared& with);
/// The largest of several, of one question.
[[nodiscard]] double similarity(const Asked& asked, std::span<const Compared> with);
/// Millionths, rounded half away from zero (docs/language/numbers.md).
[[nodiscard]] int64_t to_millionths(double value);

}  // namespace sbx::signals
