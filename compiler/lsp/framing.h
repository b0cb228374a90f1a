// SPDX-License-Identifier: Apache-2.0
// Messages on a byte stream: `Content-Length: N`, an empty line, N bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

namespace sbx::lsp {

inline constexpr size_t kLargestMessage = size_t{64} << 20;

/// Bytes that are no frame. What follows is searched for the next header.
struct BadFrame {
  std::string why;
};
struct EndOfStream {};
using Frame = std::variant<std::string, BadFrame, EndOfStream>;

/// Takes frames out of a stream. Whatever the bytes are, it ends only with the stream.
class FrameReader {
 public:
  /// Reads up to `size` bytes into a buffer; 0 at the end.
  using ReadBytes = std::function<size_t(char* into, size_t size)>;
  explicit FrameReader(ReadBytes read) : read_(std::move(read)) {}

  [[nodiscard]] Frame next();

 private:
  bool fill();
  bool line(std::string& into);
  bool body(size_t length, std::string& into);

  ReadBytes read_;
  std::string buffer_;
  size_t at_ = 0;
};

/// The message with its header.
[[nodiscard]] std::string framed(std::string_view message);

}  // namespace sbx::lsp
