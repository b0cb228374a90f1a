// SPDX-License-Identifier: Apache-2.0
// `signalbox bench`: how long decisions take, beside a hand-written if-chain.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "compiler/driver/bench_measure.h"
#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/findings_json.h"

namespace sbx::driver {
namespace {

struct Options {
  std::vector<int> rules = {50, 200, 1000, 5000};
  std::string selectivity = "mixed";
  size_t requests = 65536;
  uint64_t seed = 1;
  std::string baseline = "none";
  std::string emit;
  std::string format;
};

Selectivity selectivity(const std::string& word) {
  return word == "easy" ? Selectivity::Easy : word == "hard" ? Selectivity::Hard : Selectivity::Mixed;
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

double rounded(double value, double unit) { return std::round(value / unit) * unit; }

Json row_json(const BenchRow& row) {
  auto optional = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
  Json json;
  json["rules"] = row.rules;
  json["selectivity"] = row.selectivity;
  json["mean_rules_examined"] = rounded(row.mean_rules_examined, 0.01);
  json["native_ns"] = row.native_ns;
  json["unoptimized_ns"] = row.unoptimized_ns;
  json["interpreter_ns"] = row.interpreter_ns;
  json["tree_walk_ns"] = row.tree_walk_ns;
  json["baseline_ns"] = optional(row.baseline_ns);
  json["ratio_baseline"] = row.baseline_ns ? Json(row.native_ns / *row.baseline_ns) : Json(nullptr);
  json["edge_ns"] = optional(row.edge_ns);
  json["first_native_ms"] = row.first_native_ms;
  json["optimized_ms"] = row.optimized_ms;
  json["parse_ms"] = row.parse_ms;
  json["check_ms"] = row.check_ms;
  json["analyze_ms"] = row.analyze_ms;
  json["code_bytes"] = optional(row.code_bytes);
  json["rss_bytes"] = row.rss_bytes;
  json["allocations_per_decision"] = row.allocations_per_decision;
  json["mismatches"] = row.mismatches;
  return json;
}

constexpr char kHead[] = " rules  kind   examined native_ns  baseline  ratio  unopt_ns  interp_ns    tree_ns  first_ms   best_ms  wrong\n";

std::string row_text(const BenchRow& row) {
  char text[256];
  auto number = [](std::optional<double> value) {
    char field[32];
    if (!value) return std::string("-");
    std::snprintf(field, sizeof field, "%.1f", *value);
    return std::string(field);
  };
  std::optional<double> ratio = row.baseline_ns ? std::optional(row.native_ns / *row.baseline_ns) : std::nullopt;
  char ratio_text[32] = "-";
  if (ratio) std::snprintf(ratio_text, sizeof ratio_text, "%.2f", *ratio);
  std::snprintf(text, sizeof text, "%6d  %-5s %9.1f %9.1f %9s %6s %9.1f %10.0f %10.0f %9.1f %9.1f %6llu\n", row.rules,
                row.selectivity.c_str(), row.mean_rules_examined, row.native_ns, number(row.baseline_ns).c_str(), ratio_text,
                row.unoptimized_ns, row.interpreter_ns, row.tree_walk_ns, row.first_native_ms, row.optimized_ms,
                static_cast<unsigned long long>(row.mismatches));
  return text;
}

int emit(const Options& options, const BenchPolicy& policy, const Common& common) {
  std::error_code error;
  std::filesystem::create_directories(options.emit, error);
  std::string stem = options.emit + "/" + std::to_string(policy.rules.size()) + "-" + options.selectivity;
  for (const auto& [name, text] : {std::pair(stem + ".sbx", policy_text(policy)), std::pair(stem + ".jsonl", requests_text(policy)),
                                   std::pair(stem + ".cpp", baseline_text(policy))}) {
    if (Result<bool> written = write_file(name, text); !written) return fail(common, written.error());
  }
  return Done;
}

int bench(const Options& options, const Common& common) {
  Result<std::string> stdlib = find_stdlib(common);
  if (!stdlib) return fail(common, stdlib.error());
  CompileOptions compile{.stdlib = *stdlib};
  Json document = {{"schema", "signalbox.bench/1"},
                   {"machine", {{"cpu", processor()}, {"cores", std::thread::hardware_concurrency()}}},
                   {"seed", options.seed},
                   {"requests", options.requests},
                   {"rows", Json::array()}};
  uint64_t mismatches = 0;
  for (int rules : options.rules) {
    if (!common.quiet) std::fputs(("measuring " + std::to_string(rules) + " rules\n").c_str(), stderr);
    BenchPolicy policy = make_bench_policy(rules, selectivity(options.selectivity), options.requests, options.seed);
    if (!options.emit.empty()) {
      if (int status = emit(options, policy, common); status != Done) return status;
    }
    Result<BenchRow> row = measure(policy, options.baseline == "c++", compile);
    if (!row) return fail(common, row.error());
    row->selectivity = options.selectivity;
    mismatches += row->mismatches;
    if (options.format == "text") {
      if (document["rows"].empty()) print(kHead);
      print(row_text(*row));
      std::fflush(stdout);
    }
    document["rows"].push_back(row_json(*row));
  }
  if (options.format == "json") print(dump(document));
  return mismatches == 0 ? Done : Findings;
}

}  // namespace

Run add_bench(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("bench", "Measure decisions on made policies of many rules");
  auto one_of = [](std::vector<std::string> words) {
    return [words](const std::string& word) {
      return std::find(words.begin(), words.end(), word) != words.end() ? std::string() : "`" + word + "` is not one of them";
    };
  };
  command->add_option("--rules", options->rules, "How many rules, one row each")
      ->delimiter(',')
      ->check(CLI::Range(1, 100000))
      ->option_text("N,...");
  command->add_option("--selectivity", options->selectivity, "easy (early rules win), hard (all are looked at), mixed")
      ->check(one_of({"easy", "hard", "mixed"}))
      ->option_text("KIND");
  command->add_option("--requests", options->requests, "Different requests")->check(CLI::Range(1, 10000000))->option_text("N");
  command->add_option("--seed", options->seed, "What policies and requests are made from")->option_text("N");
  command->add_option("--baseline", options->baseline, "Compare with an if-chain: none, c++ (needs a C++ compiler)")
      ->check(one_of({"none", "c++"}))
      ->option_text("KIND");
  command->add_option("--emit", options->emit, "Also write the policy, the requests and the baseline to this folder")->option_text("DIR");
  add_format(*command, options->format, {"text", "json"});
  add_common(*command, common);
  add_examples(*command, {"signalbox bench --rules 50 --requests 4096", "signalbox bench --rules 50 --requests 4096 --format json"});
  return [options, &common] { return bench(*options, common); };
}

}  // namespace sbx::driver
