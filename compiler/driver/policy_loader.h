// SPDX-License-Identifier: Apache-2.0
// How `serve` loads policies: objects at once; texts by a process of their own, from which they come back compiled.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "compiler/driver/loader_server.h"
#include "runtime/gateway/object_loader.h"

namespace sbx::driver {

class CandidateLoader final : public gateway::PolicyLoader {
 public:
  /// Forks: call it before the first thread is started. A text that comes by the network is read as if it stood at the settings' path.
  [[nodiscard]] static Result<std::unique_ptr<CandidateLoader>> start(const gateway::PolicySettings& settings, const std::string& stdlib,
                                                                      const LoaderLimits& limits = {}, std::shared_ptr<models::Models> models = {});

  [[nodiscard]] gateway::LoadedPolicy load(const gateway::Candidate& candidate, const std::string& running) override;
  void stop() override { server_->stop(); }

  /// The process that looks at texts.
  [[nodiscard]] pid_t process() const { return server_->process(); }
  /// Generations in memory.
  [[nodiscard]] uint64_t alive() const { return objects_.alive(); }

 private:
  CandidateLoader(gateway::PolicySettings settings, std::unique_ptr<LoaderServer> server, std::shared_ptr<models::Models> models)
      : settings_(settings), objects_(std::move(settings), std::move(models)), server_(std::move(server)) {}
  gateway::LoadedPolicy load_text(const gateway::Candidate& candidate, const std::string& running);
  /// The code of what was looked at: what came, or what is at hand.
  std::string code_of(LookedAt& looked);

  struct Code {
    std::string digest, bytes;
  };
  std::mutex mutex_;  // guards what follows
  gateway::PolicySettings settings_;
  gateway::ObjectLoader objects_;
  std::unique_ptr<LoaderServer> server_;
  std::deque<Code> codes_;  // of the last policies: one that comes back is not compiled again
};

}  // namespace sbx::driver
