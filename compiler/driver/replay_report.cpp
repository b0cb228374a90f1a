// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/replay_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/driver/console.h"
#include "compiler/driver/progress.h"

namespace sbx::driver {
namespace {

double share_of(uint64_t count, uint64_t all) {
  constexpr double kPlaces = 1e6;
  return all == 0 ? 0 : std::round(static_cast<double>(count) / static_cast<double>(all) * kPlaces) / kPlaces;
}

std::string route_name(const Manifest& manifest, size_t row) {
  return row < manifest.routes.size() ? manifest.routes[manifest.routes.id_at(row)].name : "otherwise";
}

uint64_t rate(const replay::Replayed& replayed) {
  return static_cast<uint64_t>(static_cast<double>(replayed.counts.decided) / std::max(replayed.seconds, 1e-9));
}

struct Line {
  std::string name, cost;
  uint64_t count;
};

std::string table(const std::string& title, const std::vector<Line>& lines, uint64_t all) {
  size_t wide = title.size();
  for (const Line& line : lines) wide = std::max(wide, line.name.size());
  std::string text;
  for (const Line& line : lines) {
    if (line.count == 0 && line.name == "otherwise") continue;
    text += fmt::format("{:8} {:<{}}  {:>13}  {:5.1f} %{}\n", text.empty() ? title : "", line.name, wide, with_commas(line.count),
                        share_of(line.count, all) * 100, line.cost.empty() ? "" : "  " + line.cost);
  }
  return text;
}

}  // namespace

std::string ReplayReport::where(const replay::Remark& remark) const { return traces[remark.file] + " line " + std::to_string(remark.line); }

std::string ReplayReport::text() const {
  const replay::Counts& counts = replayed.counts;
  std::string text = with_commas(counts.decided) + " of " + with_commas(counts.requests) + " requests decided, " +
                     with_commas(counts.failed) + " failed, " + with_commas(counts.missing_readings) +
                     (counts.missing_readings == 1 ? " reading" : " readings") + " missing\n";
  if (expected) text += with_commas(counts.differs) + " of " + with_commas(counts.compared) + " recorded decisions differ\n";
  for (size_t i = 0; i < counts.policies.size(); ++i) {
    const Manifest& manifest = policies.manifest(i);
    std::vector<Line> routes, models;
    for (size_t row = 0; row < counts.policies[i].routes.size(); ++row) {
      const uint64_t count = counts.policies[i].routes[row];
      const auto cost = count == 0 ? std::nullopt : replay::to_dollars(counts.policies[i].costs[row]);
      routes.push_back({route_name(manifest, row), cost ? "$" + to_string(*cost) : "", count});
    }
    for (size_t row = 0; row < counts.policies[i].models.size(); ++row)
      models.push_back({manifest.models[manifest.models.id_at(row)].name, "", counts.policies[i].models[row]});
    text += "\n" + (counts.policies.size() > 1 ? "policy " + manifest.name + "\n" : "") + table("routes", routes, counts.decided) +
            table("models", models, counts.decided);
  }
  return text + "\n" + with_commas(rate(replayed)) + " decisions a second, " + counted(jobs, "thread") + "\n";
}

Json ReplayReport::json() const {
  const replay::Counts& counts = replayed.counts;
  Json json = {{"schema", "signalbox.replay/1"},
               {"policies", Json::array()},
               {"requests", counts.requests},
               {"decided", counts.decided},
               {"failed", counts.failed},
               {"missing_readings", counts.missing_readings},
               {"compared", nullptr},
               {"differs", nullptr},
               {"decisions_per_second", rate(replayed)},
               {"jobs", jobs},
               {"routes", Json::array()},
               {"models", Json::array()},
               {"failures", Json::array()},
               {"differences", Json::array()}};
  if (expected) json["compared"] = counts.compared, json["differs"] = counts.differs;
  for (size_t i = 0; i < policies.count(); ++i) {
    const Manifest& manifest = policies.manifest(i);
    json["policies"].push_back({{"name", manifest.name}, {"revision", manifest.revision}, {"file", manifest.file}});
    if (i >= counts.policies.size()) continue;  // not one line was read
    for (size_t row = 0; row < counts.policies[i].routes.size(); ++row) {
      const uint64_t count = counts.policies[i].routes[row];
      const auto cost = replay::to_dollars(counts.policies[i].costs[row]);
      json["routes"].push_back({{"policy", manifest.name},
                                {"name", route_name(manifest, row)},
                                {"count", count},
                                {"share", share_of(count, counts.decided)},
                                {"cost_usd", cost ? Json::parse(to_string(*cost)) : Json(nullptr)}});
    }
    for (size_t row = 0; row < counts.policies[i].models.size(); ++row) {
      const uint64_t count = counts.policies[i].models[row];
      json["models"].push_back({{"policy", manifest.name},
                                {"name", manifest.models[manifest.models.id_at(row)].name},
                                {"count", count},
                                {"share", share_of(count, counts.decided)}});
    }
  }
  for (const replay::Remark& remark : counts.failures)
    json["failures"].push_back({{"file", traces[remark.file]},
                                {"line", remark.line},
                                {"id", remark.id.empty() ? Json(nullptr) : Json(remark.id)},
                                {"code", remark.error.code},
                                {"message", remark.error.message}});
  for (const replay::Remark& remark : counts.differences)
    json["differences"].push_back({{"file", traces[remark.file]},
                                   {"line", remark.line},
                                   {"id", remark.id.empty() ? Json(nullptr) : Json(remark.id)},
                                   {"message", remark.error.message}});
  return json;
}

}  // namespace sbx::driver
