// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/call_context.h"

#include <chrono>

namespace sbx::gateway {

http::Task<bool> CallContext::look_up(Pools& pools, const Manifest& manifest, const Attempt& attempt, const Request& request,
                                      const std::string& body, http::Socket* client, observe::Served& served) {
  const std::string_view name = effects::text_of(manifest, attempt.slots, "retriever");
  const auto retriever = retrievers_.find(name);
  const Target* target = manifest.target("retriever", name);
  const bool is_none = retriever == retrievers_.end() || target == nullptr;
  if (is_none || asked_ != name) {
    asked_.clear();
    failed_ = false;
    body_.reset();
  }
  if (is_none) co_return true;
  const RetrieverUse use = use_of(*target);
  if (asked_.empty()) {
    asked_ = name;
    const auto begin = std::chrono::steady_clock::now();
    observe::RetrievalRecord record;
    record.name = asked_;
    std::string query = effects::query_for(manifest, attempt, request);
    co_await ask(*retriever->second, pools, use, std::move(query), request, body, client, record);
    record.duration_us = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count();
    failed_ = !record.error.empty();
    served.retrieval = std::move(record);
  }
  co_return body_ || !use.required;
}

http::Task<void> CallContext::ask(Retriever& retriever, Pools& pools, const RetrieverUse& use, std::string query, const Request& request,
                                  const std::string& body, http::Socket* client, observe::RetrievalRecord& record) {
  if (query.empty()) {
    record.error = "no user says anything";
    co_return;
  }
  const Result<std::vector<effects::Passage>> found = co_await retriever.find(pools, std::move(query), use, client);
  if (!found) {
    record.error = found.error().message;
    co_return;
  }
  const effects::Context context = effects::context_of(use.lead, *found, use.at_most);
  if (context.passages == 0) co_return;
  Result<std::optional<std::string>> laid = effects::with_context(body, request.dialect, context.text);
  if (laid && *laid) {
    record.passages = static_cast<int64_t>(context.passages);
    body_ = std::move(**laid);
  } else {
    record.error = laid ? "there is no text of a user to put it before" : laid.error().message;
  }
}

}  // namespace sbx::gateway
