// SPDX-License-Identifier: Apache-2.0
// Guardrails (slot `guardrail`): policies that judge what a model has answered, before the client has it (docs/guides/guardrails.md).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/gateway/api.h"
#include "runtime/gateway/policies.h"
#include "runtime/gateway/settings.h"
#include "runtime/observe/served.h"

namespace sbx::gateway {

/// What a guardrail says of one answer.
struct Judgement {
  std::optional<End> instead;  // what the client is told in its place; nothing: it may have the answer
  http::Headers headers;       // that go with the answer
  observe::GuardrailRecord record;
};

/// Puts on an answer what a judgement says: its headers, and that it was judged.
void lay(Judgement& judgement, http::Headers& headers);

/// One policy of the settings, loaded and hot-loaded as the one that routes. Thread-safe.
class Guardrail {
 public:
  /// `loader` must outlive it.
  Guardrail(const GuardrailSettings& settings, PolicyLoader& loader)
      : settings_(settings), policies_({.path = settings.policy, .watch = settings.watch}, loader) {}

  [[nodiscard]] const GuardrailSettings& settings() const { return settings_; }
  [[nodiscard]] Policies& policies() { return policies_; }

  /// What one answer is judged by.
  [[nodiscard]] Policies::Pick pick(const Request& asked) const { return policies_.pick(asked); }
  /// By the answer as the client would have it. `asked`: the request that it answers. Waits for models where `by` has slow signals.
  [[nodiscard]] Judgement judge(embed::Generation& by, const Request& asked, const http::Response& answer) const;
  /// Of an answer that cannot be judged.
  [[nodiscard]] Judgement unjudged(std::string why) const;

 private:
  const GuardrailSettings settings_;
  Policies policies_;
};

/// Policies of guardrails: refuses one that sets what cannot be done to an answer.
class GuardrailLoader final : public PolicyLoader {
 public:
  GuardrailLoader(const TrustSettings& trust, PolicyLoader& loader) : trust_(trust), loader_(loader) {}
  [[nodiscard]] LoadedPolicy load(const Candidate& candidate, const std::string& running) override;
  void stop() override { loader_.stop(); }

 private:
  const TrustSettings& trust_;
  PolicyLoader& loader_;
};

/// Those of the settings, by name.
class Guardrails {
 public:
  Guardrails(const Settings& settings, PolicyLoader& loader);

  /// The first load of each; `say` is told of all that follow. R0763.
  [[nodiscard]] Result<bool> load(const std::function<void(const std::string&)>& say);
  void reload() const;
  /// Null for `none`, and for a name that the settings do not have.
  [[nodiscard]] const Guardrail* find(std::string_view name) const;

 private:
  GuardrailLoader loader_;
  std::map<std::string, std::unique_ptr<Guardrail>, std::less<>> all_;
};

}  // namespace sbx::gateway
