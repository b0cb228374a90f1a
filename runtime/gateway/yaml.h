// SPDX-License-Identifier: Apache-2.0
// A YAML document as plain data, each node with its place in the file.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/diag/diagnostic.h"
#include "runtime/source/source.h"

namespace sbx::gateway {

struct Yaml {
  enum class Kind : uint8_t { Nothing, Text, List, Mapping };
  Kind kind = Kind::Nothing;
  Span span;  // of a text all of it; of a list or a mapping its first line
  std::string text;
  bool quoted = false;  // a text in quotes is never a number
  std::vector<Yaml> items;
  std::vector<std::pair<Yaml, Yaml>> entries;  // keys are texts; none comes twice
};

/// The only document of a file. R0720 where it is no YAML, or uses what settings do without: several documents, aliases, tags, keys that
/// are no texts. R0724 where a key comes twice. `file` is what findings point into; `text` is what it says.
[[nodiscard]] std::optional<Yaml> parse_yaml(FileId file, const std::string& text, Diagnostics& diags);

}  // namespace sbx::gateway
