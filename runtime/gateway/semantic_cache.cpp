// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/semantic_cache.h"

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace sbx::gateway {

namespace {

namespace dom = simdjson::dom;

int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Appends all members of an object but one.
void add_others(const dom::element& object, std::string_view but, std::string& scope) {
  for (const auto& [key, value] : dom::object(object)) {
    if (key != but) scope += std::string(key) + ":" + simdjson::minify(value) + ",";
  }
}

/// `"…"`, or a list of one part with a `text`, whose other members are appended to `scope`.
std::optional<std::string> only_text(const dom::element& content, std::string& scope) {
  std::string_view text;
  if (content.get(text) == simdjson::SUCCESS) return std::string(text);
  dom::array parts;
  if (content.get(parts) != simdjson::SUCCESS || parts.size() != 1) return std::nullopt;
  const dom::element part = parts.at(0).value_unsafe();
  if (part["text"].get(text) != simdjson::SUCCESS) return std::nullopt;
  add_others(part, "text", scope);
  return std::string(text);
}

/// The last message's text, if a user said it; all else of the messages is appended to `scope`.
std::optional<std::string> last_words(const dom::element& messages, std::string& scope) {
  std::string_view text, role;
  if (messages.get(text) == simdjson::SUCCESS) return std::string(text);  // `input: "…"`
  dom::array all;
  if (messages.get(all) != simdjson::SUCCESS || all.size() == 0) return std::nullopt;
  const size_t before = all.size() - 1;
  size_t at = 0;
  for (const dom::element message : all) {
    if (at++ < before) scope += simdjson::minify(message);
  }
  const dom::element last = all.at(before).value_unsafe();
  dom::element content;
  if (last["role"].get(role) != simdjson::SUCCESS || role != "user" || last["content"].get(content) != simdjson::SUCCESS) return std::nullopt;
  add_others(last, "content", scope);
  return only_text(content, scope);
}

}  // namespace

std::optional<SemanticQuestion> semantic_question(Api api, std::string_view body) {
  if (api == Api::Embeddings) return std::nullopt;
  dom::parser parser;
  dom::object document;
  if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS) return std::nullopt;
  const std::string_view spoken = api == Api::Responses ? "input" : "messages";
  SemanticQuestion question;
  std::optional<std::string> text;
  for (const auto& [key, value] : document) {
    question.scope += std::string(key) + ":";
    if (key != spoken) {
      question.scope += simdjson::minify(value);
    } else if (text || !(text = last_words(value, question.scope))) {
      return std::nullopt;  // or there are two
    }
    question.scope += ",";
  }
  if (!text || text->empty()) return std::nullopt;
  question.text = std::move(*text);
  return question;
}

std::shared_ptr<const http::Response> SemanticCache::find(const std::string& scope, const std::vector<float>& vector) {
  const std::lock_guard lock(mutex_);
  const auto found = by_scope_.find(scope);
  if (found == by_scope_.end()) return nullptr;
  const int64_t now = steady_ms();
  std::optional<Place> nearest;
  double most = settings_.similarity;
  for (const Place& entry : found->second) {
    if (entry->until_ms < now || entry->vector.size() != vector.size()) continue;
    const double cosine = std::inner_product(vector.begin(), vector.end(), entry->vector.begin(), 0.0);
    if (cosine < most) continue;
    most = cosine;
    nearest = entry;
  }
  if (!nearest) return nullptr;
  recent_.splice(recent_.begin(), recent_, *nearest);
  return (*nearest)->answer;
}

void SemanticCache::keep(const std::string& scope, std::vector<float> vector, http::Response answer) {
  constexpr size_t kEntry = 512;
  const size_t bytes = scope.size() * 2 + vector.size() * sizeof(float) + answer.body.size() + kEntry;
  if (bytes > static_cast<size_t>(settings_.bytes) / 8) return;
  const std::lock_guard lock(mutex_);
  recent_.push_front({scope, std::move(vector), std::make_shared<const http::Response>(std::move(answer)), steady_ms() + settings_.ttl_ms, bytes});
  by_scope_[scope].push_back(recent_.begin());
  bytes_ += bytes;
  while (bytes_ > static_cast<size_t>(settings_.bytes)) drop(std::prev(recent_.end()));
}

void SemanticCache::drop(Place entry) {
  bytes_ -= entry->bytes;
  const auto scope = by_scope_.find(entry->scope);
  std::erase(scope->second, entry);
  if (scope->second.empty()) by_scope_.erase(scope);
  recent_.erase(entry);
}

}  // namespace sbx::gateway
