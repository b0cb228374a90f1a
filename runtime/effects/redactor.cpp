// SPDX-License-Identifier: Apache-2.0
#include "runtime/effects/redactor.h"

#include <algorithm>

#include "runtime/effects/edit_json.h"

namespace sbx::effects {

Redactor::Redactor(std::vector<PiiKind> kinds, std::string_view body) : kinds_(std::move(kinds)) {
  constexpr size_t kMostBytes = 32;  // of a placeholder
  for (size_t at = body.find('['); at != std::string_view::npos; at = body.find('[', at + 1)) {
    const std::string_view next = body.substr(at, kMostBytes);
    if (const size_t end = next.find(']'); end != std::string_view::npos) taken_.emplace(next.substr(0, end + 1));
  }
}

const std::string& Redactor::placeholder(PiiKind kind, std::string_view value) {
  const auto found = by_value_.find(value);
  if (found != by_value_.end()) return given_[found->second].first;
  std::string word(to_string(kind));
  std::ranges::transform(word, word.begin(), [](char c) { return static_cast<char>(c - 32); });
  std::string name;
  do {
    name = "[" + word + "_" + std::to_string(++last_[kind]) + "]";
  } while (taken_.contains(name));
  by_value_.emplace(value, given_.size());
  given_.emplace_back(std::move(name), value);
  return given_.back().first;
}

std::string Redactor::redact(std::string_view text, const std::vector<PiiSpan>& spans) {
  std::string result;
  size_t from = 0;
  for (const PiiSpan& span : spans) {
    result.append(text.substr(from, span.begin - from));
    result += placeholder(span.kind, text.substr(span.begin, span.end - span.begin));
    from = span.end;
  }
  return result.append(text.substr(from));
}

std::string Redactor::redact_json(std::string_view json) {
  std::string result;
  size_t from = 0;  // up to where `json` is in the result
  const auto replace = [&](size_t begin, size_t end, const std::string& by) {
    result.append(json.substr(from, begin - from)).append(by);
    from = end;
  };
  for (size_t at = 0; at < json.size();) {
    if (json[at] == '"') {
      size_t end = at + 1;
      while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
      const bool is_closed = end < json.size();
      end = std::min(end + 1, json.size());
      const std::string_view quoted = json.substr(at, end - at);
      const std::optional<std::string> text = is_closed ? unquoted(quoted) : std::nullopt;
      // What is no text of JSON, as one that is cut off, is taken as it stands.
      const std::vector<PiiSpan> spans = find(text ? *text : quoted);
      if (!spans.empty()) replace(at, end, text ? json_text(redact(*text, spans)) : redact(quoted, spans));
      at = end;
      continue;
    }
    // A number becomes a text.
    size_t end = at;
    while (end < json.size() && json[end] != '"') ++end;
    for (const PiiSpan& span : find(json.substr(at, end - at))) {
      const std::string_view value = json.substr(at + span.begin, span.end - span.begin);
      replace(at + span.begin, at + span.end, json_text(placeholder(span.kind, value)));
    }
    at = end;
  }
  if (from > 0) result.append(json.substr(from));
  return result;
}

}  // namespace sbx::effects
