// SPDX-License-Identifier: Apache-2.0
// The signals: a list at the left, a track from each, a tap where a row or a derived signal reads it.
#include <algorithm>

#include "compiler/graph/plan.h"

namespace sbx::graph {
namespace {

constexpr double kBend = 8;

std::string_view meaning_of(Column column) {
  switch (column) {
    case Column::Free:
      return "the request says so";
    case Column::Fast:
      return "computed at once";
    case Column::Model:
      return "asks a small model";
    case Column::Remote:
      return "asks another service";
    case Column::Derived:
      return "made from others";
  }
  return "";
}

std::string track_path(const Track& track, double from, double to) {
  std::string path = "M" + number(track.label_end + 8) + " " + number(track.y) + "H" + number(track.x - kBend) + "Q" + number(track.x) +
                     " " + number(track.y) + " " + number(track.x) + " " + number(track.y + kBend) + "V" + number(to);
  // One that is read above its own line, by a derived signal that was declared before it.
  if (from < track.y) path += "M" + number(track.x) + " " + number(track.y + kBend) + "V" + number(from);
  return path;
}

/// Where a signal is read: at a row, or at the line of a derived signal.
struct Tap {
  double y;
  double end;
  std::string of;
};

std::vector<Tap> taps_of(const Picture& picture, const Plan& plan, size_t signal) {
  std::vector<Tap> taps;
  for (size_t i = 0; i < picture.signals.size(); ++i) {
    if (std::ranges::count(picture.signals[i].made_from, signal))
      taps.push_back({plan.tracks[i].y, plan.tracks[i].x, "d" + std::to_string(i)});
  }
  for (size_t i = 0; i < picture.rows.size(); ++i) {
    if (std::ranges::count(picture.rows[i].reads, signal))
      taps.push_back({plan.places[i].middle(), plan.places[i].x, "r" + std::to_string(i)});
  }
  return taps;
}

void draw_headings(const Plan& plan, Drawing& drawing) {
  Group& group = drawing.group("signals");
  for (const auto& [column, y] : plan.headings) {
    std::string name(word(column));
    for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
    const std::string style(word(column));
    group.shapes.push_back(Box{kMargin, y - 12, plan.labels, kListLine, "area", 0, ++drawing.boxes});
    group.shapes.push_back(Dot{kMargin + 5, y, 5, "tap " + style});
    group.shapes.push_back(Text{kMargin + 16, y + 4, name, "heading", drawing.boxes});
    group.shapes.push_back(
        Text{kMargin + 16 + width_of(name, kHeading) + 8, y + 4, std::string(meaning_of(column)), "small", drawing.boxes});
  }
}

/// Neutral branches of the rows, behind the coloured tracks: each from the leftmost signal that the row reads.
void draw_branches(const Picture& picture, const Plan& plan, Drawing& drawing) {
  Group& group = drawing.group("branches");
  for (size_t i = 0; i < picture.rows.size(); ++i) {
    if (picture.rows[i].reads.empty()) continue;
    const double left = plan.tracks[picture.rows[i].reads.back()].x;
    group.shapes.push_back(Line{"M" + number(left) + " " + number(plan.places[i].middle()) + "H" + number(plan.places[i].x - 2), "branch"});
  }
  for (size_t i = 0; i < picture.signals.size(); ++i) {
    if (picture.signals[i].made_from.empty()) continue;
    double right = plan.tracks[i].x;
    for (size_t from : picture.signals[i].made_from) right = std::max(right, plan.tracks[from].x);
    if (right > plan.tracks[i].x)
      group.shapes.push_back(Line{"M" + number(right) + " " + number(plan.tracks[i].y) + "H" + number(plan.tracks[i].x + 1), "branch"});
  }
}

void draw_signal(const Picture& picture, const Plan& plan, size_t at, Drawing& drawing) {
  const Signal& signal = picture.signals[at];
  const Track& track = plan.tracks[at];
  const std::string style(word(signal.column));
  const std::vector<Tap> taps = taps_of(picture, plan, at);
  Group& group = drawing.group("signal " + style, "s" + std::to_string(at),
                               signal.name + ": " + (signal.column == Column::Derived ? "" : style + ", ") + signal.made_by);
  double from = track.y, to = track.y + kBend;
  for (const Tap& tap : taps) from = std::min(from, tap.y), to = std::max(to, tap.y);
  group.shapes.push_back(Line{track_path(track, from, to), "reach"});
  group.shapes.push_back(Line{track_path(track, from, to), "track"});
  for (const Tap& tap : taps) {
    const double end = tap.end > track.x ? tap.end - 2 : tap.end + 1;
    group.shapes.push_back(Line{"M" + number(track.x) + " " + number(tap.y) + "H" + number(end), "lit " + tap.of});
  }
  for (const Tap& tap : taps) group.shapes.push_back(Dot{track.x, tap.y, 3, "tap"});
  group.shapes.push_back(Box{kMargin, track.y - 12, plan.labels + 4, kListLine, "area", 0, ++drawing.boxes});
  const std::string name = fitted(signal.name, kLabel, 210), caption = caption_of(signal);
  group.shapes.push_back(Text{kMargin + 16, track.y + 4, name, "label", drawing.boxes});
  if (!caption.empty())
    group.shapes.push_back(Text{kMargin + 16 + width_of(name, kLabel) + 8, track.y + 4, caption, "small", drawing.boxes});
}

}  // namespace

void draw_tracks(const Picture& picture, const Plan& plan, Drawing& drawing) {
  draw_headings(plan, drawing);
  draw_branches(picture, plan, drawing);
  for (size_t i = 0; i < picture.signals.size(); ++i) draw_signal(picture, plan, i, drawing);
}

}  // namespace sbx::graph
