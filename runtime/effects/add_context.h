// SPDX-License-Identifier: Apache-2.0
// What a retriever has found, as part of what a model is asked. It is found elsewhere (runtime/gateway/retrievers.h), before a call is
// made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/engine/decision.h"
#include "runtime/program/manifest.h"
#include "runtime/request/request.h"

namespace sbx::effects {

struct Passage {
  std::string text;
  std::string source;  // a file or an address, for the model to name; may be empty
};

struct Context {
  std::string text;
  size_t passages = 0;  // that it holds
};
/// `lead`, and below it the passages with their numbers, as many as `most_tokens` holds by estimate.
[[nodiscard]] Context context_of(const std::string& lead, const std::vector<Passage>& passages, std::optional<int64_t> most_tokens);

/// The body with `text` before what its user said last. Nothing where no user says anything. R0730, R0732.
[[nodiscard]] Result<std::optional<std::string>> with_context(std::string_view body, Dialect dialect, const std::string& text);

/// What a retriever is asked: what the user said last, without the personal data that an attempt takes out.
[[nodiscard]] std::string query_for(const Manifest& manifest, const Attempt& attempt, const Request& request);

}  // namespace sbx::effects
