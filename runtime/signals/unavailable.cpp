// SPDX-License-Identifier: Apache-2.0
// Signals that are declared, typed, and read only where a reading is given.
#include "runtime/signals/kinds.h"

namespace sbx::signals {
namespace {

struct Unavailable final : Extractor {
  std::string why;
  [[nodiscard]] Reading read(const Observation&) const override { return failed(why); }
};

}  // namespace

std::unique_ptr<Extractor> unavailable(std::string why) {
  auto extractor = std::make_unique<Unavailable>();
  extractor->why = std::move(why);
  return extractor;
}

Bound bind_later(const Binding&) { return unavailable("not available yet: give it with --reading"); }

}  // namespace sbx::signals
