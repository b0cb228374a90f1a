// SPDX-License-Identifier: Apache-2.0
// The types of readings, how each is held as one integer, and constants. docs/design/semantics.md has the reasons.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/base/decimal.h"

namespace sbx {

enum class TypeKind : uint8_t { Bool, Probability, Similarity, Contrast, Score, Int, Number, Tokens, Money, Duration, Text, Label, Set };

struct Type {
  TypeKind kind = TypeKind::Bool;
  /// Label: its closed, ordered members (a classifier's `none` is the last one where it exists). Set: its closed members, or empty for a
  /// set of any text.
  std::vector<std::string> members;
  /// What numbers of this kind may be compared with: the encoder of a similarity, the signal of a score. Empty elsewhere.
  std::string space;

  friend bool operator==(const Type&, const Type&) = default;
};

/// Decimal places of the integer that holds a value: 0 for bool, int, tokens, label; 6 (millionths) for probability, similarity,
/// contrast, score, number and money (micro-dollars); durations are whole microseconds (0 places of a microsecond).
[[nodiscard]] int decimal_places(TypeKind kind);

/// The smallest and largest raw integer a reading of this type can have: a failed reading is this whole range.
struct Range {
  int64_t low = 0;
  int64_t high = 0;
  friend bool operator==(const Range&, const Range&) = default;
};
[[nodiscard]] Range full_range(const Type& type);

/// `probability`, `{free, pro}`, `set of {a, b}`: the type as an author writes it.
[[nodiscard]] std::string to_string(const Type& type);

/// What a signal costs to read; declared in stdlib/, never in the compiler.
enum class CostClass : uint8_t { Free, Fast, Model, Remote };
[[nodiscard]] std::string_view to_string(CostClass cost);

/// A value written in a policy: an argument of a signal, a slot's value. Numbers stay decimals until their type is known.
struct Constant;
struct NamedConstant;
using ConstantList = std::vector<Constant>;
using ConstantRecord = std::vector<NamedConstant>;
struct Constant {
  std::variant<std::monostate, bool, Decimal, std::string, ConstantList, ConstantRecord> value;
  friend bool operator==(const Constant&, const Constant&);
};
/// Named as in std::pair, which clang cannot instantiate before Constant is complete.
struct NamedConstant {
  std::string first;
  Constant second;
  friend bool operator==(const NamedConstant&, const NamedConstant&) = default;
};
inline bool operator==(const Constant& a, const Constant& b) { return a.value == b.value; }
[[nodiscard]] std::string to_string(const Constant& constant);

}  // namespace sbx
