// SPDX-License-Identifier: Apache-2.0
// The drawing's layers, from back to front; the title, the lists of models and the legend.
#include <algorithm>

#include "compiler/graph/plan.h"

namespace sbx::graph {
namespace {

size_t add_area(Drawing& drawing, Group& group, double x, double y, double width, double height) {
  group.shapes.push_back(Box{x, y, width, height, "area", 0, ++drawing.boxes});
  return drawing.boxes;
}

std::string counted(size_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

std::string subtitle_of(const Picture& picture) {
  std::string serves;
  for (const std::string& name : picture.serves) serves += (serves.empty() ? "serves " : ", ") + ("“" + name + "”");
  const size_t routes = static_cast<size_t>(std::ranges::count(picture.rows, RowKind::Route, &Row::kind));
  return serves + (serves.empty() ? "" : "  ·  ") + counted(routes, "route") + " in " + counted(picture.tiers.size(), "tier") + "  ·  " +
         counted(picture.rules.size(), "rule") + "  ·  " + counted(picture.signals.size(), "signal") + "  ·  " +
         counted(picture.models.size(), "model");
}

void draw_title(const Picture& picture, const Plan& plan, Drawing& drawing) {
  Group& group = drawing.group("title");
  const double room = plan.width - 2 * kMargin;
  const size_t area = add_area(drawing, group, kMargin, 30, room, 66);
  group.shapes.push_back(Text{kMargin, 62, fitted(picture.name, kTitle, room), "name", area});
  const std::string subtitle = fitted(subtitle_of(picture), kSubtitle, room - 180);
  group.shapes.push_back(Text{kMargin, 88, subtitle, "subtitle", area});
  const std::string revision = picture.revision.substr(0, picture.revision.find(':') + 13);
  group.shapes.push_back(Text{plan.width - kMargin - width_of(revision, kGuard), 88, revision, "revision", area});
  if (picture.clashes.empty()) return;
  const std::string warning = counted(picture.clashes.size(), "conflict") + ": nothing says who wins";
  const double width = width_of(warning, kStrong) + 24;
  if (width_of(picture.name, kTitle) + width + 30 > room) return;  // the rows say so as well
  group.shapes.push_back(Box{plan.width - kMargin - width, 36, width, 28, "alarm", 14, ++drawing.boxes});
  group.shapes.push_back(Text{plan.width - kMargin - width + 12, 55, warning, "alarm-text", drawing.boxes});
}

void draw_models(const Picture& picture, const Plan& plan, double width, Drawing& drawing) {
  Group& group = drawing.group("models");
  const size_t area = add_area(drawing, group, plan.rows_left, kHeaderTop - 8, width, plan.header_bottom - kHeaderTop);
  double y = kHeaderTop + 10;
  group.shapes.push_back(Text{plan.rows_left, y + 4, "MODELS", "heading", area});
  for (size_t i = 0; i < picture.models.size(); ++i) {
    y += kListLine;
    const Model& model = picture.models[i];
    const std::string name = fitted(model.name, kStrong, 150);
    std::string facts =
        model.served_name.empty() || model.served_name == model.name ? model.provider : model.provider + " · " + model.served_name;
    const double left = plan.rows_left + 22 + width_of(name, kStrong) + 10;
    facts = fitted(facts, kSmall, plan.rows_left + width - left);
    group.shapes.push_back(Box{plan.rows_left, y - 6, 12, 12, "swatch m" + std::to_string(i % 8), 4});
    group.shapes.push_back(Text{plan.rows_left + 22, y + 4, name, "strong", area});
    if (!facts.empty()) group.shapes.push_back(Text{left, y + 4, facts, "small", area});
  }
}

void draw_legend(const Plan& plan, double left, Drawing& drawing) {
  Group& group = drawing.group("legend");
  const size_t area = add_area(drawing, group, left, kHeaderTop - 8, plan.rows_right - left, plan.header_bottom - kHeaderTop);
  double y = kHeaderTop + 10;
  auto line = [&](std::string_view text) {
    y += kListLine;
    group.shapes.push_back(Text{left + 40, y + 4, fitted(text, kSmall, plan.rows_right - left - 40), "small", area});
  };
  group.shapes.push_back(Text{left, y + 4, "LEGEND", "heading", area});
  line("the row reads the signal");
  group.shapes.push_back(Line{"M" + number(left) + " " + number(y) + "H" + number(left + 26), "branch"});
  group.shapes.push_back(Dot{left + 5, y, 3, "tap fast"});
  for (auto [style, text] : {std::pair{"call", "asks models, in this order"},
                             {"deny", "denies"},
                             {"respond", "responds"},
                             {"escalate", "hands over to people"}}) {
    line(text);
    group.shapes.push_back(Dot{left + 14, y, 5, std::string("lamp ") + style});
  }
  line("is over: wins when both fire");
  group.shapes.push_back(Line{"M" + number(left + 8) + " " + number(y - 6) + "h7q5 0 5 5v2q0 5 -5 5h-8", "over"});
  line("conflict: nothing says who wins");
  group.shapes.push_back(Line{"M" + number(left) + " " + number(y) + "H" + number(left + 28), "clash"});
  line("a block: its routes enter as one");
  group.shapes.push_back(Line{"M" + number(left + 14) + " " + number(y - 7) + "V" + number(y + 7), "bracket"});
}

}  // namespace

Group& Drawing::group(std::string style, std::string id, std::string title) {
  groups.push_back({std::move(id), std::move(style), std::move(title), {}});
  return groups.back();
}

void draw_header(const Picture& picture, const Plan& plan, Drawing& drawing) {
  draw_title(picture, plan, drawing);
  const double legend = 270, width = plan.rows_right - plan.rows_left - legend - 30;
  draw_models(picture, plan, width, drawing);
  draw_legend(plan, plan.rows_right - legend, drawing);
}

Drawing draw(const Picture& picture) {
  const Plan plan = plan_of(picture);
  Drawing drawing{.width = plan.width, .height = plan.height, .title = picture.name};
  draw_bands(plan, drawing);
  draw_header(picture, plan, drawing);
  draw_tracks(picture, plan, drawing);
  draw_rows(picture, plan, drawing);
  draw_arcs(picture, plan, drawing);
  return drawing;
}

}  // namespace sbx::graph
