// SPDX-License-Identifier: Apache-2.0
// The decoders of this room, one dialect a file. Each reads a body into a Request and reports the first thing of a wrong type.
#pragma once

#include "runtime/request/decode.h"
#include "runtime/request/json.h"
#include "runtime/request/request.h"

namespace sbx {

void decode_chat(json::Object body, const json::At& at, Request& request, json::Faults& faults);
void decode_responses(json::Object body, const json::At& at, Request& request, json::Faults& faults);
void decode_messages(json::Object body, const json::At& at, Request& request, json::Faults& faults);
void decode_embeddings(json::Object body, const json::At& at, Request& request, json::Faults& faults);

/// decode_request of what is parsed already.
[[nodiscard]] Decoded decode_document(json::Element root, const DecodeOptions& options);

/// By shape: `input` → responses; a top-level `system`, an `anthropic-version` header or Anthropic content blocks → messages; else chat.
[[nodiscard]] Dialect dialect_of_shape(json::Object body, bool has_anthropic_header);

/// What the dialects share: `model`, `stream`, `temperature`, `metadata`; and the limit on output by its names there, the later one
/// winning.
void decode_common(json::Object body, const json::At& at, std::initializer_list<std::string_view> limits, Request& request,
                   json::Faults& faults);
/// A URL without inline data: `data:image/png;base64,…` stays `data:image/png;base64`.
[[nodiscard]] std::string url_without_data(std::string_view url);

/// A fault where an object of the body, down to the parts of messages, has a key twice.
void report_doubles(json::Object object, const json::At& at, json::Faults& faults, int depth = 0);
/// `Request` members that an envelope gives; faults for keys that it cannot have. The body is not touched.
void decode_envelope(json::Object envelope, Request& request, json::Faults& faults);

}  // namespace sbx
