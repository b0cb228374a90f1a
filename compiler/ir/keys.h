// SPDX-License-Identifier: Apache-2.0
// The identity of a node as text, for sharing equal ones. Only for compiler/ir.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/id.h"

namespace sbx::ir {

class Key {
 public:
  explicit Key(char op) : text_(1, op) {}

  Key& add(int64_t number) {
    text_.append(reinterpret_cast<const char*>(&number), sizeof(number));
    return *this;
  }
  template <class Tag>
  Key& add(Id<Tag> id) {
    return add(int64_t{id.index});
  }
  template <class T>
  Key& add(const std::vector<T>& items) {
    add(static_cast<int64_t>(items.size()));
    for (const T& item : items) add(item);
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace sbx::ir
