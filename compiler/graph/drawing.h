// SPDX-License-Identifier: Apache-2.0
// A picture laid out: boxes, lines and texts with their places, in the order in which they are painted.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "compiler/graph/measure.h"
#include "compiler/graph/picture.h"

namespace sbx::graph {

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  std::string style;  // classes of the style sheet
  double radius = 0;
  size_t id = 0;  // what texts name as theirs; given when it is added
};
struct Line {
  std::string path;  // as SVG writes it
  std::string style;
};
struct Dot {
  double x = 0, y = 0, radius = 0;
  std::string style;
};
struct Text {
  double x = 0, y = 0;  // of the baseline's start
  std::string text;
  std::string style;
  size_t in = 0;  // the box it must lie in
};
using Shape = std::variant<Box, Line, Dot, Text>;

/// Shapes that light up together.
struct Group {
  std::string id;  // `s3`: a signal, `r7`: a row
  std::string style;
  std::string title;  // shown where the pointer rests
  std::vector<Shape> shapes;
};

struct Drawing {
  double width = 0, height = 0;
  std::string title;
  std::vector<Group> groups;
  size_t boxes = 0;  // how many were given an id

  Group& group(std::string style, std::string id = {}, std::string title = {});
};

/// Lays a picture out.
[[nodiscard]] Drawing draw(const Picture& picture);

/// The drawing as an SVG document without scripts; the same bytes for the same drawing.
[[nodiscard]] std::string to_svg(const Drawing& drawing);
/// The picture for Graphviz.
[[nodiscard]] std::string to_dot(const Picture& picture);
/// The picture as JSON (docs/cli.md#graph).
[[nodiscard]] std::string to_json(const Picture& picture);

}  // namespace sbx::graph
