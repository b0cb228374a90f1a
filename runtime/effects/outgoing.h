// SPDX-License-Identifier: Apache-2.0
// What a model is asked, once a decision is carried out for it: the client's own bytes, but for what the policy changes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/engine/decision.h"
#include "runtime/program/manifest.h"
#include "runtime/request/request.h"

namespace sbx::effects {

/// The shape of parameters that a provider's interface takes (`kind:` in the settings).
enum class Provider : uint8_t { OpenAi, Anthropic, Azure, Vllm };

/// A call to make. `headers` are added to those that go on, and replace those of the same name.
struct Outgoing {
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  /// What stands in the body for personal data, and the data, where the answer is to have it back (restorer.h); empty: it goes on as it comes.
  std::vector<std::pair<std::string, std::string>> restores;
  /// What could not be said in this dialect to this provider, for the log: slot and reason.
  std::vector<std::pair<std::string, std::string>> left_out;
};

/// Lays an attempt of a decision over the client's body. Bytes that nothing changes stay as they came, and in their order; a body that
/// nothing changes comes back equal. Thread-safe, no state. R0730 for a body that is not JSON, R0732 for one that is no object.
[[nodiscard]] Result<Outgoing> apply(const Manifest& manifest, const Attempt& attempt, const Request& request, std::string_view body,
                                     Provider provider);

/// The text that a slot has among an attempt's `slots` or `effects`; empty where it has none.
[[nodiscard]] std::string_view text_of(const Manifest& manifest, const std::vector<SlotValue>& values, std::string_view slot);

/// What `header "n" = "v"` of a decision sets, without what no message can carry, which `left_out` has with the reason.
struct SetHeaders {
  std::vector<std::pair<std::string, std::string>> headers, left_out;
};
[[nodiscard]] SetHeaders headers_of(const Manifest& manifest, const std::vector<SlotValue>& effects);

/// The client's body without the personal data that an attempt takes out, and otherwise as it came. R0730, R0732.
[[nodiscard]] Result<std::string> without_personal_data(const Manifest& manifest, const Attempt& attempt, const Request& request,
                                                        std::string_view body);

/// The slots of an attempt that say something in the body: what a call would lack whose body is left alone. Its model's name is not among them.
[[nodiscard]] std::vector<std::string> said_in_body(const Manifest& manifest, const Attempt& attempt);

}  // namespace sbx::effects
