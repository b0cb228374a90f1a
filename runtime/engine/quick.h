// SPDX-License-Identifier: Apache-2.0
// Decides lines of a trace whose readings are recorded without making a Decision: what is counted follows from the guards that hold, and is
// remembered by them. It decides as Engine::decide does (tests/differential/quick.cpp), or not at all.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/engine/engine.h"
#include "runtime/request/trace_line.h"

namespace sbx {

/// What of a decision is counted. `compared` is its user's own: what it knows of this decision once and for all.
struct QuickDecision {
  OutcomeKind outcome = OutcomeKind::Otherwise;
  std::optional<RouteId> route;
  std::optional<ModelId> model;  // of the first attempt
  std::string compared;
};

/// One for each thread.
class QuickDecider {
 public:
  /// All must outlive it. `derived`: signals that the policy computes from others; where one is recorded it is read, and another program
  /// decides.
  QuickDecider(const Engine& engine, const signals::SignalSet& signals, std::set<std::string, std::less<>> derived);

  /// Nothing: the line says more than its recorded readings, or they do not settle the decision. Readings that the policy does not have are
  /// passed by. The result is good until the next call.
  [[nodiscard]] QuickDecision* decide(const TraceLine& line);

 private:
  struct LeafOf {
    uint32_t leaf;
    Facet facet;
    const std::string* member;  // Has
    const TextIndex* literals;  // of a text
  };
  using Written = std::vector<std::optional<int64_t>>;  // beside Source::leaves
  struct Source {
    TypeKind kind;
    const Type* type;
    Range range;
    std::vector<LeafOf> leaves;
    const TextIndex* labels;
    Written without;         // what a reading that is not known comes to
    std::string_view field;  // of the user, where the signal reads just that
    bool is_needed_first;    // free, and guards read it
  };
  struct Entry {
    std::vector<uint64_t> key;
    bool is_certain = false;
    QuickDecision decision;
  };
  struct Place {
    std::string name;
    std::optional<uint32_t> signal;
    bool is_derived = false;
  };

  const Place& find(size_t position, std::string_view name);
  bool settle(uint32_t signal, const RecordedReading& reading);
  bool settle_known(const Source& source, const RecordedReading& reading);
  bool settle_field(uint32_t signal, const TraceLine& line);
  void write(const Source& source, const Written& values);
  std::optional<int64_t> prompt_tokens(const TraceLine& line) const;
  std::optional<uint64_t> demand(const TraceLine& line) const;
  void make_key(uint64_t demand);
  void conclude(const TraceLine& line, Entry& entry);
  std::optional<std::optional<RouteId>> winner() const;

  const Engine& engine_;
  const Manifest& manifest_;
  const signals::SignalSet& signals_;
  const std::set<std::string, std::less<>> derived_;
  signals::TextsPool pool_;
  std::vector<Source> sources_;
  std::vector<std::unordered_map<std::string, Written, TextHash, std::equal_to<>>> fields_;  // by signal
  std::vector<Place> places_;                                                                // by position in the line before
  std::vector<int64_t> contexts_;                                                            // of models, ascending
  std::optional<uint32_t> tokens_;
  bool is_known_ = false;
  Frame scratch_;
  Leaves leaves_;
  std::vector<uint8_t> settled_;
  std::vector<uint64_t> must_, may_, key_;
  sbx_match match_{};
  std::optional<int64_t> read_tokens_;
  std::deque<Entry> entries_;
  std::vector<uint32_t> table_;  // by hash: 1 + index of an entry, 0 for none
};

}  // namespace sbx
