// SPDX-License-Identifier: Apache-2.0
// What one call has to do with retrievers: asked before a model is, once for all candidates that name the same one.
#pragma once

#include <optional>
#include <string>

#include "runtime/gateway/serving.h"

namespace sbx::gateway {

class CallContext {
 public:
  explicit CallContext(const Retrievers& retrievers) : retrievers_(retrievers) {}

  /// By the attempt's slot `retriever`. False: the policy wants no model asked without what should have been found. `served` is told.
  http::Task<bool> look_up(Pools& pools, const Manifest& manifest, const Attempt& attempt, const Request& request, const std::string& body,
                           http::Socket* client, observe::Served& served);

  /// What is asked: the client's body, or that with what was found.
  [[nodiscard]] const std::string& body(const std::string& client) const { return body_ ? *body_ : client; }
  /// Whether the attempt goes on without what its retriever should have found.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  http::Task<void> ask(Retriever& retriever, Pools& pools, const RetrieverUse& use, std::string query, const Request& request,
                       const std::string& body, http::Socket* client, observe::RetrievalRecord& record);

  const Retrievers& retrievers_;
  std::string asked_;  // the name of the last one; empty: none
  bool failed_ = false;
  std::optional<std::string> body_;
};

}  // namespace sbx::gateway
