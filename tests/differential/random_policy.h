// SPDX-License-Identifier: Apache-2.0
// Random policies as text, so that the whole way from text to native code is compared with the oracle.
#pragma once

#include <cstdint>
#include <string>

namespace sbx::differential {

/// A policy that checks clean, the same for the same seed: inputs, read and derived signals of every type, strict and other tiers,
/// `first` and `best` blocks, `over`, fallbacks, rules that narrow and dress. `routes` is about how many routes it has.
[[nodiscard]] std::string random_policy(uint64_t seed, unsigned routes);

}  // namespace sbx::differential
