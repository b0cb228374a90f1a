// SPDX-License-Identifier: Apache-2.0
#include "compiler/analysis/measure.h"

#include <fmt/format.h>

#include <boost/math/distributions/beta.hpp>

namespace sbx::analysis {

Measured measure(uint64_t occurred, uint64_t of, double confidence) {
  const double tail = (1 - confidence) / 2;
  const auto k = static_cast<double>(occurred), n = static_cast<double>(of);
  using Beta = boost::math::beta_distribution<double>;
  Measured measured{.occurred = occurred, .of = of, .low = 0, .high = 1, .confidence = confidence};
  if (occurred > 0) measured.low = quantile(Beta(k, n - k + 1), tail);
  if (occurred < of) measured.high = quantile(complement(Beta(k + 1, n - k), tail));
  return measured;
}

std::string text_of(const Measured& measured) {
  return fmt::format("{} of {} recorded requests, so {:.3g} % to {:.3g} % of all (confidence {:.6g} %)", measured.occurred, measured.of,
                     100 * measured.low, 100 * measured.high, 100 * measured.confidence);
}

}  // namespace sbx::analysis
