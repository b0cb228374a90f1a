// SPDX-License-Identifier: Apache-2.0
// From a document to the decoder of its dialect.
#include "runtime/request/decode.h"

#include "runtime/request/decoders.h"
#include "runtime/request/dialect.h"

namespace sbx {

namespace {

using json::At;
using json::Faults;

void decode_parsed(json::Element body, const At& at, const DecodeOptions& options, Request& request, Faults& faults) {
  const auto object = json::object(body, at, faults);
  if (!object) {
    if (body.is_null()) faults.wrong_type(at, body, "an object");
    return;
  }
  report_doubles(*object, at, faults);
  std::optional<Dialect> dialect = dialect_of_path(request.path);
  if (!dialect) dialect = options.dialect;
  if (!dialect) dialect = dialect_of_shape(*object, request.header("anthropic-version").has_value());
  request.dialect = *dialect;
  // The envelope's metadata comes after the body's and wins.
  NamedTexts outer = std::move(request.metadata);
  request.metadata.clear();
  switch (*dialect) {
    case Dialect::Chat:
      decode_chat(*object, at, request, faults);
      break;
    case Dialect::Responses:
      decode_responses(*object, at, request, faults);
      break;
    case Dialect::Messages:
      decode_messages(*object, at, request, faults);
      break;
    case Dialect::Embeddings:
      decode_embeddings(*object, at, request, faults);
      break;
  }
  for (auto& pair : outer) request.metadata.push_back(std::move(pair));
}

// A body given as a string is the bytes that the client sent.
void decode_enveloped_body(json::Element body, const DecodeOptions& options, Request& request, Faults& faults) {
  const At at{nullptr, "body"};
  std::string_view raw;
  if (body.get(raw) != simdjson::SUCCESS) return decode_parsed(body, at, options, request, faults);
  simdjson::dom::parser parser;
  const auto inner = json::parse(parser, raw);
  if (!inner) return faults.report(inner.error().code, "`body`: " + inner.error().message);
  decode_parsed(*inner, at, options, request, faults);
}

}  // namespace

Decoded decode_request(std::string_view bytes, const DecodeOptions& options) {
  simdjson::dom::parser parser;
  const auto root = json::parse(parser, bytes);
  if (!root) return {{}, root.error()};
  return decode_document(*root, options);
}

Decoded decode_document(json::Element root, const DecodeOptions& options) {
  Request request;
  request.time_us = options.now_us;
  request.seed = options.seed;
  Faults faults;
  json::Object document;
  std::optional<json::Element> body;
  bool is_envelope = false;
  if (root.get(document) == simdjson::SUCCESS) {
    for (const auto field : document) is_envelope |= field.key == "body";
    body = json::member(document, "body");
  }
  if (is_envelope) {
    decode_envelope(document, request, faults);
    if (body) {
      decode_enveloped_body(*body, options, request, faults);
    } else {
      faults.report("R0731", "`body` is null");
    }
  } else {
    decode_parsed(root, At{}, options, request, faults);
  }
  std::string id = request.id;
  if (faults.any()) return {std::move(id), faults.first()};
  summarize(request);
  return {std::move(id), std::move(request)};
}

Decoded decode_body(Request head, std::string_view body, const DecodeOptions& options) {
  std::string id = head.id;
  simdjson::dom::parser parser;
  const auto root = json::parse(parser, body);
  if (!root) return {std::move(id), root.error()};
  Faults faults;
  head.has_body = true;
  decode_parsed(*root, At{}, options, head, faults);
  if (faults.any()) return {std::move(id), faults.first()};
  summarize(head);
  return {std::move(id), std::move(head)};
}

std::optional<std::string_view> Lines::next() {
  while (!rest_.empty()) {
    const size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
  }
  return std::nullopt;
}

}  // namespace sbx
