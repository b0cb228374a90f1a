// SPDX-License-Identifier: Apache-2.0
// What a reload does to what was learned. The shape of each state is remembered beside it, as an entry of the state "".
#include <algorithm>

#include "runtime/state/store.h"

namespace sbx::state {

namespace {

constexpr std::string_view kWith = " with ";

/// The one text that is marked, and since which change.
std::pair<std::string, int64_t> remembered(const Snapshot& snapshot, const std::string& policy, const std::string& state) {
  const auto* marks = snapshot.find<Marks>({policy, "", ""}, state);
  if (marks == nullptr || marks->until_us.empty()) return {};
  return *marks->until_us.begin();
}

}  // namespace

std::string_view to_string(Adopted::How how) {
  switch (how) {
    case Adopted::How::New:
      return "new";
    case Adopted::How::Kept:
      return "kept";
    case Adopted::How::Mapped:
      return "mapped";
    case Adopted::How::Reset:
      return "reset";
  }
  return {};
}

Result<std::vector<Adopted>> adopt(Store& store, const std::string& policy, std::span<const Schema> schemas) {
  std::vector<Adopted> adopted;
  const std::shared_ptr<const Snapshot> before = store.snapshot();
  for (const Schema& schema : schemas) {
    const auto [known, since] = remembered(*before, policy, schema.state);
    const std::string now = schema.shape + std::string(kWith) + schema.parameters;
    Adopted::How how = Adopted::How::Mapped;
    if (known.empty()) how = Adopted::How::New;
    else if (known == now) how = Adopted::How::Kept;
    else if (known.substr(0, known.find(kWith)) != schema.shape) how = Adopted::How::Reset;
    adopted.push_back({schema.state, how});
    if (how == Adopted::How::Kept) continue;
    if (how == Adopted::How::Reset) {
      if (const Result<bool> done = store.forget(policy, schema.state); !done) return done.error();
    }
    const Update mark{policy, "", "", schema.state, Mark{.text = now, .until_us = since + 1, .now_us = 0, .most = 1}};
    if (const Result<Applied> done = store.apply(std::span(&mark, 1)); !done) return done.error();
  }
  return adopted;
}

}  // namespace sbx::state
