// SPDX-License-Identifier: Apache-2.0
// The printed form of a match plan.
#include <fmt/format.h>

#include "compiler/codegen/plan.h"

namespace sbx::codegen {

namespace {

// Bits of a row from the first term on.
std::string bits(const Plan& plan, uint32_t at, uint32_t terms) {
  std::string result;
  for (uint32_t i = 0; i < terms; ++i) result += (plan.tables.at<uint64_t>(at, i / 64) >> (i % 64) & 1) != 0 ? '1' : '.';
  return result;
}

std::string lookup(const Plan& plan, const Axis& axis) {
  std::string boundaries;
  for (uint32_t i = 0; i < axis.boundaries; ++i) boundaries += fmt::format(" {}", plan.tables.at<int64_t>(axis.boundaries_at, i));
  switch (axis.lookup) {
    case Lookup::Dense:
      return fmt::format("dense {}..{}", axis.low, axis.high);
    case Lookup::Indexed:
      return fmt::format("indexed {}..{}, {} classes", axis.low, axis.high, axis.classes);
    case Lookup::Counted:
      return fmt::format("counted{}", boundaries);
    case Lookup::Bucketed:
      return fmt::format("bucketed >> {}:{}", axis.shift, boundaries);
  }
  return {};
}

void print_rows(std::string& out, const Plan& plan, uint32_t at, const char* name, uint32_t count, const Chunk& chunk) {
  for (uint32_t i = 0; i < count; ++i) {
    out += fmt::format("      {:>3}{} {}\n", i, name, bits(plan, at + i * chunk.words * 8, chunk.terms));
  }
}

void print_chunk(std::string& out, const Plan& plan, const Chunk& chunk, const char* what, bool rows) {
  out += fmt::format("  {} {}..{}: {} x 64 bits, {} gate bits\n", what, chunk.first, chunk.first + chunk.terms, chunk.words,
                     chunk.gates.size());
  for (const Axis& axis : chunk.axes) {
    out += fmt::format("    v{} {}\n", axis.value.index, lookup(plan, axis));
    if (!rows) continue;
    print_rows(out, plan, axis.rows_at, axis.leaf ? "" : " >=", axis.classes + (axis.leaf ? 3 : 0), chunk);
    if (!axis.leaf) print_rows(out, plan, axis.upper_at, " <=", axis.classes, chunk);
  }
  for (const StateAxis& axis : chunk.states) {
    out += fmt::format("    v{} state\n", axis.value.index);
    if (rows) print_rows(out, plan, axis.rows_at, "", 6, chunk);
  }
  for (const GateBit& gate : chunk.gates) out += fmt::format("    bit {} gate g{}\n", gate.bit, gate.gate.index);
}

}  // namespace

std::string print(const Plan& plan, bool rows) {
  std::string out = fmt::format("plan: {} terms of routes, {} words, rules from word {}, {} bytes of tables\n", plan.term_bits.size(),
                                plan.words, plan.rule_word, plan.tables.size());
  for (const ValueId value : plan.derived) out += fmt::format("  derived v{}\n", value.index);
  for (const Chunk& chunk : plan.routes) print_chunk(out, plan, chunk, "routes", rows);
  for (const Chunk& chunk : plan.rules) print_chunk(out, plan, chunk, "rules", rows);
  return out;
}

}  // namespace sbx::codegen
