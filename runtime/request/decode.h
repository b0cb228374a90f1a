// SPDX-License-Identifier: Apache-2.0
// Bytes → Request: bare bodies of four dialects, envelopes, JSON lines (docs/cli.md#2-requests-and-readings).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/request/request.h"

namespace sbx {

struct DecodeOptions {
  std::optional<Dialect> dialect;  // --dialect; a path in the envelope comes first
  int64_t now_us = 0;              // for a request that gives no time
  uint64_t seed = 0;               // for a request that gives no seed
};

/// What became of one document. `id` is the request's also when the rest of it is wrong.
struct Decoded {
  std::string id;
  Result<Request> request;
};

/// An envelope (a document with a top-level `body`) or a bare body. Tolerant like the APIs themselves: what is unknown or null is passed
/// by; a wrong type where it matters is R0732 naming the JSON path, no JSON at all R0730, a wrong envelope R0731. Never crashes.
[[nodiscard]] Decoded decode_request(std::string_view bytes, const DecodeOptions& options = {});

/// The body of a request whose head is known: what the head says stays (path, headers, user, session, events, readings, time, seed); its
/// metadata wins over the body's, the body's model over its. Fails as decode_request.
[[nodiscard]] Decoded decode_body(Request head, std::string_view body, const DecodeOptions& options = {});

/// The documents of JSON lines, one by one; empty lines are passed by. The bytes must outlive it.
class Lines {
 public:
  explicit Lines(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] std::optional<std::string_view> next();

 private:
  std::string_view rest_;
};

/// Now, in microseconds since 1970.
[[nodiscard]] int64_t now_us();
/// `2026-05-04T09:30:00.25+02:00` in microseconds since 1970; nothing if it is not such a time.
[[nodiscard]] std::optional<int64_t> parse_time(std::string_view text);

}  // namespace sbx
