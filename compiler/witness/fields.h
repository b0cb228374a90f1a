// SPDX-License-Identifier: Apache-2.0
// What one signal shall read → what the draft must say for it. Signals over texts are texts.h's.
#pragma once

#include <span>
#include <vector>

#include "compiler/analysis/world.h"
#include "compiler/witness/draft.h"
#include "runtime/program/manifest.h"

namespace sbx::witness {

/// All that is wanted of one signal's leaves.
struct Wish {
  SignalId signal;
  std::vector<analysis::Need> needs;
};

/// By signal, in the order of their ids.
[[nodiscard]] std::vector<Wish> wishes(const Manifest& manifest, std::span<const analysis::Need> needs);

/// Whether nothing that the signal may read is allowed.
[[nodiscard]] bool must_be_unknown(const Wish& wish);

/// The value itself as people write it into a header: a literal, a label, a number in its unit.
[[nodiscard]] std::string written(const Leaf& leaf, const Type& type, int64_t raw);

/// Makes the draft say a text or label. False: this kind of signal is not said in one field.
bool write_text(const SignalInfo& info, const std::string& value, Draft& draft);

/// Makes the draft say it. False: this kind of signal is not said in a field, or nothing it may read can be said.
bool write_field(const Manifest& manifest, const Wish& wish, Draft& draft);

/// Gives the reading itself, for what no request carries: models, remote services, the state of the host.
void write_reading(const Manifest& manifest, const Wish& wish, Draft& draft);

}  // namespace sbx::witness
