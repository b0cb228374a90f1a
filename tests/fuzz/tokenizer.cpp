// SPDX-License-Identifier: Apache-2.0
// A tokenizer.json, a zero byte and a text, any bytes of both: no crash, and tokens that lie in the text.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "runtime/models/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbx::models;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(bytes.find('\0'), size);
  const auto tokenizer = Tokenizer::parse(bytes.substr(0, end));
  if (!tokenizer) return 0;
  const std::string_view text = bytes.substr(std::min(end + 1, size));
  const Encoding encoding = tokenizer->encode(text);
  if (encoding.ids.size() != encoding.type_ids.size() || encoding.ids.size() != encoding.tokens.size() + tokenizer->added()) std::abort();
  for (const Token& token : encoding.tokens) {
    if (token.start > token.end || token.end > text.size()) std::abort();
  }
  return 0;
}
