// SPDX-License-Identifier: Apache-2.0
// Random modules with all that a decision needs: models, slots, what routes and rules do; and random readings.
#pragma once

#include <vector>

#include "runtime/engine/reader.h"
#include "runtime/program/graph.h"
#include "tests/differential/random_module.h"

namespace sbx::differential {

/// Gives a random module what routes and rules do.
void dress(Module& module, uint64_t seed);

[[nodiscard]] Reading random_reading(const Type& type, Range range, Random& random);

/// Answers with the readings that it was made with.
class RandomReader final : public Reader {
 public:
  explicit RandomReader(std::vector<Reading> readings) : readings_(std::move(readings)) {}
  std::vector<Reading> read(const ReadingOrder& order) override;
  int64_t prompt_tokens(const Request&) override { return 1000; }

 private:
  std::vector<Reading> readings_;
};

}  // namespace sbx::differential
