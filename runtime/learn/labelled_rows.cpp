// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/labelled_rows.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>

#include "runtime/request/decode.h"
#include "runtime/signals/texts.h"
#include "runtime/text/characters.h"

namespace sbx::learn {

namespace {

namespace dom = simdjson::dom;

std::optional<std::string> label_of(dom::element value) {
  std::string_view name;
  bool truth = false;
  if (value.get(name) == simdjson::SUCCESS) return name.empty() ? std::nullopt : std::optional(std::string(name));
  if (value.get(truth) == simdjson::SUCCESS) return truth ? "true" : "false";
  return std::nullopt;
}

size_t code_points(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// What is wrong with a row, in words; nothing if it was read.
using Fault = std::optional<std::string>;

Fault read_label(dom::object object, LabelledRow& row) {
  dom::element label;
  if (object.at_key("label").get(label) != simdjson::SUCCESS) return std::nullopt;
  row.labelling = Labelling::Labels;
  if (label.is_null()) return std::nullopt;
  dom::array list;
  row.has_list = label.get(list) == simdjson::SUCCESS;
  if (!row.has_list) {
    const std::optional<std::string> name = label_of(label);
    if (!name) return "`label` is no text, list of texts, `true`, `false` or null";
    row.labels.push_back(*name);
    return std::nullopt;
  }
  for (const dom::element each : list) {
    const std::optional<std::string> name = label_of(each);
    if (!name) return "`label` has something else than texts in its list";
    if (std::ranges::find(row.labels, *name) == row.labels.end()) row.labels.push_back(*name);
  }
  return std::nullopt;
}

Fault read_spans(dom::object object, LabelledRow& row) {
  dom::array list;
  if (object.at_key("spans").get(list) != simdjson::SUCCESS) return std::nullopt;
  row.labelling = Labelling::Spans;
  const size_t length = code_points(row.text);
  for (const dom::element each : list) {
    dom::object span;
    uint64_t start = 0, end = 0;
    std::string_view label;
    if (each.get(span) != simdjson::SUCCESS || span["start"].get(start) != simdjson::SUCCESS || span["end"].get(end) != simdjson::SUCCESS ||
        span["label"].get(label) != simdjson::SUCCESS || label.empty())
      return "a span has `start`, `end` and `label`";
    if (start >= end || end > length) return fmt::format("the span {} to {} is not within the text of {} characters", start, end, length);
    row.spans.push_back({static_cast<uint32_t>(start), static_cast<uint32_t>(end), std::string(label)});
  }
  std::ranges::sort(row.spans, {}, &TextSpan::start);
  for (size_t i = 1; i < row.spans.size(); ++i) {
    if (row.spans[i].start < row.spans[i - 1].end) return fmt::format("two spans overlap at {}", row.spans[i].start);
  }
  return std::nullopt;
}

Fault read_text(dom::object object, LabelledRow& row) {
  std::string_view text;
  dom::element written;
  if (object.at_key("text").get(written) == simdjson::SUCCESS) {
    if (written.get(text) != simdjson::SUCCESS) return "`text` is no text";
    row.text = text;
    row.request = "{\"messages\":[{\"role\":\"user\",\"content\":" + simdjson::minify(written) + "}]}";
    return std::nullopt;
  }
  if (object.at_key("request").get(written) != simdjson::SUCCESS) return "the row has no `text` and no `request`";
  row.request = simdjson::minify(written);
  const Decoded decoded = decode_request(row.request);
  if (!decoded.request) return "its request: " + decoded.request.error().message;
  row.text = signals::text_of(*decoded.request, signals::Source::LastUser);
  return std::nullopt;
}

Fault read_row(dom::parser& parser, std::string_view line, LabelledRow& row) {
  dom::element document;
  dom::object object;
  if (parser.parse(line.data(), line.size()).get(document) != simdjson::SUCCESS) return "the line is not JSON";
  if (document.get(object) != simdjson::SUCCESS) return "the line is no object";
  dom::element named;
  if (object.at_key("id").get(named) == simdjson::SUCCESS) row.id = label_of(named).value_or(simdjson::minify(named));
  if (object.at_key("group").get(named) == simdjson::SUCCESS && !named.is_null())
    row.group = label_of(named).value_or(simdjson::minify(named));
  for (const auto read : {read_text, read_label, read_spans}) {
    if (Fault fault = read(object, row)) return fault;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<LabelledRow>> read_labelled_rows(std::string_view bytes, std::string_view file) {
  dom::parser parser;
  std::vector<LabelledRow> rows;
  for (size_t number = 1; !bytes.empty(); ++number) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (std::ranges::all_of(line, text::is_space)) continue;
    LabelledRow row{.id = std::to_string(number)};
    if (const Fault fault = read_row(parser, line, row)) return Error{"R0797", fmt::format("{} line {}: {}", file, number, *fault)};
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return Error{"R0797", fmt::format("`{}` holds no row", file)};
  return rows;
}

}  // namespace sbx::learn
