// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/diff_trace.h"

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "runtime/request/decode.h"

namespace sbx::driver {
namespace {

void count(const TwoDecisions& both, TraceChange& change) {
  if (!both.differ) return;
  ++change.changed;
  ++change.moves[{both.old.winner(), both.now.winner()}];
  if (both.old.cost_micros && both.now.cost_micros) {
    change.cost_delta_micros += *both.now.cost_micros - *both.old.cost_micros;
  } else {
    ++change.unpriced;
  }
}

}  // namespace

Result<TraceChange> run_trace(const std::string& path, DiffJudge& judge, const Common& common) {
  const Result<std::string> bytes = read_file(path);
  if (!bytes) return bytes.error();
  TraceChange change;
  Lines lines(*bytes);
  const int64_t now = now_us();
  for (size_t number = 1; const std::optional<std::string_view> line = lines.next(); ++number) {
    ++change.requests;
    const Decoded decoded = decode_request(*line, {.dialect = std::nullopt, .now_us = now, .seed = 0});
    const Result<TwoDecisions> both = decoded.request ? judge.decide(*decoded.request) : Result<TwoDecisions>(decoded.request.error());
    if (both) {
      count(*both, change);
    } else {
      ++change.failed;
      fail(common, Error{both.error().code, path + " " + std::to_string(number) + ": " + both.error().message});
    }
  }
  return change;
}

}  // namespace sbx::driver
