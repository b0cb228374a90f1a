// SPDX-License-Identifier: Apache-2.0
// Retrievers (slot `retriever`): servers that find passages for a question, asked before a model is (docs/guides/retrieval.md).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/effects/add_context.h"
#include "runtime/gateway/settings.h"
#include "runtime/gateway/upstreams.h"
#include "runtime/observe/served.h"

namespace sbx::gateway {

/// What `retriever handbook { … }` of a policy says of how it is used.
struct RetrieverUse {
  int64_t top = 5;                 // passages asked for
  std::optional<double> floor;     // of their score; those below it are left out, and those that have none
  std::optional<int64_t> at_most;  // tokens of all passages
  std::string lead;                // said before them
  bool required = false;           // a model is not asked without them
};
[[nodiscard]] RetrieverUse use_of(const Target& retriever);

/// One server. Thread-safe.
class Retriever {
 public:
  /// R07xx for an address that is none, or certificates that cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<Retriever>> make(const RetrieverSettings& settings);

  /// An error tells why nothing was found out: the server could not be reached, took too long, or answered something else.
  http::Task<Result<std::vector<effects::Passage>>> find(Pools& pools, std::string query, const RetrieverUse& use, http::Socket* client);

 private:
  Retriever(RetrieverSettings settings, http::Url url, http::Tls tls);
  const RetrieverSettings settings_;
  Endpoint endpoint_;
};

/// By name. Immutable once made.
using Retrievers = std::map<std::string, std::unique_ptr<Retriever>, std::less<>>;
[[nodiscard]] Result<Retrievers> make_retrievers(const std::vector<RetrieverSettings>& settings);

/// The passages of an answer in their order: a list below `data`, `results`, `documents`, `matches` or `hits`, or the answer itself, of
/// texts or of objects with `text`, `content` (a text, or parts with `text`) or `page_content`, and perhaps `score`, `source`, `filename`,
/// `title` or `url`. R0732 for another form.
[[nodiscard]] Result<std::vector<effects::Passage>> read_passages(std::string_view json, const RetrieverUse& use);

}  // namespace sbx::gateway
