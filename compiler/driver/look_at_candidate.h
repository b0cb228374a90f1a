// SPDX-License-Identifier: Apache-2.0
// All that is asked of a policy's text before it may serve: it is checked, compiled, its own tests are run, and it is compared with the
// policy that serves.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::driver {

struct TextCandidate {
  std::string path;                 // relative names of the text start from its folder
  std::optional<std::string> text;  // instead of the file's
  std::string policy;               // which of the text; empty: the only one
  std::string running;              // LookedAt::source of the one that serves; empty: there is nothing to compare with
  std::vector<std::string> known;   // digests whose code is at hand
};

struct LookedAt {
  int status = 200;
  std::string document;  // of `check`, or of `test` where that failed; `{"error":…}` where it never came to that
  std::string reason;    // one line
  std::string source;    // everything that was read, to compare a later one with
  std::vector<std::string> files;
  std::string digest;  // equal digests, equal code
  std::string code;    // an object; a module as JSON where there is no native code; empty where `known` has it
};

struct DiffSummary {
  std::string summary;   // `{"equivalent":…,"regions":…}`; empty: they could not be compared
  std::string document;  // of `diff`
};

/// Blocks; uses no threads. `first` is told everything but the comparison, which follows only for one that is accepted.
DiffSummary look_at(const TextCandidate& candidate, const std::string& stdlib, const std::function<void(const LookedAt&)>& first);

/// `{"error":{"code","message"}}`, status 422.
[[nodiscard]] LookedAt refused(const Error& error);

}  // namespace sbx::driver
