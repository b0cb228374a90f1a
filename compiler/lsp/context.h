// SPDX-License-Identifier: Apache-2.0
// Where in a policy the cursor stands, told from the tokens before it: what may be written there. It works on broken text, which is what
// somebody who types has.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/lsp/snapshot.h"
#include "compiler/syntax/tokens.h"

namespace sbx::lsp {

/// What may stand at the cursor.
enum class Slot : uint8_t {
  Nothing,
  Declaration,   // `of`: policy, tier, always, test, scenario
  Continuation,  // words that go on with a statement
  Expression,
  LabelOf,       // a label of the value `of`, or an expression
  Action,        // the beginning of an action
  ModelTarget,   // behind `model =`
  ListedTarget,  // in `[…]` of choose and split
  SlotValue,     // of the slot `of`
  ErrorClass,
  Selector,
  ModelField,
  ModelValue,  // of the field `of`
  GivenName,
  ExpectName,
  ExpectValue,  // of `of`
  Argument,     // of the call `of`
  Type,
  Module,
  Order,  // behind `over` and `under`
};

struct Context {
  Slot slot = Slot::Nothing;
  std::string of;
  uint32_t begin = 0;  // of the word, dots included, that the cursor is in or behind
  uint32_t end = 0;    // where it ends
};

[[nodiscard]] Context context_at(const Snapshot& snapshot, uint32_t byte);

}  // namespace sbx::lsp
