// SPDX-License-Identifier: Apache-2.0
// Inside the room only: where everything goes. Signals are listed at the top left; from each a track runs right and then down, past the
// bands of the tiers, and meets the rows that read it. The first signal's track is the rightmost, so that no track crosses another's bend.
#pragma once

#include <optional>

#include "compiler/graph/drawing.h"

namespace sbx::graph {

inline constexpr double kMargin = 40;
inline constexpr double kHeaderTop = 124;  // below the title
inline constexpr double kListLine = 22;    // a line of the lists at the top
inline constexpr double kTextLine = 17;    // a line inside a row
inline constexpr double kIndent = 20;      // of rows inside a block
inline constexpr double kLane = 13;        // between two arcs at the right
inline constexpr double kChipGap = 16;

struct Type {
  Face face;
  double size;
};
inline constexpr Type kTitle{Face::Bold, 28}, kSubtitle{Face::Plain, 13}, kHeading{Face::Bold, 11}, kLabel{Face::Plain, 12.5},
    kStrong{Face::Bold, 13}, kSmall{Face::Plain, 11}, kGuard{Face::Mono, 11}, kChip{Face::Plain, 11.5}, kStation{Face::Bold, 15};

[[nodiscard]] inline double width_of(std::string_view text, Type type) { return width_of(text, type.face, type.size); }
[[nodiscard]] inline std::string fitted(std::string_view text, Type type, double room) { return fitted(text, type.face, type.size, room); }

struct Track {
  double x = 0, y = 0, label_end = 0;
};
struct Place {
  double x = 0, y = 0, height = 0;
  std::vector<std::string> guard;  // its lines
  [[nodiscard]] double middle() const { return y + height / 2; }
};
struct Band {
  std::string number;  // in the circle; empty: a dot
  std::string name, caption, style;
  std::vector<size_t> rows;
  double y = 0, height = 0;
};
/// An arc at the right of the rows: `from` beats `to`, or both clash.
struct Arc {
  size_t from = 0, to = 0;
  bool clash = false;
  size_t lane = 0;
};

struct Plan {
  std::vector<Track> tracks;  // beside the picture's signals
  std::vector<std::pair<Column, double>> headings;
  std::vector<Place> places;  // beside the picture's rows
  std::vector<Band> bands;
  std::vector<Arc> arcs;
  double labels = 0;  // width of the left column
  double rows_left = 0, name_width = 0, guard_left = 0, guard_width = 0, outcome_left = 0, outcome_width = 0, rows_right = 0;
  double header_bottom = 0, width = 0, height = 0;
};

[[nodiscard]] Plan plan_of(const Picture& picture);

/// What stands beside a signal's name.
[[nodiscard]] std::string caption_of(const Signal& signal);
/// Width of an attempt's chip, and its text.
[[nodiscard]] std::string chip_text(const Attempt& attempt);
[[nodiscard]] double chip_width(const Attempt& attempt);
/// All actions of a row as one text.
[[nodiscard]] std::string actions_text(const Row& row);

void draw_header(const Picture& picture, const Plan& plan, Drawing& drawing);
void draw_bands(const Plan& plan, Drawing& drawing);
void draw_tracks(const Picture& picture, const Plan& plan, Drawing& drawing);
void draw_rows(const Picture& picture, const Plan& plan, Drawing& drawing);
void draw_arcs(const Picture& picture, const Plan& plan, Drawing& drawing);

/// A coordinate with at most one decimal.
[[nodiscard]] std::string number(double value);

}  // namespace sbx::graph
