// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/eval_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/base/xml.h"

namespace sbx::driver {
namespace {

constexpr double kWidth = 720, kHeight = 440, kLeft = 70, kRight = 30, kTop = 30, kBottom = 60;

struct Dot {
  std::string name, colour;
  double x = 0, y = 0;
};

/// From values to places; a range without extent is widened.
struct Scale {
  double low = 0, high = 1, from = 0, to = 1;
  double at(double value) const { return from + (value - low) / (high - low) * (to - from); }
};
Scale scale_of(std::vector<double> values, double from, double to) {
  double low = *std::ranges::min_element(values), high = *std::ranges::max_element(values);
  const double space = high > low ? 0.06 * (high - low) : std::max(1e-9, 0.1 * std::abs(high));
  return {low - space, high + space, from, to};
}

class Picture {
 public:
  explicit Picture(const Evaluation& evaluation) : evaluation_(evaluation), arena_(evaluation.arena) {
    const auto costs = learn::score(arena_, evaluation.choices).cost_usd;
    has_costs_ = !costs.empty() && std::ranges::all_of(evaluation.baselines, [&](const learn::Baseline& baseline) {
      return !learn::score(arena_, baseline.choices).cost_usd.empty();
    });
    collect();
  }

  std::string draw() const {
    std::vector<double> xs, ys;
    for (const Dot& dot : dots_) xs.push_back(dot.x), ys.push_back(dot.y);
    for (const Dot& point : curve_) xs.push_back(point.x), ys.push_back(point.y);
    const Scale x = scale_of(xs, kLeft, kWidth - kRight), y = scale_of(ys, kHeight - kBottom, kTop);
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" font-family=\"sans-serif\" "
        "font-size=\"12\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n",
        kWidth, kHeight);
    svg += axes(x, y);
    if (!curve_.empty()) {
      svg += "<polyline fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"2\" points=\"";
      for (const Dot& point : curve_) svg += fmt::format("{:.1f},{:.1f} ", x.at(point.x), y.at(point.y));
      svg += "\"/>\n";
    }
    for (const Dot& dot : dots_) {
      svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"{}\"><title>{}: {:.4f}</title></circle>\n", x.at(dot.x), y.at(dot.y),
                         dot.colour, escaped_xml(dot.name), dot.y);
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#444\">{}</text>\n", x.at(dot.x) + 6, y.at(dot.y) - 5, escaped_xml(dot.name));
    }
    return svg + "</svg>\n";
  }

 private:
  double place(const learn::OutcomeFigures& figures) const {
    if (has_costs_) return figures.cost_usd.value_or(0);
    const auto strong = std::ranges::find(arena_.candidates, arena_.strong);
    return figures.share[static_cast<size_t>(strong - arena_.candidates.begin())];
  }
  void add(const std::string& name, const std::string& colour, const std::vector<learn::Choice>& choices) {
    const learn::OutcomeFigures figures = learn::figures(arena_, choices, learn::score(arena_, choices));
    dots_.push_back({name, colour, place(figures), figures.quality});
  }
  void collect() {
    if (has_costs_) {
      for (const size_t column : arena_.candidates)
        add(arena_.table->models[column], "#bbb", std::vector<learn::Choice>(arena_.rows.size(), learn::Choice{column, 0}));
    }
    for (const learn::Baseline& baseline : evaluation_.baselines) add(baseline.name, "#d29922", baseline.choices);
    if (evaluation_.against) add("against", "#8250df", *evaluation_.against);
    add("policy", "#1f6feb", evaluation_.choices);
    if (arena_.candidates.size() != 2) return;
    for (const learn::CurvePoint& point : learn::quality_curve(arena_, evaluation_.choices).points)
      curve_.push_back({"", "", has_costs_ ? point.cost_usd : point.strong_share, point.quality});
  }

  std::string axes(const Scale& x, const Scale& y) const {
    const double right = kWidth - kRight, bottom = kHeight - kBottom;
    std::string svg = fmt::format("<path d=\"M{0} {1}V{2}H{3}\" fill=\"none\" stroke=\"#888\"/>\n", kLeft, kTop, bottom, right);
    for (int i = 0; i <= 4; ++i) {
      const double at_x = x.low + (x.high - x.low) * i / 4, at_y = y.low + (y.high - y.low) * i / 4;
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" fill=\"#666\">{:.3g}</text>\n", x.at(at_x), bottom + 18, at_x);
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\" fill=\"#666\">{:.3f}</text>\n", kLeft - 6, y.at(at_y) + 4, at_y);
    }
    return svg + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n<text x=\"16\" y=\"{:.1f}\" "
                             "transform=\"rotate(-90 16 {:.1f})\" text-anchor=\"middle\">quality</text>\n",
                             (kLeft + right) / 2, kHeight - 18, has_costs_ ? "dollars a request" : "share of strong calls", (kTop + bottom) / 2,
                             (kTop + bottom) / 2);
  }

  const Evaluation& evaluation_;
  const learn::Arena& arena_;
  bool has_costs_ = false;
  std::vector<Dot> dots_, curve_;
};

}  // namespace

std::string curve_svg(const Evaluation& evaluation) { return Picture(evaluation).draw(); }

}  // namespace sbx::driver
