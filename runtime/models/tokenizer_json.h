// SPDX-License-Identifier: Apache-2.0
// Reading of tokenizer.json and config.json. Reading goes on after a mistake; the first one is kept.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::models {

/// A value of a document and its place there. What is missing or of the wrong kind reads as empty, and is the document's problem.
class JsonNode {
 public:
  /// The document's root. `problem` outlives all nodes.
  JsonNode(std::optional<simdjson::dom::element> value, std::string_view place, std::optional<Error>& problem)
      : value_(value), place_(place), problem_(&problem) {}

  /// Whether there is such a member, other than null.
  [[nodiscard]] bool has(std::string_view key) const;
  /// A member; one that is missing is nobody's mistake until it is read.
  [[nodiscard]] JsonNode at(std::string_view key) const;

  [[nodiscard]] std::string text(std::string_view key) const;  // which must be there
  [[nodiscard]] std::string text(std::string_view key, std::string_view otherwise) const;
  [[nodiscard]] bool flag(std::string_view key, bool otherwise) const;
  [[nodiscard]] uint32_t number(std::string_view key) const;  // which must be there
  [[nodiscard]] uint32_t number(std::string_view key, uint32_t otherwise) const;
  [[nodiscard]] std::vector<JsonNode> items(std::string_view key) const;

  [[nodiscard]] bool is_object() const { return value_ && value_->is_object(); }
  [[nodiscard]] bool is_array() const { return value_ && value_->is_array(); }
  [[nodiscard]] bool is_text() const { return value_ && value_->is_string(); }
  [[nodiscard]] std::string as_text() const;
  [[nodiscard]] uint32_t as_number() const;
  /// Whether the value is of this type; into `out`, then.
  template <class T>
  [[nodiscard]] bool get(T& out) const { return value_ && !value_->get(out); }
  [[nodiscard]] const std::string& place() const { return place_; }

  /// R0785: what is wrong at this place.
  void wrong(std::string_view what) const;
  /// R0786: what is sound and not supported here.
  void not_supported(std::string_view what) const;

 private:
  void report(const char* code, std::string message) const;

  std::optional<simdjson::dom::element> value_;
  std::string place_;
  std::optional<Error>* problem_;
};

}  // namespace sbx::models
