// SPDX-License-Identifier: Apache-2.0
// An answer on its way from a model to the client: metered, kept where it may be given again, restored, and passed on as it comes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/gateway/call_cache.h"
#include "runtime/http/client.h"
#include "runtime/http/server.h"
#include "runtime/observe/served.h"

namespace sbx::gateway {

/// What an answer passes. All of it must outlive the answer.
struct AnswerPath {
  http::Exchange& exchange;
  Dialect dialect;
  CallCache& cache;                                                  // that has begun to keep it
  const std::vector<std::pair<std::string, std::string>>& restores;  // what it has back for its placeholders
  observe::Served& served;                                           // told of its usage, and how it ended
  std::string* seen = nullptr;  // filled with what the client was sent, up to `most_seen` bytes and one piece
  size_t most_seen = 0;
};

/// `headers` with the head of the call's status; then `piece`, and unless that was all, what still comes.
http::Task<void> pass_answer(const AnswerPath& path, http::Headers headers, http::Call& call, std::string piece, bool done);

/// Headers of an answer but for those about the connection it came by.
[[nodiscard]] http::Headers passed_on(const http::Headers& headers);
[[nodiscard]] bool is_event_stream(const http::Headers& headers);
/// Gives a whole answer back what stands for placeholders.
void restore(http::Response& answer, const std::vector<std::pair<std::string, std::string>>& restores);

}  // namespace sbx::gateway
