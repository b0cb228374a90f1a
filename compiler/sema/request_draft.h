// SPDX-License-Identifier: Apache-2.0
// The request of a test, as the envelope that `decide` reads (docs/cli.md, requests).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/program/types.h"

namespace sbx::sema {

/// What a test's `given` says of the request itself.
struct RequestDraft {
  std::string text;
  std::string system;
  std::string model = "auto";
  std::map<std::string, std::string> headers;
  std::map<std::string, Constant> metadata;
  std::map<std::string, Constant> user;
  std::map<std::string, Constant> session;
  std::vector<std::string> tools;
  std::map<std::string, Constant> body;  // stream, max_tokens, temperature
  int64_t images = 0;
  int64_t audio = 0;
  /// Tests do not depend on the clock on the wall: a Monday noon, unless they say another.
  std::string time = "2026-01-05T12:00:00Z";

  [[nodiscard]] std::string json() const;
};

/// `constant` as JSON.
[[nodiscard]] std::string to_json(const Constant& constant);

}  // namespace sbx::sema
