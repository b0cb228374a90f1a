// SPDX-License-Identifier: Apache-2.0
// What nobody but the host or a test can say: inputs `from gateway`, derived signals that are given. Absent, they are unknown.
#include "runtime/signals/kinds.h"

namespace sbx::signals {
namespace {

struct Given final : Extractor {
  [[nodiscard]] Reading read(const Observation&) const override { return unknown("it is not given"); }
};

}  // namespace

Bound bind_given(const Binding&) { return std::unique_ptr<Extractor>(std::make_unique<Given>()); }

}  // namespace sbx::signals
