// SPDX-License-Identifier: Apache-2.0
// What a picture of a policy shows, as data: signals by cost, rows of tiers from top to bottom, who reads what and who wins.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/sema/policy.h"
#include "runtime/diag/diagnostic.h"

namespace sbx::graph {

/// A cost class; derived signals are made from others.
enum class Column : uint8_t { Free, Fast, Model, Remote, Derived };

struct Signal {
  std::string name;
  Column column = Column::Free;
  std::string made_by;            // the kind that reads it, or a derived one's expression as written
  std::vector<size_t> made_from;  // signals; of a derived one
};

struct Model {
  std::string name;
  std::string provider;
  std::string served_name;
};

/// A block's own row stands above those of its entries.
enum class RowKind : uint8_t { Route, First, Best, Otherwise, Unserved, Rule };
enum class OutcomeKind : uint8_t { None, Call, Deny, Respond, Escalate };

/// One candidate of a list, in the author's words.
struct Attempt {
  std::string text;
  OutcomeKind kind = OutcomeKind::Call;
  std::vector<size_t> models;  // of a call
};

struct Row {
  RowKind kind = RowKind::Route;
  std::string name;
  std::string guard;                        // as written, on one line; empty: no `when`
  OutcomeKind outcome = OutcomeKind::None;  // of its first attempt
  std::vector<Attempt> attempts;
  std::vector<std::string> actions;  // assignments, as written
  std::string order;                 // of a rule: `over routes`; of a `best` block: its margin
  std::vector<size_t> reads;         // signals, ascending
  std::vector<size_t> over;          // rows of the same tier, or rules, that it beats; as declared
  int depth = 0;                     // in how many blocks it stands
};

struct Tier {
  std::string name;  // empty: routes that stand in no tier
  bool strict = false;
  std::vector<size_t> rows;
};

/// Two rows of a conflict that the analysis found.
struct Clash {
  size_t row = 0, with = 0;
  std::string message;
};

struct Picture {
  std::string name;
  std::string revision;
  std::vector<std::string> serves;
  std::vector<Signal> signals;  // by column, then as declared; only what something reads
  std::vector<Model> models;
  std::vector<Row> rows;
  std::vector<Tier> tiers;  // in the order in which they are asked
  std::optional<size_t> otherwise, unserved;
  std::vector<size_t> rules;  // of `always`
  std::vector<Clash> clashes;
};

/// The picture of a policy that resolved; `findings` may hold those of its analysis.
[[nodiscard]] Picture picture_of(const sema::Policy& policy, const std::string& revision, const SourceSet& sources,
                                 const Diagnostics& findings);

[[nodiscard]] std::string_view word(Column column);
[[nodiscard]] std::string_view word(RowKind kind);
[[nodiscard]] std::string_view word(OutcomeKind kind);

}  // namespace sbx::graph
