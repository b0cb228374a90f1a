// SPDX-License-Identifier: Apache-2.0
// What a name means, told so that every document that sees it tells the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/lsp/snapshot.h"

namespace sbx::lsp {

/// A declaration (a place in a file), or a built-in (its kind and name).
struct Target {
  NameKind kind = NameKind::Declared;
  std::string path;  // canonical
  uint32_t begin = 0, end = 0;
  std::string built_in;
};
/// Nothing for a label or a field, which have no declaration of their own.
[[nodiscard]] std::optional<Target> target_of(const Snapshot& snapshot, const NameUse& name);

/// A place where a name stands. `path` is canonical, `uri` as the client calls the file where it is the snapshot's own.
struct Occurrence {
  std::string path;
  uint32_t begin = 0, end = 0;
  std::string uri;
  Json range;
  bool is_declaration = false;
  bool is_own = false;  // in the snapshot's document
};
/// All in the files of `snapshot`, by file and place.
[[nodiscard]] std::vector<Occurrence> occurrences(const Snapshot& snapshot, const Target& target);

/// The text of a name as its declaration or built-in has it.
[[nodiscard]] std::string written(const Snapshot& snapshot, const NameUse& name);

}  // namespace sbx::lsp
