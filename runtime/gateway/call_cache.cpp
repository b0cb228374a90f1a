// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/call_cache.h"

#include <algorithm>

namespace sbx::gateway {

namespace {

/// Whose answers a request may be given: its team's, else its user's, and only of who shows the provider the same credentials; those
/// without any share theirs.
std::string tenant_of(const Request& request, const http::Headers& headers) {
  std::string tenant = request.user.team ? "team " + *request.user.team : request.user.id ? "user " + *request.user.id : "";
  for (const auto& [name, value] : headers) {
    if (http::is_credential(name)) tenant.append("\n").append(name).append(" ").append(value);
  }
  return tenant;
}

}  // namespace

CallCache::Mode CallCache::mode_of(const Manifest& manifest, const Attempt& attempt) {
  const std::string_view word = effects::text_of(manifest, attempt.slots, "cache");
  return word == "exact" ? Mode::Exact : word == "semantic" ? Mode::Semantic : Mode::Off;
}

http::Task<std::shared_ptr<const http::Response>> CallCache::find(const Manifest& manifest, const Attempt& attempt, const Request& request,
                                                                  const std::string& provider, const http::Request& call) {
  kept_ = {};
  mode_ = mode_of(manifest, attempt);
  if (mode_ == Mode::Off) co_return nullptr;
  const std::string tenant = tenant_of(request, call.headers);
  if (mode_ == Mode::Exact) {
    key_ = AnswerCache::key(tenant, provider, call.target, call.body);
    co_return serving_.cache.find(key_);
  }
  std::optional<SemanticQuestion> question = semantic_question(api_, call.body);
  if (question) {
    const std::function<void()> encoding = [&] { vector_ = vector_of(question->text); };
    co_await serving_.deciders.run(encoding);
  }
  if (!question || vector_.empty()) {  // nothing to compare, or the encoder failed: the model is asked, and nothing kept
    mode_ = Mode::Off;
    co_return nullptr;
  }
  key_ = AnswerCache::key(tenant, provider, call.target, question->scope);
  co_return serving_.similar_answers.find(key_, vector_);
}

std::vector<float> CallCache::vector_of(std::string_view text) const {
  const Result<std::shared_ptr<const models::Encoder>> encoder = serving_.models.encoder("");
  if (!encoder) return {};
  Result<models::Encoded> encoded = (*encoder)->encode(std::span(&text, 1), std::nullopt);
  if (!encoded || encoded->truncated.front()) return {};  // what was not looked at may be the question
  return std::move(encoded->values);
}

void CallCache::begin(int status, const http::Headers& headers) {
  if (!keeps()) return;
  kept_ = {.status = status, .headers = headers, .body = {}};
  if (status != 200) mode_ = Mode::Off;
}

void CallCache::add(std::string_view piece) {
  if (!keeps()) return;
  kept_.body += piece;
  if (kept_.body.size() <= serving_.cache.most_bytes()) return;
  mode_ = Mode::Off;
  kept_ = {};
}

void CallCache::end() {
  if (mode_ == Mode::Exact) serving_.cache.keep(key_, std::move(kept_));
  if (mode_ == Mode::Semantic) serving_.similar_answers.keep(key_, std::move(vector_), std::move(kept_));
}

}  // namespace sbx::gateway
