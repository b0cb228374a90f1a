// SPDX-License-Identifier: Apache-2.0
// Kinds that need a model: declared, typed, and read only where a reading is given.
#include "runtime/signals/kinds.h"

namespace sbx::signals {
namespace {

struct Unavailable final : Extractor {
  [[nodiscard]] Reading read(const Observation&) const override { return failed("not available yet: give it with --reading"); }
};

}  // namespace

Bound bind_unavailable(const Binding&) { return std::unique_ptr<Extractor>(std::make_unique<Unavailable>()); }

}  // namespace sbx::signals
