// SPDX-License-Identifier: Apache-2.0
// The tool for a world that failed (file, network, model, JIT): a value or an Error, never both.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "runtime/base/check.h"

namespace sbx {

/// Why something outside the policy failed. `code` is stable and machine-readable (`R0701`, a row of
/// diag/kinds.def); `message` is for the person who runs the command: lower case, no final period.
struct Error {
  std::string code;
  std::string message;
};

/// A value of type T or the Error that kept us from it.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T& value() {
    SBX_CHECK(ok(), "value of a failed result");
    return std::get<0>(state_);
  }
  const T& value() const {
    SBX_CHECK(ok(), "value of a failed result");
    return std::get<0>(state_);
  }
  [[nodiscard]] const Error& error() const {
    SBX_CHECK(!ok(), "error of a good result");
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

}  // namespace sbx
