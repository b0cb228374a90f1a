// SPDX-License-Identifier: Apache-2.0
#include "compiler/graph/plan.h"

#include <algorithm>

namespace sbx::graph {
namespace {

constexpr double kNameRoom = 210, kCaptionRoom = 190, kGuardRoom = 430, kChipRoom = 340, kOutcomeRoom = 480;

/// A guard on two lines, broken before an `and` or `or` where one is near, the second cut where it is too long.
std::vector<std::string> guard_lines(const std::string& guard, double room) {
  if (guard.empty()) return {};
  if (width_of(guard, kGuard) <= room) return {guard};
  size_t end = 0, at_word = 0, at_space = 0;
  for (; end < guard.size() && width_of(std::string_view(guard).substr(0, end + 1), kGuard) <= room; ++end) {
    if (guard[end] != ' ') continue;
    at_space = end;
    if (guard.compare(end, 5, " and ") == 0 || guard.compare(end, 4, " or ") == 0) at_word = end;
  }
  const size_t at = at_word * 2 > end ? at_word : at_space;
  if (at == 0) return {fitted(guard, kGuard, room)};
  return {guard.substr(0, at), fitted(std::string_view(guard).substr(at + 1), kGuard, room)};
}

// Blocks in blocks in blocks: beyond some depth they no longer move to the right.
double indent_of(const Row& row) { return kIndent * std::min(row.depth, 6); }

double chips_width(const Row& row) {
  double width = 0;
  for (const Attempt& attempt : row.attempts) width += (width > 0 ? kChipGap : 0) + chip_width(attempt);
  return width;
}

void place_signals(const Picture& picture, Plan& plan) {
  double y = kHeaderTop + 10, widest = 200;
  for (size_t i = 0; i < picture.signals.size(); ++i) {
    const Signal& signal = picture.signals[i];
    if (i == 0 || signal.column != picture.signals[i - 1].column) {
      if (i > 0) y += 8;
      plan.headings.emplace_back(signal.column, y);
      y += kListLine;
    }
    const double end = kMargin + 16 + std::min(kNameRoom, width_of(signal.name, kLabel)) + 8 + width_of(caption_of(signal), kSmall);
    plan.tracks.push_back({0, y, end});
    widest = std::max(widest, end - kMargin);
    y += kListLine;
  }
  plan.labels = widest;
  const double step = picture.signals.size() > 24 ? 11 : 15;
  const double left = kMargin + widest + 22;
  for (size_t i = 0; i < plan.tracks.size(); ++i) plan.tracks[i].x = left + step * static_cast<double>(plan.tracks.size() - 1 - i);
  plan.rows_left = left + step * static_cast<double>(plan.tracks.size()) + 26;
  plan.header_bottom = std::max(y, kHeaderTop + 10 + kListLine * static_cast<double>(std::max<size_t>(picture.models.size() + 1, 10))) + 14;
}

void measure_columns(const Picture& picture, Plan& plan) {
  double name = 90, guard = 120, outcome = 150;
  for (const Row& row : picture.rows) {
    if (row.kind == RowKind::First || row.kind == RowKind::Best) continue;
    const double indent = indent_of(row);
    name = std::max({name, indent + width_of(row.name, kStrong), indent + width_of(row.order, kSmall)});
    guard = std::max(guard, width_of(row.guard, kGuard) + 1);
    outcome = std::max({outcome, chips_width(row), width_of(actions_text(row), kSmall)});
  }
  plan.name_width = std::min(name, kNameRoom) + 30;
  plan.guard_left = plan.rows_left + plan.name_width + 14;
  plan.guard_width = std::min(guard, kGuardRoom);
  plan.outcome_left = plan.guard_left + plan.guard_width + 20;
  plan.outcome_width = std::min(outcome, kOutcomeRoom);
  plan.rows_right = std::max(plan.outcome_left + plan.outcome_width + 14, plan.rows_left + 660);
}

std::vector<Band> bands_of(const Picture& picture) {
  std::vector<Band> bands;
  size_t number = 0;
  for (const Tier& tier : picture.tiers) {
    const std::string caption = tier.strict   ? "strict: decided before all else"
                                : number == 0 ? "asked first"
                                              : "asked when no tier above decides";
    bands.push_back(
        {std::to_string(++number), tier.name.empty() ? "routes" : tier.name, caption, tier.strict ? "band strict" : "band", tier.rows});
  }
  if (picture.otherwise) bands.push_back({"", "otherwise", "when no route fires", "band rest", {*picture.otherwise}});
  if (picture.unserved) bands.push_back({"", "unserved", "when no candidate is left", "band rest", {*picture.unserved}});
  if (!picture.rules.empty()) bands.push_back({"+", "always", "laid over the winner", "band rules", picture.rules});
  return bands;
}

double height_of(const Row& row, const Place& place) {
  if (row.kind == RowKind::First || row.kind == RowKind::Best) return 26;
  const size_t outcome = (row.attempts.empty() ? 0 : 1) + (row.actions.empty() ? 0 : 1);
  const size_t lines = std::max({size_t{1}, place.guard.size(), outcome, size_t{row.order.empty() ? 1u : 2u}});
  return lines == 1 ? 36 : 18 + kTextLine * static_cast<double>(lines);
}

void place_rows(const Picture& picture, Plan& plan) {
  plan.places.resize(picture.rows.size());
  double y = plan.header_bottom + 18;
  for (Band& band : plan.bands) {
    band.y = y;
    y += 12;
    for (size_t i : band.rows) {
      Place& place = plan.places[i];
      place.guard = guard_lines(picture.rows[i].guard, plan.guard_width);
      place.x = plan.rows_left + indent_of(picture.rows[i]);
      place.y = y;
      place.height = height_of(picture.rows[i], place);
      y += place.height + 5;
    }
    y = std::max(y + 7, band.y + 60);
    band.height = y - band.y;
    y += 12;
  }
  plan.height = y + 20;
}

// The shortest arcs are innermost; two that share a row's height do not share a lane.
void place_arcs(const Picture& picture, Plan& plan) {
  for (const Clash& clash : picture.clashes) plan.arcs.push_back({clash.row, clash.with, true, 0});
  for (size_t i = 0; i < picture.rows.size(); ++i) {
    for (size_t beaten : picture.rows[i].over) plan.arcs.push_back({i, beaten, false, 0});
  }
  auto top = [&](const Arc& arc) { return std::min(plan.places[arc.from].y, plan.places[arc.to].y); };
  auto bottom = [&](const Arc& arc) { return std::max(plan.places[arc.from].y, plan.places[arc.to].y); };
  std::ranges::stable_sort(plan.arcs, {}, [&](const Arc& arc) { return bottom(arc) - top(arc); });
  size_t lanes = 0;
  for (size_t i = 0; i < plan.arcs.size(); ++i) {
    Arc& arc = plan.arcs[i];
    auto taken = [&](size_t lane) {
      return std::any_of(plan.arcs.begin(), plan.arcs.begin() + static_cast<std::ptrdiff_t>(i),
                         [&](const Arc& other) { return other.lane == lane && top(other) <= bottom(arc) && top(arc) <= bottom(other); });
    };
    while (taken(arc.lane)) ++arc.lane;
    lanes = std::max(lanes, arc.lane + 1);
  }
  plan.width = plan.rows_right + (lanes ? 18 + kLane * static_cast<double>(lanes) : 0) + 16 + kMargin;
}

}  // namespace

std::string caption_of(const Signal& signal) {
  const std::string text = signal.column == Column::Derived          ? "= " + signal.made_by
                           : signal.name.starts_with(signal.made_by) ? ""
                                                                     : signal.made_by;
  return fitted(text, kSmall, kCaptionRoom);
}

std::string chip_text(const Attempt& attempt) { return fitted(attempt.text, kChip, kChipRoom); }

double chip_width(const Attempt& attempt) { return width_of(chip_text(attempt), kChip) + 18; }

std::string actions_text(const Row& row) {
  std::string text;
  for (const std::string& action : row.actions) text += (text.empty() ? "" : "  ·  ") + action;
  return text;
}

Plan plan_of(const Picture& picture) {
  Plan plan;
  place_signals(picture, plan);
  measure_columns(picture, plan);
  plan.bands = bands_of(picture);
  place_rows(picture, plan);
  place_arcs(picture, plan);
  return plan;
}

}  // namespace sbx::graph
