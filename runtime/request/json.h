// SPDX-License-Identifier: Apache-2.0
// How the decoders of this room read JSON: tolerant of what is missing, null or unknown, and one message for what has the wrong type.
// The only header that shows simdjson; no other room may include it.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace sbx::json {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;
using Array = simdjson::dom::array;
using Kind = simdjson::dom::element_type;

/// Where in the document we are; a chain on the stack, written out only for a message.
struct At {
  const At* up = nullptr;
  std::string_view key;
  size_t index = 0;

  [[nodiscard]] At operator/(std::string_view name) const { return {this, name, 0}; }
  [[nodiscard]] At operator[](size_t position) const { return {this, {}, position}; }
  /// `messages[0].content`.
  [[nodiscard]] std::string text() const;
};

/// Keeps the first mistake.
class Faults {
 public:
  /// R0732: "`messages[0].content` is a number, not a string".
  void wrong_type(const At& at, Element found, std::string_view wanted);
  void report(std::string code, std::string message);
  [[nodiscard]] bool any() const { return first_.has_value(); }
  [[nodiscard]] const Error& first() const { return *first_; }

 private:
  std::optional<Error> first_;
};

/// Parses a whole document into `parser`, which owns it. R0730 if it is not JSON.
[[nodiscard]] Result<Element> parse(simdjson::dom::parser& parser, std::string_view bytes);

/// The value of a kind, nothing for null; another kind is a fault and nothing.
[[nodiscard]] std::optional<std::string_view> text(Element value, const At& at, Faults& faults);
[[nodiscard]] std::optional<bool> boolean(Element value, const At& at, Faults& faults);
/// A number of whole units, rounded; out of 64 bits: the nearest end.
[[nodiscard]] std::optional<int64_t> whole(Element value, const At& at, Faults& faults);
/// The same, and below 0 is a fault too.
[[nodiscard]] std::optional<int64_t> count(Element value, const At& at, Faults& faults);
[[nodiscard]] std::optional<double> number(Element value, const At& at, Faults& faults);
[[nodiscard]] std::optional<Object> object(Element value, const At& at, Faults& faults);
[[nodiscard]] std::optional<Array> array(Element value, const At& at, Faults& faults);

/// The last member called `key`, as JSON readers commonly have it; nothing if there is none or it is null.
[[nodiscard]] std::optional<Element> member(Object object, std::string_view key);
/// `member` where it is a string; of another kind it counts as absent.
[[nodiscard]] std::string_view loose_text(Object object, std::string_view key);
/// A string as it is, a number or a Boolean as JSON writes it, a list of those joined by ", ".
[[nodiscard]] std::string printed(Element value);

/// Millionths, rounded half away from zero and kept within 64 bits.
[[nodiscard]] int64_t millionths(double value);

}  // namespace sbx::json
