// SPDX-License-Identifier: Apache-2.0
// What a compiled policy is, told from its file alone: `signalbox inspect` and sbx_inspect().
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/program/object_facts.h"

namespace sbx::embed {

/// What is known of an object's signature. `key` and `valid` only where a public key was given.
struct SignatureFacts {
  std::optional<std::string> key;
  std::optional<bool> valid;
};

struct Inspection {
  ObjectFacts facts;
  size_t bytes = 0;
  std::optional<SignatureFacts> signature;  // none: it is not signed
};

/// Nothing of the object is run, so it need not be trusted. `signature` as it stands beside the file; `public_pem` may be empty.
/// R0753 to R0755 as read_object_facts, R0757.
[[nodiscard]] Result<Inspection> inspect(std::string_view object, const std::optional<std::string>& signature, std::string_view public_pem);

/// Whether a signal of the policy may be read from the body; whether a body can be such that one of its models does not fit.
[[nodiscard]] bool needs_body(const Manifest& manifest);
[[nodiscard]] bool fit_needs_body(const Manifest& manifest);

/// `signalbox.inspect/1` (docs/cli.md), and the same for people.
[[nodiscard]] std::string inspection_json(const Inspection& inspection);
[[nodiscard]] std::string inspection_text(const Inspection& inspection);

}  // namespace sbx::embed
