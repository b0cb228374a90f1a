// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/pieces.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace sbx::diff {
namespace {

using analysis::Literal;

constexpr size_t kMostWays = 2048;  // of one pair

/// Every way in which the guards that are asked about can come out, one after the other.
class Ways {
 public:
  using Known = std::function<std::optional<bool>(GuardId)>;  // by who wins
  Ways(const Module& module, Known known) : module_(module), known_(std::move(known)) {}

  bool holds(GuardId guard) {
    if (const auto* fixed = std::get_if<Fixed>(&module_.graph.guards[guard])) return fixed->value;
    if (const std::optional<bool> known = known_(guard)) return *known;
    const auto taken = std::ranges::find(way_, guard, &Literal::guard);
    if (taken != way_.end()) return taken->holds;
    way_.push_back({guard, false});
    return false;
  }
  [[nodiscard]] const std::vector<Literal>& way() const { return way_; }
  /// The next way; false after the last.
  bool advance() {
    while (!way_.empty() && way_.back().holds) way_.pop_back();
    if (way_.empty()) return false;
    way_.back().holds = true;
    return true;
  }

 private:
  const Module& module_;
  Known known_;
  std::vector<Literal> way_;
};

/// One piece of two that differ in how one guard comes out, if they do.
std::optional<Piece> joined(const Piece& one, const Piece& other) {
  if (one.before != other.before || one.after != other.after || one.when.size() != other.when.size()) return std::nullopt;
  std::optional<GuardId> open;
  for (const Literal& literal : one.when) {
    const auto same = std::ranges::find(other.when, literal.guard, &Literal::guard);
    if (same == other.when.end()) return std::nullopt;
    if (same->holds == literal.holds) continue;
    if (open) return std::nullopt;
    open = literal.guard;
  }
  if (!open) return std::nullopt;
  Piece piece = one;
  std::erase_if(piece.when, [&](const Literal& literal) { return literal.guard == *open; });
  return piece;
}

/// Whether two could be made one.
bool join_one(std::vector<Piece>& pieces) {
  for (size_t i = 0; i < pieces.size(); ++i) {
    for (size_t j = i + 1; j < pieces.size(); ++j) {
      std::optional<Piece> both = joined(pieces[i], pieces[j]);
      if (!both) continue;
      pieces[i] = std::move(*both);
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(j));
      return true;
    }
  }
  return false;
}

// The joined one may join others: from the start.
void join(std::vector<Piece>& pieces) {
  while (join_one(pieces)) {
  }
}

}  // namespace

std::vector<Piece> pieces_of(const Merged& merged, const Pair& pair, const Winners& old, const Winners& now, Outcomes& before,
                             Outcomes& after) {
  const Makeup& of_old = before.makeup(pair.old);
  const Makeup& of_new = after.makeup(pair.now);
  if (of_old == of_new) return {};
  const auto known = [&](GuardId guard) -> std::optional<bool> {
    if (guard == old.guard(pair.old) || guard == now.guard(pair.now)) return true;
    if (old.rivals(pair.old).contains(guard) || now.rivals(pair.now).contains(guard)) return false;
    return std::nullopt;
  };
  const Apart apart = parts_that_differ(of_old, of_new);
  Ways ways(merged.module(), known);
  const Outcomes::Asked holds = [&](GuardId guard) { return ways.holds(guard); };
  std::vector<Piece> pieces;
  for (size_t count = 0;; ++count) {
    Piece piece{pair, {}, before.decided(pair.old, apart, holds), after.decided(pair.now, apart, holds), true};
    piece.when = ways.way();
    if (piece.before != piece.after) pieces.push_back(std::move(piece));
    if (!ways.advance()) break;
    if (count < kMostWays) continue;
    pieces.push_back({pair, {}, "", "", false});
    break;
  }
  join(pieces);
  return pieces;
}

analysis::Question question(const Piece& piece, const Winners& old, const Winners& now) {
  analysis::Question question;
  for (const std::optional<GuardId> guard : {old.guard(piece.pair.old), now.guard(piece.pair.now)}) {
    if (guard) question.some.push_back({{*guard}});
  }
  GuardSet none = old.rivals(piece.pair.old);
  none.insert(now.rivals(piece.pair.now).begin(), now.rivals(piece.pair.now).end());
  for (const Literal& literal : piece.when) {
    if (literal.holds) {
      question.some.push_back({{literal.guard}});
    } else {
      none.insert(literal.guard);
    }
  }
  question.none.assign(none.begin(), none.end());
  return question;
}

}  // namespace sbx::diff
