// SPDX-License-Identifier: Apache-2.0
// Labelled rows: the data that signals are trained and scored by (docs/cli.md, "Learning and evaluation").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/program/reading.h"

namespace sbx::learn {

enum class Labelling : uint8_t { None, Labels, Spans };

struct LabelledRow {
  std::string id;       // of a row without one: its line
  std::string group;    // rows of one source; empty: none
  std::string text;     // what is learned from: the row's text, or the last message of the user in its request
  std::string request;  // JSON as decode_request takes it
  Labelling labelling = Labelling::None;
  std::vector<std::string> labels;  // none of a labelled row: out of scope; `true` and `false` are labels of these names
  bool has_list = false;            // the labels were written as a list
  std::vector<TextSpan> spans;      // in order
};

/// Reads JSON lines `{"id","text"|"request","label":"x"|["x","y"]|null,"spans":[{"start","end","label"}],"group"}`. R0797 names the first
/// line that is none. `file` is only for messages.
[[nodiscard]] Result<std::vector<LabelledRow>> read_labelled_rows(std::string_view bytes, std::string_view file);

}  // namespace sbx::learn
