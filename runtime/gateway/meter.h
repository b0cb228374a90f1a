// SPDX-License-Identifier: Apache-2.0
// Reads along in an answer that passes by: how many tokens it took, how it ended. Changes nothing of it.
#pragma once

#include <string>
#include <string_view>

#include "runtime/observe/served.h"

namespace sbx::gateway {

class Meter {
 public:
  /// By the answer's `content-type`.
  explicit Meter(std::string_view content_type);
  void read(std::string_view piece);
  /// After the last piece.
  void finish(observe::Served& served);
  /// After that, whether it was an answer to its end: a document that is one, or a stream that says so and may tell of an error instead.
  [[nodiscard]] bool is_whole() const { return is_whole_; }

 private:
  static constexpr size_t kMost = 4 << 20;  // of a document or a line; a longer one is not looked into
  bool read_document(std::string_view json);

  bool is_stream_;
  bool lost_ = false, is_whole_ = false;
  std::string kept_;  // the document, or the line that is not whole
  observe::Usage usage_;
  std::string finish_reason_, model_, id_;
};

}  // namespace sbx::gateway
