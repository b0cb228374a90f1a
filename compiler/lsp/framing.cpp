// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/framing.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace sbx::lsp {
namespace {

constexpr size_t kLongestHeader = 256;  // of a longer line only the end counts: a header may follow a body that was cut short
constexpr std::string_view kLength = "content-length:";

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

struct Length {
  size_t bytes = 0;
  bool is_clean = true;  // the line holds nothing else
  bool is_sane = true;
};

/// The length that a line says, wherever in it; nothing where it says none.
std::optional<Length> length_of(std::string_view line) {
  size_t at = lower(line).rfind(kLength);
  if (at == std::string::npos) return std::nullopt;
  std::string_view digits = line.substr(at + kLength.size());
  digits.remove_prefix(std::min(digits.find_first_not_of(" \t"), digits.size()));
  digits = digits.substr(0, digits.find_last_not_of(" \t") + 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  Length length{.is_clean = at == 0};
  for (char digit : digits) {
    length.bytes = length.bytes * 10 + static_cast<size_t>(digit - '0');
    if (length.bytes > kLargestMessage) return Length{0, at == 0, false};
  }
  return length;
}

}  // namespace

bool FrameReader::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const size_t held = buffer_.size();
  buffer_.resize(held + (size_t{64} << 10));
  const size_t got = read_(buffer_.data() + held, buffer_.size() - held);
  buffer_.resize(held + got);
  return got > 0;
}

bool FrameReader::line(std::string& into) {
  into.clear();
  for (;;) {
    const size_t end = buffer_.find('\n', at_);
    const size_t until = end == std::string::npos ? buffer_.size() : end;
    into.append(buffer_, at_, until - at_);
    if (into.size() > kLongestHeader) into.erase(0, into.size() - kLongestHeader);
    at_ = end == std::string::npos ? until : until + 1;
    if (end != std::string::npos) break;
    if (!fill()) return false;
  }
  if (into.ends_with('\r')) into.pop_back();
  return true;
}

bool FrameReader::body(size_t length, std::string& into) {
  while (buffer_.size() - at_ < length) {
    if (!fill()) return false;
  }
  into.assign(buffer_, at_, length);
  at_ += length;
  return true;
}

Frame FrameReader::next() {
  std::string header;
  std::optional<Length> length;
  while (line(header)) {
    if (std::optional<Length> found = length_of(header)) {
      if (!found->is_sane) return BadFrame{"a message has at most " + std::to_string(kLargestMessage) + " bytes"};
      length = found;
    } else if (header.empty() && length) {
      std::string message;
      if (!body(length->bytes, message)) return EndOfStream{};
      return message;
    } else if (!header.empty() && !lower(header).starts_with("content-type:")) {
      if (!length) return BadFrame{"expected the header `Content-Length: N`"};
      length.reset();
    }
  }
  return EndOfStream{};
}

std::string framed(std::string_view message) {
  return "Content-Length: " + std::to_string(message.size()) + "\r\n\r\n" + std::string(message);
}

}  // namespace sbx::lsp
