// SPDX-License-Identifier: Apache-2.0
// Changes to a JSON document that leave every byte that they are not about as it was.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::effects {

/// One object, by its own members. The text must outlive it, and be JSON: where it is not, that is not always noticed.
class JsonObject {
 public:
  /// R0732 if the text is no object.
  [[nodiscard]] static Result<JsonObject> read(std::string_view text);

  /// The value of a member as it is written; of a name that stands twice, the last, which is what readers take.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// The value becomes `json`; a member that is not there is put first. A name that stands twice is set twice.
  void set(std::string_view name, std::string_view json);
  void remove(std::string_view name);
  /// With all changes. Equal to what was read if there are none.
  [[nodiscard]] std::string text() const;

 private:
  struct Member {
    std::string name;
    size_t begin, value, end;  // of the name's quote, of the value, after it
    std::optional<std::string> becomes;
    bool is_gone = false;
  };
  std::string_view text_;
  size_t inside_ = 0;  // after the brace
  std::vector<Member> members_;
  std::vector<std::pair<std::string, std::string>> added_;
};

/// The elements of an array as they are written. R0732 if the text is none.
[[nodiscard]] Result<std::vector<std::string_view>> json_elements(std::string_view text);
/// A text in quotes, with what must be escaped escaped.
[[nodiscard]] std::string json_text(std::string_view text);
/// The text that a JSON string says; nothing if it is no string.
[[nodiscard]] std::optional<std::string> text_of_json(std::string_view json);

}  // namespace sbx::effects
