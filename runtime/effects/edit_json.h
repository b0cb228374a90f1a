// SPDX-License-Identifier: Apache-2.0
// Edits of a JSON document by places of its bytes: what nobody changes stays as it came, to the byte and in its order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::effects {

class JsonContainer;

/// A member of an object, or an element of an array, which has no key. Offsets are into the document; `begin` is the key's, if there is
/// one.
struct JsonItem {
  std::string key;
  size_t begin = 0, value = 0, end = 0;
  bool removed = false;
  std::optional<std::string> replacement;  // JSON
  std::unique_ptr<JsonContainer> inside;   // once opened
};

/// An object or an array. Edits are kept until the document is written.
class JsonContainer {
 public:
  /// The last member called `key` that is not removed and not null: readers of JSON commonly take the last.
  [[nodiscard]] JsonItem* find(std::string_view key);
  /// How many are called so.
  [[nodiscard]] size_t count(std::string_view key) const;
  /// Gives `key` a value, at its place or at the end. What else is called so goes, so that every reader sees the same.
  void set(std::string_view key, std::string json);
  /// All that are called so. Whether there were any.
  bool remove(std::string_view key);
  void prepend(std::string json) { front_.push_back(std::move(json)); }
  void append(std::string json) { back_.push_back(std::move(json)); }

  /// The container at an item; null where there is none, or where it was replaced.
  [[nodiscard]] JsonContainer* object(JsonItem* item) { return open(item, '{'); }
  [[nodiscard]] JsonContainer* array(JsonItem* item) { return open(item, '['); }
  /// JSON of an item as it is now, edits inside it apart.
  [[nodiscard]] std::string_view json(const JsonItem& item) const;
  /// The text of a string; nothing for another kind.
  [[nodiscard]] std::optional<std::string> text(const JsonItem* item) const;
  /// Of a member of this object; empty where it is no string.
  [[nodiscard]] std::string text_of(std::string_view key);

  [[nodiscard]] std::vector<JsonItem>& items() { return items_; }
  [[nodiscard]] size_t left() const;  // items that are not removed

 private:
  friend class JsonDocument;
  explicit JsonContainer(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] std::optional<Error> read(size_t begin, size_t end);
  JsonContainer* open(JsonItem* item, char bracket);
  [[nodiscard]] bool is_changed() const;
  void write(std::string& out, size_t& from) const;

  std::string_view bytes_;  // of the document, with padding behind it
  size_t begin_ = 0, end_ = 0;
  std::vector<JsonItem> items_;
  std::vector<std::string> front_, back_;
};

class JsonDocument {
 public:
  /// R0730 for what is no JSON as far as it is looked at (its top level, and brackets throughout), R0732 for no object.
  [[nodiscard]] static Result<JsonDocument> open(std::string_view bytes);
  [[nodiscard]] JsonContainer& root() { return *root_; }
  [[nodiscard]] std::string finish() const;

 private:
  JsonDocument() = default;
  std::unique_ptr<std::string> padded_;
  size_t size_ = 0;
  std::unique_ptr<JsonContainer> root_;
};

/// The text of a JSON string; nothing for what is none.
[[nodiscard]] std::optional<std::string> unquoted(std::string_view json);
/// A text as JSON, with its quotes. Text that is not UTF-8 keeps its bytes.
[[nodiscard]] std::string json_text(std::string_view text);
/// `text` put before a JSON string, which stays as it is written.
[[nodiscard]] std::string before_json_text(std::string_view text, std::string_view json);

}  // namespace sbx::effects
