// SPDX-License-Identifier: Apache-2.0
// A regular expression as a tree. What is not understood for certain is not read at all: then nothing is claimed of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/text/atoms.h"

namespace sbx::patterns {

/// Between two characters; no character itself.
enum class Edge : uint8_t {
  Start,             // of the text
  LineStart,         // or behind a line end
  End,               // of the text
  EndOrLastLineEnd,  // or before a line end that is the text's last character
  LineEnd,           // or before any line end
  WordEdge,          // between a letter, digit or `_` of ASCII and anything else
  NoWordEdge
};

struct Node;
/// One character of a set, by its position in Tree::atoms.
struct Take {
  size_t atom;
};
struct Sequence {
  std::vector<Node> parts;
};
struct Choice {
  std::vector<Node> branches;
  std::vector<std::string> written;  // as they stand in the expression
};
/// At most -1 is any number.
struct Repeat {
  std::vector<Node> one;
  int least, most;
};
struct Node {
  std::variant<Take, Edge, Sequence, Choice, Repeat> is;
};

struct Tree {
  Node root;
  std::vector<text::Atom> atoms;
};

/// `expression` must be one that the matcher takes.
[[nodiscard]] std::optional<Tree> parse(std::string_view expression);

}  // namespace sbx::patterns
