// SPDX-License-Identifier: Apache-2.0
// Symbols that the host reads, as signals of the manifest and leaves of the frame. Made on first use, in order of use.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/sema/policy.h"
#include "runtime/program/graph.h"

namespace sbx::lower {

/// The place of `span`, kept when the sources are gone.
[[nodiscard]] Place place_of(const SourceSet& sources, Span span);
/// As in sema/expr.h, of what is known to be a constant.
[[nodiscard]] Constant the_constant(const sema::Expr& expr);

class Leaves {
 public:
  /// `literals`: what every text is interned against before the policy's own.
  Leaves(const sema::Policy& policy, const SourceSet& sources, const std::set<std::string>& given, const std::vector<std::string>& literals,
         Manifest& manifest);

  /// Whether the host reads `symbol` (or is given it) rather than the graph computing it.
  [[nodiscard]] bool is_read(sema::SymbolId symbol) const;
  SignalId signal(sema::SymbolId symbol);
  /// The signal that the host reads under this name; `none` is nobody's.
  [[nodiscard]] std::optional<SignalId> find(const std::string& name);
  LeafId value(sema::SymbolId symbol);
  LeafId confidence(sema::SymbolId symbol);
  LeafId has(sema::SymbolId symbol, const std::string& member);
  /// A leaf for the value of an input that is no symbol of the policy, unless one of its symbols reads the same.
  void add(const sema::Symbol& input);
  /// The index of `text` among the literals of a text leaf, interned on first use.
  int64_t literal(LeafId leaf, const std::string& text);

 private:
  /// A budget is read from others that the policy may not read itself: for whom it counts, and a limit that is a column.
  void add_sources(const ConstantRecord& arguments);
  [[nodiscard]] SignalInfo info_of(const sema::Symbol& from) const;
  LeafId leaf(sema::SymbolId symbol, Facet facet, const std::string& member);

  const sema::Policy& policy_;
  const SourceSet& sources_;
  const std::set<std::string>& given_;
  const std::vector<std::string>& first_literals_;
  Manifest& manifest_;
  std::map<std::string, sema::SymbolId> by_name_;
  std::map<sema::SymbolId, SignalId> signals_;
  std::map<std::tuple<sema::SymbolId, Facet, std::string>, LeafId> leaves_;
  std::map<LeafId, std::map<std::string, int64_t>> literals_;
};

}  // namespace sbx::lower
