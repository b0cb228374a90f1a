// SPDX-License-Identifier: Apache-2.0
// One request as the gateway served it, from its first byte to its last: what metrics, the decision log and traces are made of.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/embed/generation.h"
#include "runtime/engine/decision.h"
#include "runtime/request/request.h"

namespace sbx::observe {

/// Why a call of a model did not come to an answer, as `on [...]` says it: `ok`, `timeout`, `unavailable`, `5xx`, `429`, `4xx`, `malformed`.
struct AttemptRecord {
  ModelId model;         // of the generation's manifest
  std::string span_id;   // 16 hex digits, as sent upstream in `traceparent`; empty: one is made up
  std::string provider;
  std::string endpoint;  // its URL, without a query
  int status = 0;        // HTTP; 0: there was no answer
  std::string outcome;   // the class
  int64_t begin_us = 0;  // since 1970 in UTC
  int64_t first_byte_us = 0;  // from `begin_us` to the head of the answer; 0: there was none
  int64_t duration_us = 0;
};

/// Tokens as the provider counted them.
struct Usage {
  std::optional<int64_t> input_tokens, output_tokens, cached_input_tokens, reasoning_tokens;
};

/// One body: its first bytes, and how many it has.
struct RecordedBody {
  std::string start;
  uint64_t bytes = 0;

  /// Adds a piece, of which no more is kept than makes `first` bytes of all.
  void add(std::string_view piece, uint64_t first);
  [[nodiscard]] bool is_whole() const { return start.size() == bytes; }
};

/// What is kept of one request where the policy says so (recording.h).
struct Recording {
  uint64_t first = 0;  // bytes of each body
  uint64_t keep = 0;   // requests in the file
  RecordedBody request, answer;
};

/// What a retriever found for the question.
struct RetrievalRecord {
  std::string name;
  int64_t passages = 0;  // that the model was shown
  int64_t duration_us = 0;
  std::string error;  // why none could be found
};

/// What a guardrail said of the answer.
struct GuardrailRecord {
  std::string name;
  std::string policy;    // that judged, with its revision
  std::string route;     // of it
  bool refused = false;  // observing ones refuse too: it is told and not done
  std::string error;     // why it could not judge

  [[nodiscard]] std::string_view verdict() const { return !error.empty() ? "unjudged" : refused ? "refused" : "passed"; }
};

struct Served {
  std::shared_ptr<embed::Generation> generation;  // null: refused before a policy was asked; metrics and traces know it, the log does not
  Decision decision;  // its id is that of `x-signalbox-decision`
  Request request;    // its messages and texts may be gone: nothing here is made of what was said
  std::string trace_id;         // 32 hex digits, from `traceparent` or new
  std::string span_id;          // 16 hex digits, ours; empty: one is made up
  std::string parent_span_id;   // 16 hex digits, or empty
  bool sampled = true;          // false: `traceparent` says that nobody keeps this trace
  std::vector<AttemptRecord> attempts;
  int status = 0;               // what the client was told
  Usage usage;
  std::optional<int64_t> cost_micros;  // millionths of a dollar, by the model's price; nothing where price or usage is unknown
  std::string finish_reason;
  std::string response_model;
  std::string response_id;
  int64_t begin_us = 0;         // since 1970 in UTC
  int64_t overhead_us = 0;      // ours: until the first call was sent
  int64_t first_byte_us = 0;    // from `begin_us`
  int64_t duration_us = 0;
  uint64_t bytes_in = 0, bytes_out = 0;
  std::optional<Recording> recording;
  std::optional<RetrievalRecord> retrieval;
  std::optional<GuardrailRecord> guardrail;
  bool client_left = false;
  bool canary = false;
};

}  // namespace sbx::observe
