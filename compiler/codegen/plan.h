// SPDX-License-Identifier: Apache-2.0
// The match plan of a module: what native code does, as data. Terms (conjunctions) have bits in order; for every value and every class of
// its number line a row of bits says which terms it leaves possible. A match looks up one row a value, ANDs them and takes the first bit.
// docs/design/semantics.md, "Native code". Knows nothing of LLVM.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/codegen/tables.h"
#include "compiler/ir/terms.h"
#include "runtime/program/graph.h"

namespace sbx::codegen {

using ir::Bound;
using ir::Conjunction;
using ir::Interval;
using ir::LeafTest;
using ir::StateTest;
using ir::Terms;

/// How a number finds its class.
enum class Lookup : uint8_t {
  Dense,    // class = number - low
  Indexed,  // class = entry [number - low] of a table of uint16
  Counted,  // class = how many of the boundaries are below the number
  Bucketed  // the same, counted from the start of the number's bucket: at most kBucket boundaries
};
inline constexpr uint32_t kBucket = 7;

/// The number line of one value, cut into classes. Offsets are bytes into Plan::tables.
struct Axis {
  ValueId value;
  bool leaf = false;
  Lookup lookup = Lookup::Dense;
  uint32_t classes = 1;
  int64_t low = 0;             // Dense, Indexed: first number; Bucketed: first boundary
  int64_t high = 0;            // the last one; numbers outside count as the nearest
  uint32_t shift = 0;          // Bucketed: bucket = (number - low) >> shift
  uint32_t boundaries = 0;     // Counted, Bucketed: how many; each is the last number of its class
  uint32_t boundaries_at = 0;  // int64, ascending, then padding that no number exceeds: at least kBucket, up to a power of two less one
  uint32_t index_at = 0;       // Indexed: classes; Bucketed: boundaries before the bucket; uint16
  uint32_t rows_at = 0;        // leaf: a row a class, then the rows pending-must, pending-may, failed. Derived: the rows "a <= v" by class
  uint32_t upper_at = 0;       // derived: the rows "v <= b" by class
};

/// Tests of the state of a derived value: rows must pending, known, unknown, then may pending, known, unknown.
struct StateAxis {
  ValueId value;
  uint32_t rows_at = 0;
};

/// Bit `bit` of the chunk is the truth of a gate.
struct GateBit {
  uint32_t bit = 0;
  GuardId gate;
};

/// Up to 512 terms that are matched together.
struct Chunk {
  uint32_t first = 0;  // of its terms (routes) or output bits (rules)
  uint32_t terms = 0;
  uint32_t words = 1;                  // of 64 bits: 1, 2, 4 or 8
  std::vector<uint64_t> known_base;    // terms that are possible when everything is known, before gates
  std::vector<uint64_t> partial_base;  // the same when something may not be
  uint32_t known_base_at = 0;          // in tables: the two, less what gates decide
  uint32_t partial_base_at = 0;
  std::vector<GateBit> gates;  // several of one bit must all hold
  std::vector<Axis> axes;
  std::vector<StateAxis> states;
};

struct Plan {
  std::vector<uint32_t> term_bits;  // the route bit of each term of a route; ascending
  bool direct = true;               // term_bits[i] == i
  std::vector<Chunk> routes;
  std::vector<Chunk> rules;
  std::vector<ValueId> derived;  // the derived values that chunks and gates read, operands first
  uint32_t rule_word = 0;        // Manifest::rule_bits() / 64
  uint32_t words = 0;            // of a match
  uint32_t term_bits_at = 0;     // in tables, uint32; only if not direct
  Tables tables;
};

inline constexpr uint32_t kChunkTerms = 512;
inline constexpr size_t kRouteTerms = 8;

/// The plan of a module. Time and memory are linear in the graph: a chunk has at most one row of its width a boundary and value.
[[nodiscard]] Plan plan(const Module& module);

/// One line an axis and chunk; rows where `rows`. Stable, for tests and people.
[[nodiscard]] std::string print(const Plan& plan, bool rows = false);

}  // namespace sbx::codegen
