// SPDX-License-Identifier: Apache-2.0
// The world that the analysis asks: requests are written, decoded by the real decoder and read by the real signals before they count.
#pragma once

#include <memory>
#include <string>

#include "compiler/analysis/world.h"
#include "runtime/base/result.h"
#include "runtime/program/graph.h"

namespace sbx::witness {

/// Of one policy. Binds its signals when first asked, which builds their text database; `cache` as in TextDatabase::build. Deterministic.
class RequestWorld final : public analysis::World {
 public:
  RequestWorld(const Module& module, std::string cache);  // the module must outlive it
  ~RequestWorld() override;

  [[nodiscard]] analysis::Realized realize(std::span<const analysis::Need> needs) override;
  [[nodiscard]] bool breaks(const analysis::Witness& witness, size_t requirement) override;
  [[nodiscard]] std::optional<Decision> decide(const analysis::Witness& witness) override;

 private:
  class Maker;
  [[nodiscard]] Maker* maker();
  const Module& module_;
  std::string cache_;
  std::unique_ptr<Maker> maker_;  // null: not asked yet, or the signals cannot be bound
};

}  // namespace sbx::witness
