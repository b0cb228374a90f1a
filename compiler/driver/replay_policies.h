// SPDX-License-Identifier: Apache-2.0
// The policies of a file, or the one of an object, as a replay asks for them.
#pragma once

#include <mutex>

#include "compiler/driver/served.h"
#include "compiler/replay/policies.h"

namespace sbx::driver {

class ReplayPolicies final : public replay::Policies {
 public:
  /// Policies of a text; compiles each once.
  [[nodiscard]] static Result<std::unique_ptr<ReplayPolicies>> make(const Checked& checked, const CompileOptions& options);
  [[nodiscard]] static std::unique_ptr<ReplayPolicies> make(std::unique_ptr<ServedPolicy> object);

  [[nodiscard]] size_t count() const override { return manifests_.size(); }
  [[nodiscard]] const Manifest& manifest(size_t policy) const override { return *manifests_[policy]; }
  [[nodiscard]] const std::set<std::string, std::less<>>& derived(size_t policy) const override { return derived_[policy]; }
  [[nodiscard]] Result<replay::Deciding> get(size_t policy, const std::set<std::string>& given) override;
  [[nodiscard]] std::optional<size_t> choose(std::string_view model) const override { return served_.choose(model); }

 private:
  explicit ReplayPolicies(ServedPolicies served) : served_(std::move(served)) {}

  std::mutex mutex_;  // guards what `served_` makes
  ServedPolicies served_;
  std::vector<const Manifest*> manifests_;
  std::vector<std::set<std::string, std::less<>>> derived_;
};

}  // namespace sbx::driver
