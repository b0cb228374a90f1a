// SPDX-License-Identifier: Apache-2.0
// Inside of emit*.cpp: one LLVM function under construction. Includes LLVM; only this room's .cpp files may include it.
#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <map>
#include <unordered_map>
#include <vector>

#include "compiler/codegen/plan.h"

namespace sbx::codegen {

/// What every internal function gets, in this order: the frame's arrays, scratch memory, the words of the match.
struct Arguments {
  llvm::Value* lo = nullptr;
  llvm::Value* hi = nullptr;
  llvm::Value* state = nullptr;
  llvm::Value* scratch = nullptr;
  llvm::Value* must = nullptr;
  llvm::Value* may = nullptr;
};

/// Scratch memory, in words: derived values (lo, hi, pending), then words of gates (must, may), aligned like rows.
struct Scratch {
  std::unordered_map<uint32_t, uint32_t> slot;  // of a derived value
  uint32_t values = 0;
  uint32_t gates = 0;  // words of gates, a multiple of 8
  [[nodiscard]] uint32_t must_at() const { return (3 * values + 7) / 8 * 8; }
  [[nodiscard]] uint32_t may_at() const { return must_at() + gates; }
  [[nodiscard]] uint32_t words() const { return may_at() + gates; }
};

struct Target {
  uint32_t words = 2;  // of 64 bits in its widest vectors: 2, 4 or 8
  bool plain = false;  // only what the fast instruction selector of LLVM knows: no vector comparisons, no intrinsics
  [[nodiscard]] bool compares() const { return words >= 4 && !plain; }
};

/// A row of a chunk, or some ANDed: as many vectors of the target as it takes; one word is a plain integer.
using Mask = llvm::SmallVector<llvm::Value*, 4>;

/// An interval of a value. When all is known lo and hi are the same and pending is false.
struct Number {
  llvm::Value* lo = nullptr;
  llvm::Value* hi = nullptr;
  llvm::Value* pending = nullptr;
};
struct TruthValue {
  llvm::Value* must = nullptr;
  llvm::Value* may = nullptr;
};

/// Emits values, guards and lookups into one function; remembers what it has emitted. Known functions read `lo` only.
class FunctionEmitter {
 public:
  FunctionEmitter(const Module& module, const Plan& plan, const Scratch& scratch, Target target, llvm::Value* tables,
                  llvm::Function* function, bool partial);

  llvm::IRBuilder<>& ir() { return ir_; }
  const Arguments& arguments() const { return arguments_; }
  [[nodiscard]] bool partial() const { return partial_; }

  /// The value; a derived one from scratch memory unless compute() made it here.
  Number number(ValueId value);
  /// Computes a derived value and stores it in scratch memory.
  void compute(ValueId value);
  TruthValue truth(GuardId guard);

  /// What an axis leaves possible for the value that was read; in a known function both are the same.
  struct Rows {
    Mask must;
    Mask may;
  };
  Rows rows(const Axis& axis, uint32_t words);
  Rows rows(const StateAxis& axis, uint32_t words);

  Mask load(llvm::Value* address, uint32_t words);
  void store(const Mask& mask, llvm::Value* address, uint32_t words);
  /// Memory that holds the mask, to read it word by word.
  llvm::Value* spill(const Mask& mask, uint32_t words);
  Mask meet(const Mask& a, const Mask& b);
  Mask join(const Mask& a, const Mask& b);
  llvm::Value* at(llvm::Value* base, uint64_t offset);
  llvm::Value* table(uint64_t offset) { return at(tables_, offset); }
  llvm::Value* element(llvm::Type* type, llvm::Value* base, llvm::Value* index);
  llvm::Value* load_i64(llvm::Value* base, uint64_t index);
  void store_i64(llvm::Value* value, llvm::Value* base, uint64_t index);
  llvm::ConstantInt* i64(int64_t value) { return ir_.getInt64(static_cast<uint64_t>(value)); }

 private:
  Number leaf(LeafId leaf);
  Number evaluate(const Value& value);
  Number sum(const Sum& op);
  Number extreme(const std::vector<ValueId>& values, bool largest);
  Number lerp(const Lerp& op);
  llvm::Value* lerp_at(const Lerp& op, llvm::Value* x);
  Number bands(const Bands& op);
  Number argmax(const ArgMax& op, Range range);
  Number above(const Above& op);
  Number or_else(const OrElse& op);
  Number select(const Select& op);
  Number truth_number(const Truth& op);
  TruthValue within(const Within& test);
  TruthValue state(ValueId value, bool known);
  TruthValue combine(const std::vector<GuardId>& of, bool all);
  TruthValue wins(const Wins& wins);
  llvm::Value* class_of(const Axis& axis, llvm::Value* number);
  llvm::Value* count_below(llvm::Value* boundaries, uint32_t count, llvm::Value* number);
  Mask row(uint32_t rows_at, llvm::Value* index, uint32_t words);
  llvm::Type* part(uint32_t words);
  llvm::Value* at_most(llvm::Value* number, uint64_t limit);
  llvm::Value* lead(llvm::Value* mine, llvm::Value* rival);
  llvm::Value* either(llvm::Value* condition, llvm::Value* then, llvm::Value* otherwise);
  llvm::Value* smaller(llvm::Value* a, llvm::Value* b);
  llvm::Value* larger(llvm::Value* a, llvm::Value* b);
  std::vector<llvm::Value*> largest_others(const std::vector<llvm::Value*>& values);
  Number point(llvm::Value* value) { return {value, value, ir_.getFalse()}; }
  /// In a known function the interval is its lower end.
  Number interval(llvm::Value* lo, llvm::Value* hi, llvm::Value* pending);

  const Module& module_;
  const Plan& plan_;
  const Scratch& scratch_;
  Target target_;
  llvm::Value* tables_;
  bool partial_;
  llvm::IRBuilder<> ir_;
  Arguments arguments_;
  std::unordered_map<uint32_t, Number> numbers_;
  std::unordered_map<uint32_t, TruthValue> truths_;
  // Of a `best` block: what its members' rivals reach, by (guards and scores, margin).
  struct Rivals {
    std::vector<llvm::Value*> must;  // the most that others that may fire can reach
    std::vector<llvm::Value*> may;   // the most that others that must fire reach at worst
  };
  std::map<std::vector<uint32_t>, Rivals> rivals_;
};

}  // namespace sbx::codegen
