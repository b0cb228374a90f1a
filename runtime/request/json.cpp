// SPDX-License-Identifier: Apache-2.0
#include "runtime/request/json.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace sbx::json {

namespace {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::ARRAY:
      return "a list";
    case Kind::OBJECT:
      return "an object";
    case Kind::INT64:
    case Kind::UINT64:
    case Kind::DOUBLE:
      return "a number";
    case Kind::STRING:
      return "a string";
    case Kind::BOOL:
      return "a Boolean";
    case Kind::NULL_VALUE:
      return "null";
  }
  return "something else";
}

int64_t rounded(double value) {
  constexpr double kEnd = 9.2e18;
  if (std::isnan(value)) return 0;
  if (value >= kEnd) return INT64_MAX;
  if (value <= -kEnd) return INT64_MIN;
  return std::llround(value);
}

template <class Value>
std::optional<Value> get(Element value, const At& at, Faults& faults, std::string_view wanted) {
  if (value.is_null()) return std::nullopt;
  Value result;
  if (value.get(result) == simdjson::SUCCESS) return result;
  faults.wrong_type(at, value, wanted);
  return std::nullopt;
}

constexpr std::string_view kDigits = "0123456789";

/// The end of a JSON number that begins at `from`, or `from` if there is none.
size_t end_of_number(std::string_view text, size_t from) {
  size_t at = from;
  const auto digits = [&] {
    const size_t begin = at;
    at = std::min(text.find_first_not_of(kDigits, at), text.size());
    return at > begin;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const size_t whole = at;
  if (!digits() || (text[whole] == '0' && at > whole + 1)) return from;
  if (at < text.size() && text[at] == '.' && (++at, !digits())) return from;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return from;
  }
  return at;
}

/// The same document with numbers that no variable holds made as large as any that matters: what nobody reads may be as long as it likes.
std::string with_clamped_numbers(std::string_view bytes) {
  constexpr std::string_view kLarge = "1e99";
  std::string text(bytes);
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) at += text[at] == '\\' ? 1 : 0;
      continue;
    }
    const size_t end = end_of_number(text, at);
    if (end == at) continue;
    const size_t sign = text[at] == '-' ? 1 : 0;
    const double value = std::strtod(text.c_str() + at, nullptr);
    if (end - at > sign + kLarge.size() && std::abs(value) >= 1e18) {
      text.replace(at + sign, kLarge.size(), kLarge);
      std::fill(text.begin() + static_cast<ptrdiff_t>(at + sign + kLarge.size()), text.begin() + static_cast<ptrdiff_t>(end), ' ');
    } else if (std::isinf(value)) {
      text.replace(at + sign, kLarge.size(), kLarge);
    }
    at = end - 1;
  }
  return text;
}

}  // namespace

std::string At::text() const {
  std::string result = up == nullptr ? std::string() : up->text();
  if (up == nullptr) return std::string(key);
  if (key.data() == nullptr) return result + "[" + std::to_string(index) + "]";
  if (!result.empty()) result += '.';
  return result.append(key);
}

void Faults::wrong_type(const At& at, Element found, std::string_view wanted) {
  const std::string where = at.text();
  report("R0732", (where.empty() ? "the document" : "`" + where + "`") + " is " + std::string(name_of(found.type())) + ", not " +
                      std::string(wanted));
}

void Faults::report(std::string code, std::string message) {
  if (!first_) first_ = Error{std::move(code), std::move(message)};
}

Result<Element> parse(simdjson::dom::parser& parser, std::string_view bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  Element root;
  simdjson::error_code error = parser.parse(bytes.data(), bytes.size()).get(root);
  if (error == simdjson::NUMBER_ERROR) error = parser.parse(with_clamped_numbers(bytes)).get(root);
  switch (error) {
    case simdjson::SUCCESS:
      return root;
    case simdjson::EMPTY:
      return Error{"R0730", "the request is empty"};
    case simdjson::UTF8_ERROR:
      return Error{"R0730", "the request is not UTF-8"};
    case simdjson::DEPTH_ERROR:
      return Error{"R0730", "the request is nested deeper than 1024 levels"};
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return Error{"R0730", "the request is too large"};
    case simdjson::NUMBER_ERROR:
      return Error{"R0730", "the request is not JSON: it holds a malformed number"};
    case simdjson::STRING_ERROR:
      return Error{"R0730", "the request is not JSON: it holds a malformed string"};
    case simdjson::UNESCAPED_CHARS:
      return Error{"R0730", "the request is not JSON: a control character in a string is not escaped"};
    case simdjson::UNCLOSED_STRING:
      return Error{"R0730", "the request is not JSON: a string never ends"};
    default:
      return Error{"R0730", "the request is not JSON"};
  }
}

std::optional<std::string_view> text(Element value, const At& at, Faults& faults) {
  return get<std::string_view>(value, at, faults, "a string");
}

std::optional<bool> boolean(Element value, const At& at, Faults& faults) { return get<bool>(value, at, faults, "a Boolean"); }

std::optional<double> number(Element value, const At& at, Faults& faults) { return get<double>(value, at, faults, "a number"); }

std::optional<Object> object(Element value, const At& at, Faults& faults) { return get<Object>(value, at, faults, "an object"); }

std::optional<Array> array(Element value, const At& at, Faults& faults) { return get<Array>(value, at, faults, "a list"); }

std::optional<int64_t> whole(Element value, const At& at, Faults& faults) {
  int64_t exact = 0;
  if (value.get(exact) == simdjson::SUCCESS) return exact;
  const std::optional<double> inexact = number(value, at, faults);
  if (!inexact) return std::nullopt;
  return rounded(*inexact);
}

std::optional<int64_t> count(Element value, const At& at, Faults& faults) {
  const std::optional<int64_t> number = whole(value, at, faults);
  if (number && *number < 0) faults.report("R0732", "`" + at.text() + "` is " + printed(value) + ", and cannot be negative");
  return number;
}

std::optional<Element> member(Object object, std::string_view key) {
  std::optional<Element> found;
  for (const auto field : object) {
    if (field.key == key) found = field.value;
  }
  if (found && found->is_null()) return std::nullopt;
  return found;
}

std::string_view loose_text(Object object, std::string_view key) {
  const std::optional<Element> value = member(object, key);
  std::string_view text;
  if (!value || value->get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::string printed(Element value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  Array list;
  if (value.get(list) != simdjson::SUCCESS) return simdjson::minify(value);
  std::string joined;
  for (const Element item : list) {
    if (!joined.empty()) joined += ", ";
    joined += item.is_array() ? simdjson::minify(item) : printed(item);
  }
  return joined;
}

int64_t millionths(double value) { return rounded(value * 1e6); }

}  // namespace sbx::json
