// SPDX-License-Identifier: Apache-2.0
// Small modules and requests for the tests of plans and native code.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/builder.h"
#include "runtime/program/program.h"

namespace sbx::test {

inline LeafId add_leaf(Module& module, const std::string& name, TypeKind kind, Range range) {
  const SignalId signal = module.manifest.signals.add({.name = name, .kind = name, .type = {.kind = kind}});
  return module.manifest.leaves.add({.signal = signal, .range = range});
}

/// Makes guards[i] the route `r<i>` at line i + 1 of p.sbx, all of one `first` block.
inline void add_routes(Module& module, ir::GraphBuilder& graph, const std::vector<GuardId>& guards) {
  Entry block{.kind = Entry::Kind::First, .name = "all"};
  for (uint32_t i = 0; i < guards.size(); ++i) {
    Route route{.name = "r" + std::to_string(i), .bit = i, .guard = guards[i]};
    route.place = {"/tmp/p.sbx", {i + 1, 1, 0}, {i + 1, 2, 1}};
    module.manifest.order.push_back(module.manifest.routes.add(route));
    block.entries.push_back({.name = route.name, .routes = {RouteId{i}}});
  }
  module.manifest.tiers.push_back({.name = "t", .entries = {block}});
  graph.set_routes(guards);
}

/// `size` routes: route i holds for n in [10 i, 10 i + 9]; one leaf n from 0 to 10 size.
inline Module ladder(uint32_t size) {
  Module module;
  module.manifest.name = "ladder";
  module.manifest.file = "/tmp/p.sbx";
  const LeafId n = add_leaf(module, "n", TypeKind::Int, {0, int64_t{size} * 10});
  ir::GraphBuilder graph(module);
  std::vector<GuardId> guards;
  for (uint32_t i = 0; i < size; ++i) guards.push_back(graph.within(graph.leaf(n), i * 10, i * 10 + 9));
  add_routes(module, graph, guards);
  return module;
}

/// The winner's bit when all leaves are known.
inline uint32_t winner_of(const Program& program, const std::vector<int64_t>& leaves) {
  const std::vector<uint8_t> states(leaves.size(), SBX_KNOWN);
  const auto count = static_cast<uint32_t>(leaves.size());
  const sbx_frame frame{SBX_ABI_VERSION, sizeof(sbx_frame), leaves.data(), leaves.data(), states.data(), count, 1};
  std::vector<uint64_t> must(program.module.manifest.words() + 1);
  std::vector<uint64_t> may(must.size());
  sbx_match match{SBX_ABI_VERSION, sizeof(sbx_match), must.data(), may.data(), program.module.manifest.words(), 0};
  program.matcher->known(frame, match);
  return match.route;
}

}  // namespace sbx::test
