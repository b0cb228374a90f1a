// SPDX-License-Identifier: Apache-2.0
// What the files policies*.cpp share: the generations of a gateway, and the steps that change which one serves.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/gateway/canary.h"
#include "runtime/gateway/file_watch.h"
#include "runtime/gateway/policies.h"
#include "runtime/gateway/shadow.h"

namespace sbx::gateway {

/// A generation that can be activated.
struct Kept {
  std::shared_ptr<embed::Generation> generation;
  int64_t loaded_us = 0;
  std::string origin;  // `path`, `text`, `object`
  std::string diff, diff_document, source;
};

struct LastLoad {
  bool accepted = false;
  int64_t at_us = 0;
  std::string document, diff, reason;
};

/// Dry: nothing is changed. Keep: it can be activated, or tried as a shadow or canary. Activate: it serves.
enum class Admission : uint8_t { Dry, Keep, Activate };

struct Policies::State {
  State(Policies& owner, PolicySettings settings, PolicyLoader& loader) : owner(owner), settings(std::move(settings)), loader(loader) {}

  LoadedPolicy load(Candidate candidate, Admission admission);
  /// False: it is not kept.
  bool activate(uint64_t number);
  [[nodiscard]] std::shared_ptr<embed::Generation> find(uint64_t number) const;
  void watch(const std::vector<std::string>& files);

  [[nodiscard]] http::Response post_policy(const http::Request& request);
  [[nodiscard]] http::Response put_shadow(const std::string& body);
  [[nodiscard]] http::Response put_canary(const std::string& body);
  [[nodiscard]] http::Response answer_one(const http::Request& request, std::string_view rest);
  [[nodiscard]] http::Response answer_trial(const http::Request& request, bool is_shadow);

  [[nodiscard]] std::string status_json() const;
  [[nodiscard]] std::string list_json() const;
  /// Null JSON for a generation that is not kept.
  [[nodiscard]] std::string kept_json(uint64_t number) const;

  Policies& owner;
  const PolicySettings settings;
  PolicyLoader& loader;

  std::mutex loading;  // held for a whole load; guards `loads`
  uint64_t loads = 0;

  mutable std::mutex mutex;  // guards what follows; held for copies and swaps only
  std::shared_ptr<embed::Generation> active;
  int64_t active_since_us = 0;
  std::shared_ptr<Shadow> shadow;
  std::shared_ptr<const Canary> canary;
  std::vector<Kept> kept;                                 // in the order of their numbers
  std::vector<std::weak_ptr<embed::Generation>> leaving;  // no longer kept; requests may still hold them
  std::optional<LastLoad> last;

  std::mutex watching;  // guards `file_watch`
  bool stopping = false;
  std::unique_ptr<FileWatch> file_watch;

 private:
  void admit(LoadedPolicy& loaded, const Candidate& candidate, Admission admission);
  /// Takes out what is too many; the caller lets go of it without the lock.
  [[nodiscard]] std::vector<Kept> drop_oldest();
  /// Who holds it but us: requests that it decides, or that are about to be logged. Under the lock.
  [[nodiscard]] int64_t inflight(const std::shared_ptr<embed::Generation>& generation) const;
  [[nodiscard]] bool is_needed(const embed::Generation* generation) const;
};

}  // namespace sbx::gateway
