// SPDX-License-Identifier: Apache-2.0
// A picture for Graphviz, which does the layout: signals, then the tiers from top to bottom.
#include "compiler/graph/drawing.h"

namespace sbx::graph {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out + "\"";
}

std::string node(size_t row) { return "r" + std::to_string(row); }

std::string row_label(const Row& row) {
  std::string label(word(row.kind));
  if (label != row.name && !row.name.empty()) label += " " + row.name;
  if (!row.order.empty()) label += " " + row.order;
  if (!row.guard.empty()) label += "\nwhen " + row.guard;
  for (size_t i = 0; i < row.attempts.size(); ++i) label += (i ? ", then " : "\n") + row.attempts[i].text;
  for (const std::string& action : row.actions) label += "\n" + action;
  return label;
}

void add_rows(const Picture& picture, const std::vector<size_t>& rows, std::string& out) {
  for (size_t row : rows) out += "    " + node(row) + " [label=" + quoted(row_label(picture.rows[row])) + "]\n";
}

void add_cluster(const Picture& picture, const std::string& name, const std::string& label, const std::vector<size_t>& rows,
                 std::string& out) {
  out += "  subgraph " + quoted("cluster_" + name) + " {\n    label=" + quoted(label) + "\n";
  add_rows(picture, rows, out);
  out += "  }\n";
}

}  // namespace

std::string to_dot(const Picture& picture) {
  std::string out = "digraph " + quoted(picture.name) + " {\n  rankdir=LR\n  node [shape=box fontname=\"sans-serif\"]\n";
  for (size_t i = 0; i < picture.signals.size(); ++i) {
    const Signal& signal = picture.signals[i];
    out += "  s" + std::to_string(i) + " [shape=ellipse label=" + quoted(signal.name + "\n" + std::string(word(signal.column))) + "]\n";
    for (size_t from : signal.made_from) out += "  s" + std::to_string(from) + " -> s" + std::to_string(i) + " [style=dashed]\n";
  }
  for (size_t i = 0; i < picture.tiers.size(); ++i) {
    const Tier& tier = picture.tiers[i];
    add_cluster(picture, "tier" + std::to_string(i + 1), std::to_string(i + 1) + (tier.strict ? " strict tier " : " tier ") + tier.name,
                tier.rows, out);
  }
  if (picture.otherwise) add_cluster(picture, "otherwise", "when no route fires", {*picture.otherwise}, out);
  if (picture.unserved) add_cluster(picture, "unserved", "when no candidate is left", {*picture.unserved}, out);
  if (!picture.rules.empty()) add_cluster(picture, "always", "always", picture.rules, out);
  for (size_t i = 0; i < picture.rows.size(); ++i) {
    for (size_t signal : picture.rows[i].reads) out += "  s" + std::to_string(signal) + " -> " + node(i) + " [color=gray]\n";
    for (size_t beaten : picture.rows[i].over) out += "  " + node(i) + " -> " + node(beaten) + " [label=\"over\" constraint=false]\n";
  }
  for (const Clash& clash : picture.clashes) {
    out += "  " + node(clash.row) + " -> " + node(clash.with) + " [color=red dir=both constraint=false label=\"conflict\"]\n";
  }
  return out + "}\n";
}

}  // namespace sbx::graph
