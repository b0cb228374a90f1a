// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/policy_loader.h"

#include <algorithm>

namespace sbx::driver {

namespace {

constexpr size_t kCodesAtHand = 4;

}  // namespace

Result<std::unique_ptr<CandidateLoader>> CandidateLoader::start(const gateway::PolicySettings& settings, const std::string& stdlib,
                                                                const LoaderLimits& limits, std::shared_ptr<models::Models> models) {
  Result<std::unique_ptr<LoaderServer>> server = LoaderServer::start(stdlib, limits);
  if (!server) return server.error();
  return std::unique_ptr<CandidateLoader>(new CandidateLoader(settings, std::move(*server), std::move(models)));
}

gateway::LoadedPolicy CandidateLoader::load(const gateway::Candidate& candidate, const std::string& running) {
  const std::lock_guard one_at_a_time(mutex_);
  const Result<std::optional<gateway::ObjectCandidate>> object = gateway::object_of(candidate, settings_);
  gateway::LoadedPolicy loaded;
  if (!object)
    loaded = gateway::rejected(object.error());
  else if (*object)
    loaded = objects_.load(**object);
  else
    return load_text(candidate, running);
  if (candidate.path) loaded.files = {*candidate.path};
  return loaded;
}

gateway::LoadedPolicy CandidateLoader::load_text(const gateway::Candidate& candidate, const std::string& running) {
  const std::string path = candidate.path.value_or(settings_.path);
  if (settings_.require_signature)
    return gateway::rejected({"R0756", "`" + path + "` is a policy's text, which is never signed; a signed policy is asked for"});
  TextCandidate text{.path = path, .text = candidate.text, .policy = candidate.name, .running = running};
  for (const Code& code : codes_) text.known.push_back(code.digest);
  LoaderServer::Answer answer = server_->look_at(text);
  LookedAt& looked = answer.looked;
  gateway::LoadedPolicy loaded{.status = looked.status, .document = std::move(looked.document), .reason = std::move(looked.reason)};
  loaded.files = std::move(looked.files);
  if (looked.status != 200) return loaded;
  Result<std::shared_ptr<embed::Generation>> generation = objects_.load_own(code_of(looked), path);
  if (!generation) return gateway::rejected(generation.error());
  loaded.generation = std::move(*generation);
  loaded.source = std::move(looked.source);
  loaded.diff = std::move(answer.diff.summary);
  loaded.diff_document = std::move(answer.diff.document);
  return loaded;
}

std::string CandidateLoader::code_of(LookedAt& looked) {
  const auto found = std::ranges::find(codes_, looked.digest, &Code::digest);
  Code code = found != codes_.end() ? std::move(*found) : Code{looked.digest, std::move(looked.code)};
  if (found != codes_.end()) codes_.erase(found);
  codes_.push_front(std::move(code));
  if (codes_.size() > kCodesAtHand) codes_.pop_back();
  return codes_.front().bytes;
}

}  // namespace sbx::driver
