// SPDX-License-Identifier: Apache-2.0
// Where decisions differ, in pieces: two winners, and how the guards come out that their decisions depend on.
#pragma once

#include <string>
#include <vector>

#include "compiler/diff/winners.h"

namespace sbx::diff {

struct Piece {
  Pair pair;
  std::vector<analysis::Literal> when;  // besides who wins
  std::string before, after;            // what is sent, as far as it differs
  bool settled = true;                  // no: there are too many cases, and this stands for those that were not looked at
};

/// Where the two decide differently; nothing where their decisions are made alike.
[[nodiscard]] std::vector<Piece> pieces_of(const Merged& merged, const Pair& pair, const Winners& old, const Winners& now, Outcomes& before,
                                           Outcomes& after);

/// The question whether a request is in a piece.
[[nodiscard]] analysis::Question question(const Piece& piece, const Winners& old, const Winners& now);

}  // namespace sbx::diff
