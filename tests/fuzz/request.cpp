// SPDX-License-Identifier: Apache-2.0
// Any bytes decode to a request or an error, in every dialect, and to a reading or an error, of every type.
#include "runtime/request/decode.h"
#include "runtime/request/readings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbx;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(decode_request(bytes, {.dialect = std::nullopt, .now_us = 1}));
  for (Dialect dialect : {Dialect::Chat, Dialect::Responses, Dialect::Messages, Dialect::Embeddings}) {
    static_cast<void>(decode_request(bytes, {.dialect = dialect, .now_us = 1}));
  }
  Lines lines(bytes);
  for (int i = 0; i < 100 && lines.next(); ++i) {
  }
  for (int kind = 0; kind <= static_cast<int>(TypeKind::Set); ++kind) {
    const Type type{static_cast<TypeKind>(kind), {"a", "b"}, {}};
    const Result<Reading> reading = parse_short_reading(bytes, type);
    if (reading) static_cast<void>(value_json(*reading, type));
    static_cast<void>(parse_reading(bytes, type));
  }
  return 0;
}
