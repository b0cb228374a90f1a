// SPDX-License-Identifier: Apache-2.0
// What one call has to do with answers that are given again: looked for before a model is asked, kept as the answer passes by.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/decision.h"
#include "runtime/gateway/serving.h"

namespace sbx::gateway {

class CallCache {
 public:
  CallCache(Serving& serving, Api api) : serving_(serving), api_(api) {}

  /// By the attempt's slot `cache`: an answer to this call, byte for byte or by its meaning; null if the model must be asked. Waits for the
  /// encoder, where that takes its time. What one tenant was told, no other is.
  http::Task<std::shared_ptr<const http::Response>> find(const Manifest& manifest, const Attempt& attempt, const Request& request,
                                                         const std::string& provider, const http::Request& call);

  /// Whether the answer to the call that was looked for last is kept.
  [[nodiscard]] bool keeps() const { return mode_ != Mode::Off; }
  void begin(int status, const http::Headers& headers);
  void add(std::string_view piece);
  /// The answer is there, whole.
  void end();

 private:
  enum class Mode : uint8_t { Off, Exact, Semantic };
  [[nodiscard]] static Mode mode_of(const Manifest& manifest, const Attempt& attempt);
  [[nodiscard]] std::vector<float> vector_of(std::string_view text) const;

  Serving& serving_;
  const Api api_;
  Mode mode_ = Mode::Off;
  std::string key_;            // of the call, or its scope
  std::vector<float> vector_;  // Semantic
  http::Response kept_;
};

}  // namespace sbx::gateway
