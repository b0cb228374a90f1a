// SPDX-License-Identifier: Apache-2.0
// Bands with their stations at the left, rows with what they ask for, and the arcs that say who wins.
#include <algorithm>

#include "compiler/graph/plan.h"

namespace sbx::graph {
namespace {

bool is_block(const Row& row) { return row.kind == RowKind::First || row.kind == RowKind::Best; }

/// All of a row's words, for where the pointer rests: nothing is cut there.
std::string tooltip_of(const Row& row) {
  std::string text(word(row.kind));
  if (row.kind == RowKind::Route || row.kind == RowKind::Rule || is_block(row)) text += " " + row.name;
  if (!row.order.empty()) text += " " + row.order;
  if (!row.guard.empty()) text += "\nwhen " + row.guard;
  for (size_t i = 0; i < row.attempts.size(); ++i) text += (i ? ", then " : "\n") + row.attempts[i].text;
  for (const std::string& action : row.actions) text += "\n" + action;
  return text;
}

std::string chip_style(const Attempt& attempt) {
  if (attempt.models.size() == 1) return "chip m" + std::to_string(attempt.models.front() % 8);
  return "chip " + std::string(word(attempt.kind));
}

void draw_chips(const Row& row, const Plan& plan, double middle, Drawing& drawing, Group& group) {
  double x = plan.outcome_left;
  const double right = plan.outcome_left + plan.outcome_width;
  for (size_t i = 0; i < row.attempts.size(); ++i) {
    const Attempt& attempt = row.attempts[i];
    const size_t left_over = row.attempts.size() - i;
    const double width = chip_width(attempt), room = left_over > 1 ? right - 44 : right;
    if (i > 0 && x + kChipGap + width > room + 0.5) {
      group.shapes.push_back(Box{x + kChipGap, middle - 10, 28, 20, "chip", 10, ++drawing.boxes});
      group.shapes.push_back(Text{x + kChipGap + 7, middle + 4, "+" + std::to_string(left_over), "chip-text", drawing.boxes});
      return;
    }
    if (i > 0) {
      group.shapes.push_back(Line{"M" + number(x + 4) + " " + number(middle) + "H" + number(x + kChipGap - 3), "then"});
      x += kChipGap;
    }
    group.shapes.push_back(Box{x, middle - 10, width, 20, chip_style(attempt), 10, ++drawing.boxes});
    group.shapes.push_back(Text{x + 9, middle + 4, chip_text(attempt), "chip-text", drawing.boxes});
    x += width;
  }
}

void draw_block(const Picture& picture, const Plan& plan, size_t at, Drawing& drawing) {
  const Row& row = picture.rows[at];
  const Place& place = plan.places[at];
  double bottom = place.y + place.height;
  for (size_t i = at + 1; i < picture.rows.size() && picture.rows[i].depth > row.depth; ++i)
    bottom = plan.places[i].y + plan.places[i].height;
  Group& group = drawing.group("block", "r" + std::to_string(at), tooltip_of(row));
  group.shapes.push_back(
      Line{"M" + number(place.x + 8) + " " + number(place.y + place.height - 4) + "V" + number(bottom - 8) + "q0 8 8 8", "bracket"});
  group.shapes.push_back(Box{place.x, place.y, plan.rows_right - place.x, place.height, "area", 0, ++drawing.boxes});
  const std::string kind(word(row.kind)), name = fitted(row.name, kStrong, 300);
  double x = place.x + 4;
  auto say = [&](const std::string& text, std::string style, Type type) {
    if (text.empty()) return;
    group.shapes.push_back(Text{x, place.y + 17, text, std::move(style), drawing.boxes});
    x += width_of(text, type) + 8;
  };
  say(kind, "small", kSmall);
  say(name, "strong", kStrong);
  say(row.kind == RowKind::First ? "the first that holds" : "the highest score" + (row.order.empty() ? "" : ", " + row.order), "small",
      kSmall);
}

void draw_row(const Picture& picture, const Plan& plan, size_t at, Drawing& drawing) {
  const Row& row = picture.rows[at];
  const Place& place = plan.places[at];
  const bool clashes = std::ranges::any_of(picture.clashes, [&](const Clash& clash) { return clash.row == at || clash.with == at; });
  std::string title = tooltip_of(row);
  for (const Clash& clash : picture.clashes) title += clash.row == at || clash.with == at ? "\nconflict: " + clash.message : "";
  Group& group = drawing.group(clashes ? "row clashes" : "row", "r" + std::to_string(at), title);
  const size_t card = ++drawing.boxes;
  group.shapes.push_back(Box{place.x, place.y, plan.rows_right - place.x, place.height, "card", 8, card});
  const double middle = place.middle();
  group.shapes.push_back(Dot{place.x + 16, middle, 5, "lamp " + std::string(row.kind == RowKind::Rule ? "none" : word(row.outcome))});
  const double room = plan.guard_left - place.x - 34;
  group.shapes.push_back(Text{place.x + 30, middle + (row.order.empty() ? 4.5 : -3.5), fitted(row.name, kStrong, room), "strong", card});
  if (!row.order.empty()) group.shapes.push_back(Text{place.x + 30, middle + 13, fitted(row.order, kSmall, room), "small", card});

  double y = middle + 4 - kTextLine / 2 * (static_cast<double>(place.guard.size()) - 1);
  for (const std::string& line : place.guard) {
    group.shapes.push_back(Text{plan.guard_left, y, line, "guard", card});
    y += kTextLine;
  }
  const bool both = !row.attempts.empty() && !row.actions.empty();
  draw_chips(row, plan, both ? middle - 10 : middle, drawing, group);
  if (row.actions.empty()) return;
  group.shapes.push_back(
      Text{plan.outcome_left, middle + (both ? 17 : 4), fitted(actions_text(row), kSmall, plan.outcome_width), "small", card});
}

}  // namespace

void draw_bands(const Plan& plan, Drawing& drawing) {
  Group& group = drawing.group("bands");
  const double stop = kMargin + 12;
  auto middle = [](const Band& band) { return band.y + 30; };
  for (const Band& band : plan.bands)
    group.shapes.push_back(Box{kMargin - 18, band.y, plan.width - 2 * kMargin + 36, band.height, band.style, 14});
  for (size_t i = 1; i < plan.bands.size(); ++i) {
    if (plan.bands[i].number == "+") continue;  // rules are not asked in turn
    group.shapes.push_back(
        Line{"M" + number(stop) + " " + number(middle(plan.bands[i - 1])) + "V" + number(middle(plan.bands[i])), "line"});
  }
  for (const Band& band : plan.bands) {
    group.shapes.push_back(Dot{stop, middle(band), 12, "stop"});
    group.shapes.push_back(Box{stop - 12, middle(band) - 12, 24, 24, "area", 0, ++drawing.boxes});
    if (!band.number.empty()) {
      group.shapes.push_back(Text{stop - width_of(band.number, kHeading) / 2, middle(band) + 4, band.number, "number", drawing.boxes});
    } else {
      group.shapes.push_back(Dot{stop, middle(band), 4, "stop-dot"});
    }
    group.shapes.push_back(Box{kMargin + 32, band.y + 4, plan.labels - 32, 52, "area", 0, ++drawing.boxes});
    group.shapes.push_back(Text{kMargin + 34, middle(band) - 1, fitted(band.name, kStation, plan.labels - 36), "station", drawing.boxes});
    group.shapes.push_back(Text{kMargin + 34, middle(band) + 16, fitted(band.caption, kSmall, plan.labels - 36), "small", drawing.boxes});
  }
}

void draw_rows(const Picture& picture, const Plan& plan, Drawing& drawing) {
  for (size_t i = 0; i < picture.rows.size(); ++i) {
    if (is_block(picture.rows[i]))
      draw_block(picture, plan, i, drawing);
    else
      draw_row(picture, plan, i, drawing);
  }
}

void draw_arcs(const Picture& picture, const Plan& plan, Drawing& drawing) {
  for (const Arc& arc : plan.arcs) {
    const double from = plan.places[arc.from].middle() + (arc.clash ? -4 : 4), to = plan.places[arc.to].middle() + (arc.clash ? 4 : -4);
    const double x = plan.rows_right + 14 + kLane * static_cast<double>(arc.lane), bend = from < to ? 7 : -7;
    std::string path = "M" + number(plan.rows_right + 1) + " " + number(from) + "H" + number(x - 7) + "Q" + number(x) + " " + number(from) +
                       " " + number(x) + " " + number(from + bend) + "V" + number(to - bend) + "Q" + number(x) + " " + number(to) + " " +
                       number(x - 7) + " " + number(to) + "H" + number(plan.rows_right + 2);
    const std::string between = " r" + std::to_string(arc.from) + " r" + std::to_string(arc.to);
    const std::string what = arc.clash ? " and " : " over ";
    Group& group = drawing.group(
        "arc", "", picture.rows[arc.from].name + what + picture.rows[arc.to].name + (arc.clash ? ": nothing says who wins" : ""));
    group.shapes.push_back(Line{std::move(path), (arc.clash ? "clash" : "over") + between});
  }
}

}  // namespace sbx::graph
