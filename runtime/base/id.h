// SPDX-License-Identifier: Apache-2.0
// Typed ids and the tables that own what they name. A RouteId is not a SignalId is not an int.
#pragma once

#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/base/check.h"

namespace sbx {

/// Names one element of a Table by position. Ids follow source order.
template <class Tag>
struct Id {
  uint32_t index = UINT32_MAX;

  [[nodiscard]] bool valid() const { return index != UINT32_MAX; }
  friend auto operator<=>(Id, Id) = default;
};

/// Owns values in the order they were added; an id stays valid for the life of the table.
template <class IdType, class Value>
class Table {
 public:
  IdType add(Value value) {
    values_.push_back(std::move(value));
    return IdType{static_cast<uint32_t>(values_.size() - 1)};
  }
  Value& operator[](IdType id) {
    SBX_CHECK(id.index < values_.size(), "id out of range");
    return values_[id.index];
  }
  const Value& operator[](IdType id) const {
    SBX_CHECK(id.index < values_.size(), "id out of range");
    return values_[id.index];
  }
  [[nodiscard]] size_t size() const { return values_.size(); }
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] IdType id_at(size_t index) const { return IdType{static_cast<uint32_t>(index)}; }

  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::vector<Value> values_;
};

}  // namespace sbx
