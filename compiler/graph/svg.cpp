// SPDX-License-Identifier: Apache-2.0
// A drawing as SVG: one style sheet, no scripts, nothing loaded from elsewhere.
#include <fmt/format.h>

#include "compiler/graph/plan.h"
#include "runtime/base/variant.h"
#include "runtime/base/xml.h"

namespace sbx::graph {
namespace {

constexpr std::string_view kSheet = R"(
svg{background:#f7f6f2;font-family:"Inter","Segoe UI","Helvetica Neue",Arial,"DejaVu Sans",sans-serif;font-size:12.5px;fill:#27313f}
text{white-space:pre}.area{fill:none}.name{font-size:28px;font-weight:700;fill:#17202e}.subtitle{font-size:13px;fill:#5c6878}
.revision,.guard{font-family:"JetBrains Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:11px}.revision{fill:#98a2b0}
.guard{fill:#475467}.heading{font-size:11px;font-weight:700;fill:#5c6878}.label{font-size:12.5px}.small{font-size:11px;fill:#687384}
.strong{font-size:13px;font-weight:700}.station{font-size:15px;font-weight:700;fill:#17202e}
.number{font-size:11px;font-weight:700;fill:#fff}.chip-text{font-size:11.5px}.band{fill:#fff;stroke:#e7e4dc}
.strict{fill:#fff9ef;stroke:#f1e2c4}.rest{fill:#fbfbf9}.rules{fill:#f3f6fb;stroke:#dfe6f1}.line{fill:none;stroke:#2f3b4c;stroke-width:3}
.stop{fill:#2f3b4c}.stop-dot{fill:#fff}.card{fill:#fff;stroke:#e1e4e9}.row:hover .card{stroke:#7c8898;fill:#fdfdfc}
.clashes .card{fill:#fff6f5;stroke:#e5847c}.bracket{fill:none;stroke:#b9c1cc;stroke-width:2}
.then{fill:none;stroke:#98a2b0;stroke-width:1.2;marker-end:url(#small-grey)}.chip{fill:#eef1f5}.deny.chip{fill:#fde9e7}
.respond.chip{fill:#e6f0fd}.escalate.chip{fill:#fff1d0}.lamp{fill:#c6ccd5}.lamp.call{fill:#35a06a}.lamp.deny{fill:#d6453b}
.lamp.respond{fill:#3b82d6}.lamp.escalate{fill:#e0a100}.m0{fill:#d5e7fb}.m1{fill:#d3f0df}.m2{fill:#e6dcfb}.m3{fill:#fde6c6}
.m4{fill:#fad9e5}.m5{fill:#cdeeec}.m6{fill:#ebebc0}.m7{fill:#dfe4ec}.swatch{stroke:#0000001f}
.branch{fill:none;stroke:#b3bbc6;stroke-width:1;marker-end:url(#grey)}.free{color:#6b7a8d}.fast{color:#1f9a8a}
.tap.model,.signal.model{color:#7a5bd0}.remote{color:#d9722e}.derived{color:#c8417f}.tap{fill:currentColor}
.track{fill:none;stroke:currentColor;stroke-width:1.6;stroke-opacity:.45}.reach{fill:none;stroke:#000;stroke-opacity:0;stroke-width:9}
.lit{fill:none;stroke:currentColor;stroke-width:2;opacity:0}
.signal:hover .track,.signal:hover .lit{stroke-opacity:1;stroke-width:2.4;opacity:1}.signal:hover .label{fill:#000;text-decoration:underline}
.lit,.branch{pointer-events:none}.signal .area,.block .area{pointer-events:all}
svg:has(.signal:hover) .signal:not(:hover){opacity:.28}.over{fill:none;stroke:#2f3b4c;stroke-width:1.5;marker-end:url(#dark)}
.clash{fill:none;stroke:#d6453b;stroke-width:2;stroke-dasharray:5 3;marker-end:url(#red);marker-start:url(#red)}
.arc:hover path{stroke-width:3}.alarm{fill:#fde9e7;stroke:#e5847c}.alarm-text{font-size:13px;font-weight:700;fill:#b3261e}
)";

std::string marker(std::string_view id, int size, std::string_view color, std::string_view orient = "auto") {
  return fmt::format(R"(<marker id="{}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="{}" markerHeight="{}" orient="{}")", id, size,
                     size, orient) +
         fmt::format(R"( markerUnits="userSpaceOnUse"><path d="M0 0.5L7.5 4L0 7.5z" fill="{}"/></marker>)", color);
}

std::string markers() {
  return "<defs>" + marker("grey", 7, "#98a2b0") + marker("small-grey", 6, "#98a2b0") + marker("dark", 8, "#2f3b4c") +
         marker("red", 8, "#d6453b", "auto-start-reverse") + "</defs>";
}

std::string shape_text(const Shape& shape) {
  return std::visit(overloaded{
                        [](const Box& box) {
                          return fmt::format(R"(<rect{} class="{}" x="{}" y="{}" width="{}" height="{}"{}/>)",
                                             box.id ? fmt::format(R"( id="b{}")", box.id) : "", box.style, number(box.x), number(box.y),
                                             number(box.width), number(box.height),
                                             box.radius > 0 ? fmt::format(R"( rx="{}")", number(box.radius)) : "");
                        },
                        [](const Line& line) { return fmt::format(R"(<path class="{}" d="{}"/>)", line.style, line.path); },
                        [](const Dot& dot) {
                          return fmt::format(R"(<circle class="{}" cx="{}" cy="{}" r="{}"/>)", dot.style, number(dot.x), number(dot.y),
                                             number(dot.radius));
                        },
                        [](const Text& text) {
                          return fmt::format(R"(<text class="{}" x="{}" y="{}" data-in="b{}">{}</text>)", text.style, number(text.x),
                                             number(text.y), text.in, escaped_xml(text.text));
                        },
                    },
                    shape);
}

/// A row lights its lines wherever they are drawn.
std::string hover_rules(const Drawing& drawing) {
  std::string rules;
  for (const Group& group : drawing.groups) {
    if (group.id.starts_with('r'))
      rules += fmt::format("svg:has(#{0}:hover) .lit.{0}{{opacity:1}}svg:has(#{0}:hover) .arc .{0}{{stroke-width:3}}\n", group.id);
  }
  return rules;
}

}  // namespace

std::string number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string to_svg(const Drawing& drawing) {
  std::string svg = fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img">)",
                                number(drawing.width), number(drawing.height));
  svg += fmt::format("\n<title>{}</title>\n<style>{}{}</style>\n{}\n", escaped_xml(drawing.title), kSheet, hover_rules(drawing), markers());
  svg += fmt::format(R"(<rect width="{}" height="{}" fill="#f7f6f2"/>)", number(drawing.width), number(drawing.height)) + "\n";
  for (const Group& group : drawing.groups) {
    svg += fmt::format(R"(<g class="{}"{}>)", group.style, group.id.empty() ? "" : fmt::format(R"( id="{}")", group.id));
    if (!group.title.empty()) svg += "<title>" + escaped_xml(group.title) + "</title>";
    for (const Shape& shape : group.shapes) svg += "\n" + shape_text(shape);
    svg += "\n</g>\n";
  }
  return svg + "</svg>\n";
}

}  // namespace sbx::graph
