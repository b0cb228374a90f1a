// SPDX-License-Identifier: Apache-2.0
// `signalbox replay POLICY TRACE…`: recorded requests decided again, and what that comes to.
#include <CLI/CLI.hpp>
#include <thread>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/line_file.h"
#include "compiler/driver/progress.h"
#include "compiler/driver/replay_policies.h"
#include "compiler/driver/replay_report.h"
#include "runtime/program/load_object.h"
#include "runtime/request/decode.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string policy, out, format;
  std::vector<std::string> traces;
  uint64_t limit = 0;
  bool expect = false;
};

int replay_by(replay::Policies& policies, const Options& options, const Common& common) {
  LineFile out;
  ProgressLine line(common);
  replay::Options replay{.traces = options.traces, .limit = options.limit};
  replay.jobs = common.jobs > 0 ? static_cast<unsigned>(common.jobs) : std::max(1u, std::thread::hardware_concurrency());
  replay.work = {.expect = options.expect, .decisions = !options.out.empty(), .now_us = now_us()};
  replay.write = [&](std::string_view bytes) { return out.write(bytes); };
  if (line.is_shown()) replay.progress = [&](const replay::Progress& now) { line.show(now.requests, now.bytes, now.of_bytes); };
  if (const auto error = options.out.empty() ? std::nullopt : out.open(options.out)) return fail(common, *error);
  const Result<replay::Replayed> replayed = replay::replay(policies, replay);
  if (!replayed) return fail(common, replayed.error());
  if (const auto error = options.out.empty() ? std::nullopt : out.close()) return fail(common, *error);
  line.end();
  const replay::Counts& counts = replayed->counts;
  if (counts.requests == 0 && counts.failures.empty()) {
    return fail(common,
                {"R0708", (options.traces.size() == 1 ? "`" + options.traces.front() + "` holds" : "the traces hold") + " no request"});
  }
  const ReplayReport report{policies, *replayed, options.traces, replay.jobs, options.expect};
  for (const replay::Remark& remark : counts.failures)
    fail(common, {remark.error.code, report.where(remark) + ": " + remark.error.message});
  const std::string text = options.format == "json" ? dump(report.json()) : report.text();
  std::fputs(text.c_str(), options.out == "-" ? stderr : stdout);
  for (const replay::Remark& remark : options.format == "json" ? std::vector<replay::Remark>{} : counts.differences)
    print("differs: " + report.where(remark) + (remark.id.empty() ? "" : " (" + remark.id + ")") + ": " + remark.error.message + "\n");
  if (options.expect && counts.compared == 0) return fail(common, Kind::BadUsage, "the trace records no decision to compare with");
  return counts.failed > 0 ? Misuse : counts.differs > 0 ? Findings : Done;
}

int replay_traces(const Options& options, const Common& common) {
  if (options.policy.ends_with(".so")) {
    Result<std::unique_ptr<Program>> program = load_object(options.policy);
    if (!program) return fail(common, program.error());
    Result<std::unique_ptr<ServedPolicy>> served = ServedPolicy::make(std::move(*program));
    return served ? replay_by(*ReplayPolicies::make(std::move(*served)), options, common) : fail(common, served.error());
  }
  const CheckedPolicies checked = check_for_use({options.policy}, common);
  if (!checked.value) return checked.status;
  const Result<std::unique_ptr<ReplayPolicies>> policies = ReplayPolicies::make(*checked.value, checked.options);
  return policies ? replay_by(**policies, options, common) : fail(common, policies.error());
}

}  // namespace

Run add_replay(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("replay", "Decide a trace again: how many requests go where");
  command->add_option("POLICY", options->policy, "A .sbx file, or a shared object (.so) made by `build`")->required();
  command->add_option("TRACE", options->traces, "JSON lines of envelopes with readings, or of decisions; - is standard input")->required();
  command->add_flag("--expect", options->expect, "Fail if a decision differs from the one that is recorded");
  command->add_option("--out", options->out, "Write all decisions as JSON lines; - is standard output")->option_text("FILE");
  command->add_option("--limit", options->limit, "Only the first N requests (0: all)")
      ->check([](const std::string& text) { return no_number_between(0, UINT64_MAX, text); })
      ->option_text("N");
  add_format(*command, options->format, {"text", "json"});
  add_common(*command, common);
  add_examples(*command,
               {"signalbox replay policy.sbx trace.jsonl", "signalbox replay policy.sbx trace.jsonl --limit 2 --out decisions.jsonl"});
  return [options, &common] { return replay_traces(*options, common); };
}

}  // namespace sbx::driver
