// SPDX-License-Identifier: Apache-2.0
#include "compiler/replay/counts.h"

namespace sbx::replay {
namespace {

void add_all(std::vector<uint64_t>& counts, const std::vector<uint64_t>& more) {
  counts.resize(std::max(counts.size(), more.size()));
  for (size_t i = 0; i < more.size(); ++i) counts[i] += more[i];
}

void add_first(std::vector<Remark>& remarks, const std::vector<Remark>& more) {
  for (const Remark& remark : more) {
    if (remarks.size() < Counts::kMostRemarks) remarks.push_back(remark);
  }
}

}  // namespace

std::optional<Decimal> to_dollars(const Cost& cost) {
  constexpr int64_t kFemtoOfNano = 1'000'000;
  if (!cost.is_known) return std::nullopt;
  const auto nano = static_cast<int64_t>((cost.femto + kFemtoOfNano / 2) / kFemtoOfNano);
  Decimal dollars{nano, 9};
  while (dollars.scale > 0 && dollars.digits % 10 == 0) {
    dollars.digits /= 10;
    --dollars.scale;
  }
  return dollars;
}

void Counts::add(const Counts& part) {
  requests += part.requests;
  decided += part.decided;
  failed += part.failed;
  missing_readings += part.missing_readings;
  compared += part.compared;
  differs += part.differs;
  quick += part.quick;
  policies.resize(std::max(policies.size(), part.policies.size()));
  for (size_t i = 0; i < part.policies.size(); ++i) {
    add_all(policies[i].routes, part.policies[i].routes);
    add_all(policies[i].models, part.policies[i].models);
    policies[i].costs.resize(std::max(policies[i].costs.size(), part.policies[i].costs.size()));
    for (size_t r = 0; r < part.policies[i].costs.size(); ++r) policies[i].costs[r].add(part.policies[i].costs[r]);
  }
  add_first(failures, part.failures);
  add_first(differences, part.differences);
}

}  // namespace sbx::replay
