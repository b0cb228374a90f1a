// SPDX-License-Identifier: Apache-2.0
// State that ends with the process.
#include "runtime/state/truth.h"

namespace sbx::state {

namespace {

class MemoryStore final : public Store {
 public:
  std::shared_ptr<const Snapshot> snapshot() const override { return truth_.snapshot(); }
  Result<Applied> apply(std::span<const Update> updates) override {
    return Applied{.refused = truth_.apply(updates, [](const Prepared&) {})};
  }
  Result<bool> sync(uint64_t) override { return true; }
  Result<bool> forget(const std::string& policy, const std::string& state) override {
    truth_.forget(policy, state, [] {});
    return true;
  }
  StoreStatus status() const override {
    const std::shared_ptr<const Snapshot> now = truth_.snapshot();
    return {.kind = "memory", .trouble = {}, .entries = now->size(), .version = now->version()};
  }
  bool waits() const override { return false; }

 private:
  Truth truth_;
};

}  // namespace

std::unique_ptr<Store> memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace sbx::state
