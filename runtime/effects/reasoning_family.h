// SPDX-License-Identifier: Apache-2.0
// How a model is told how much to think, by what its provider calls it (docs/language/effects.md#reasoning).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/effects/outgoing.h"

namespace sbx::effects {

struct ReasoningFamily {
  enum class Says : uint8_t {
    Nothing,  // it does not reason
    Effort,   // a word: `reasoning_effort`, `reasoning.effort`
    Switch,   // on or off, in `chat_template_kwargs`
    Budget,   // a number of tokens: Anthropic's `thinking`
    Adaptive  // `thinking` of type `adaptive`, with a word for effort
  };
  Says says = Says::Effort;
  std::string_view off = "none";         // of Effort: what comes nearest to `off`
  std::string_view minimal = "minimal";  // and to `minimal`
  std::string_view key;                  // of Switch
  bool can_be_off = true;
  bool is_known = true;  // false: a name that no row of the table has
};

[[nodiscard]] ReasoningFamily reasoning_family(Provider provider, std::string_view served_name);

}  // namespace sbx::effects
