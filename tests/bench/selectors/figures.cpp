// SPDX-License-Identifier: Apache-2.0
// Many selectors on the same rows at once, without a policy's text: what `run` asks of `signalbox eval`, but each fold's texts become
// vectors only once.  figures ROWS SELECTOR…  prints one line a selector. Labels of `per:` are the rows' own readings.
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "runtime/learn/baselines.h"
#include "runtime/learn/bootstrap.h"
#include "runtime/learn/learn.h"
#include "runtime/request/decode.h"
#include "runtime/selectors/selector.h"
#include "runtime/source/read_file.h"

using namespace sbx;
using namespace sbx::learn;

namespace {

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "figures: %s\n", what.c_str());
  std::exit(2);
}

/// `knn(k: 5, per: kind)`.
Selector parse_selector(const std::string& text) {
  const size_t open = text.find('(');
  Selector selector{.name = text.substr(0, open), .arguments = {}};
  if (open == std::string::npos) return selector;
  std::string rest = text.substr(open + 1, text.size() - open - 2);
  for (size_t at = 0; at < rest.size();) {
    const size_t end = std::min(rest.find(',', at), rest.size()), colon = rest.find(':', at);
    const size_t from = rest.find_first_not_of(' ', at), value_from = rest.find_first_not_of(' ', colon + 1);
    const std::string value = rest.substr(value_from, end - value_from);
    const auto number = parse_decimal(value);
    selector.arguments.push_back({rest.substr(from, colon - from), number ? Constant{*number} : Constant{value}});
    at = end + 1;
  }
  return selector;
}

struct Rows {
  OutcomeTable table;
  std::vector<Request> requests;
  std::vector<SeenRow> seen;
  std::vector<std::string> kinds;
};

Rows read_rows(const std::string& path) {
  const Result<std::string> bytes = read_file(path, size_t{1} << 30);
  if (!bytes) stop(bytes.error().message);
  Result<OutcomeTable> table = read_outcomes(*bytes, path);
  if (!table) stop(table.error().message);
  Rows rows{.table = std::move(*table), .requests = {}, .seen = {}, .kinds = {}};
  std::set<std::string> kinds;
  for (const OutcomeRow& row : rows.table.rows) {
    Decoded decoded = decode_request(row.request);
    if (!decoded.request) stop(decoded.request.error().message);
    rows.seen.push_back({seen_text(*decoded.request), {}});
    for (const GivenReading& reading : decoded.request->readings) {
      const std::string label = reading.json.substr(1, reading.json.size() - 2);  // a JSON string without escapes
      rows.seen.back().labels[reading.name] = label;
      kinds.insert(label);
    }
    rows.requests.push_back(std::move(*decoded.request));
  }
  rows.kinds.assign(kinds.begin(), kinds.end());
  return rows;
}

Manifest manifest_of(const Rows& rows, const std::vector<Selector>& selectors) {
  Manifest manifest;
  manifest.name = "figures";
  for (const std::string& model : rows.table.models) manifest.models.add(Model{.name = model});
  SignalInfo kind{.name = "kind"};
  kind.type = {TypeKind::Label, rows.kinds};
  manifest.signals.add(kind);
  Outcome outcome;
  for (const Selector& selector : selectors) {
    Selection selection{.among = {}, .by = {selector}};
    for (size_t i = 0; i < rows.table.models.size(); ++i) selection.among.push_back({manifest.models.id_at(i), {}});
    outcome.candidates.push_back({selection, {}, {}});
  }
  manifest.otherwise = std::move(outcome);
  return manifest;
}

Choice choose(const Manifest& manifest, const Selector& selector, const Learned& learned, const Rows& rows, size_t row, const Arena& arena) {
  std::vector<Reading> readings(1);
  const auto label = rows.seen[row].labels.find("kind");
  if (label != rows.seen[row].labels.end()) readings[0] = Reading{.state = ReadingState::Known, .value = label->second};
  Contest contest{.contenders = {}, .request = &rows.requests[row], .manifest = &manifest, .readings = readings, .learned = &learned};
  for (const Model& model : manifest.models) contest.contenders.push_back(&model);
  Ranking ranking;
  rank(std::span(&selector, 1), contest, ranking);
  const auto& scores = ranking.scores.front();
  return {ranking.order.front(), static_cast<double>(scores[arena.strong] - scores[arena.weak]) / 1e6};
}

void print(const std::string& name, const Arena& arena, const std::vector<Choice>& choices, const std::vector<Choice>& best) {
  const Scored scored = score(arena, choices), single = score(arena, best);
  const OutcomeFigures made = figures(arena, choices, scored), base = figures(arena, best, single);
  const Interval gain = paired_interval(scored.quality, single.quality);
  std::printf("%-44s %6.2f  gain %+5.2f [%+.2f, %+.2f]", name.c_str(), 100 * made.quality, 100 * (made.quality - base.quality), 100 * gain.low, 100 * gain.high);
  if (made.apgr) {
    const auto apgr = [&](std::span<const size_t> sample) { return quality_curve(arena, choices, sample).apgr().value_or(0); };
    const Interval around = interval_of(arena.rows.size(), apgr, {.draws = 300});
    std::printf("  APGR %.3f [%.3f, %.3f] CPT50 %.3f CPT80 %.3f", *made.apgr, around.low, around.high, *made.cpt50, *made.cpt80);
  }
  if (made.latency_ms) std::printf("  latency %.1f %% of the best single's", 100 * *made.latency_ms / *base.latency_ms);
  if (made.cost_usd) {
    std::vector<double> mine, theirs;
    for (size_t i = 0; i < choices.size(); ++i) {
      mine.push_back(100 * (scored.cost_usd[i] + 0.6 * (1 - scored.quality[i])));
      theirs.push_back(100 * (single.cost_usd[i] + 0.6 * (1 - single.quality[i])));
    }
    const Interval less = paired_interval(mine, theirs);
    std::printf("  bill of a hundred $%.2f", std::accumulate(mine.begin(), mine.end(), 0.0) / static_cast<double>(mine.size()));
    std::printf(" against the best single's [%+.2f, %+.2f]", less.low, less.high);
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) stop("say ROWS SELECTOR…");
  const Rows rows = read_rows(arguments[1]);
  std::vector<Selector> selectors;
  for (int i = 2; i < count; ++i) selectors.push_back(parse_selector(arguments[i]));
  const Manifest manifest = manifest_of(rows, selectors);
  std::vector<size_t> all(rows.table.rows.size()), columns(rows.table.models.size());
  std::iota(all.begin(), all.end(), size_t{0});
  std::iota(columns.begin(), columns.end(), size_t{0});
  const Arena arena = make_arena(rows.table, all, columns);
  const OutcomeFolds folds = make_outcome_folds(rows.table, 5, false, 0);
  std::vector<std::vector<Choice>> choices(selectors.size(), std::vector<Choice>(arena.rows.size()));
  for (size_t fold = 0; fold < folds.count; ++fold) {
    std::vector<size_t> others;
    std::ranges::copy_if(all, std::back_inserter(others), [&](size_t row) { return folds.of_row[row] != fold; });
    const Result<Learned> learned = learn::learn(manifest, rows.table, rows.seen, others, {});
    if (!learned) stop(learned.error().message);
    for (size_t i = 0; i < arena.rows.size(); ++i) {
      if (folds.of_row[arena.rows[i]] != fold) continue;
      for (size_t s = 0; s < selectors.size(); ++s) choices[s][i] = choose(manifest, selectors[s], *learned, rows, arena.rows[i], arena);
    }
    std::fprintf(stderr, "fold %zu of %zu\n", fold + 1, folds.count);
  }
  const std::vector<Baseline> beside = baselines(arena, folds, Tensor(rows.table.rows.size(), 1), 0, 1);
  std::printf("%zu rows, %zu models\n", arena.rows.size(), columns.size());
  for (const Baseline& baseline : beside) {
    if (baseline.name != "knn") print("(" + baseline.name + ")", arena, baseline.choices, beside.front().choices);
  }
  for (size_t s = 0; s < selectors.size(); ++s) print(arguments[s + 2], arena, choices[s], beside.front().choices);
  return 0;
}
