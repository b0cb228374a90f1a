// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/positions.h"

#include <algorithm>

namespace sbx::lsp {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// UTF-16 units of the code point that begins with `first`: a sequence of four bytes is a pair of surrogates.
uint32_t units(char first) { return static_cast<unsigned char>(first) >= 0xF0 ? 2 : 1; }

uint32_t bytes(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

uint32_t number_in(const Json& json, const char* name) {
  auto found = json.is_object() ? json.find(name) : json.end();
  if (found == json.end() || !found->is_number_unsigned())
    throw Refusal(ErrorCode::InvalidParams, "a position has `" + std::string(name) + "`, a number from 0");
  return static_cast<uint32_t>(std::min<uint64_t>(found->get<uint64_t>(), UINT32_MAX));
}

}  // namespace

Lines::Lines(std::string_view text, Encoding encoding) : text_(text), encoding_(encoding), starts_{0} {
  for (size_t i = 0; i < text.size(); ++i) {
    bool ends = text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
    if (ends) starts_.push_back(static_cast<uint32_t>(i + 1));
  }
}

uint32_t Lines::length(std::string_view text) const {
  if (encoding_ == Encoding::Utf8) return static_cast<uint32_t>(text.size());
  uint32_t length = 0;
  for (char c : text) length += continues(c) ? 0 : units(c);
  return length;
}

uint32_t Lines::end(uint32_t line) const {
  uint32_t end = line + 1 < starts_.size() ? starts_[line + 1] : static_cast<uint32_t>(text_.size());
  while (end > starts_[line] && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  return end;
}

uint32_t Lines::byte(Place position) const {
  if (position.line >= starts_.size()) return static_cast<uint32_t>(text_.size());
  uint32_t at = starts_[position.line];
  const uint32_t stop = end(position.line);
  for (uint32_t left = position.character; left > 0 && at < stop;) {
    const uint32_t wide = encoding_ == Encoding::Utf8 ? bytes(text_[at]) : units(text_[at]);
    if (wide > left) break;  // in the middle of a character: before it
    left -= wide;
    ++at;
    while (at < stop && continues(text_[at])) ++at;
  }
  return at;
}

Place Lines::position(uint32_t byte) const {
  byte = std::min(byte, static_cast<uint32_t>(text_.size()));
  auto after = std::ranges::upper_bound(starts_, byte);
  const uint32_t start = *(after - 1);
  return {static_cast<uint32_t>(after - starts_.begin()) - 1, length(text_.substr(start, byte - start))};
}

Json Lines::range(uint32_t begin, uint32_t end) const { return {{"start", to_json(position(begin))}, {"end", to_json(position(end))}}; }

Place position_in(const Json& json) { return {number_in(json, "line"), number_in(json, "character")}; }

Json to_json(Place position) { return {{"line", position.line}, {"character", position.character}}; }

}  // namespace sbx::lsp
