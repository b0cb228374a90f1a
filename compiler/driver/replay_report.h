// SPDX-License-Identifier: Apache-2.0
// What a replay came to, as text and as JSON (docs/cli.md#8-replay).
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/findings_json.h"
#include "compiler/replay/replay.h"

namespace sbx::driver {

struct ReplayReport {
  const replay::Policies& policies;
  const replay::Replayed& replayed;
  const std::vector<std::string>& traces;
  unsigned jobs = 1;
  bool expected = false;  // decisions were compared

  [[nodiscard]] std::string text() const;
  [[nodiscard]] Json json() const;
  /// `trace.jsonl line 3`.
  [[nodiscard]] std::string where(const replay::Remark& remark) const;
};

}  // namespace sbx::driver
