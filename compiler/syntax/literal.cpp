// SPDX-License-Identifier: Apache-2.0
// Units are a table: a new one is a row here and a word in docs/language/numbers.md.
#include "compiler/syntax/literal.h"

#include <algorithm>
#include <cstdint>

namespace sbx::syntax {
namespace {

struct UnitRow {
  std::string_view suffix;
  ast::Unit unit;
  int64_t factor;
};
constexpr int64_t kKi = 1024, kMi = kKi * 1024, kGi = kMi * 1024;
constexpr int64_t kK = 1000, kM = kK * 1000, kG = kM * 1000;
constexpr UnitRow kUnits[] = {
    {"", ast::Unit::None, 1},
    {"k", ast::Unit::None, kK},
    {"M", ast::Unit::None, kM},
    {"G", ast::Unit::None, kG},
    {"Ki", ast::Unit::None, kKi},
    {"Mi", ast::Unit::None, kMi},
    {"Gi", ast::Unit::None, kGi},
    {"B", ast::Unit::Bytes, 1},
    {"KB", ast::Unit::Bytes, kK},
    {"kB", ast::Unit::Bytes, kK},
    {"MB", ast::Unit::Bytes, kM},
    {"GB", ast::Unit::Bytes, kG},
    {"KiB", ast::Unit::Bytes, kKi},
    {"MiB", ast::Unit::Bytes, kMi},
    {"GiB", ast::Unit::Bytes, kGi},
    {"ns", ast::Unit::Nanoseconds, 1},
    {"us", ast::Unit::Nanoseconds, kK},
    {"µs", ast::Unit::Nanoseconds, kK},
    {"ms", ast::Unit::Nanoseconds, kM},
    {"s", ast::Unit::Nanoseconds, kG},
    {"min", ast::Unit::Nanoseconds, 60 * kG},
    {"h", ast::Unit::Nanoseconds, 3600 * kG},
    {"d", ast::Unit::Nanoseconds, 24 * 3600 * kG},
};

NumberValue problem(NumberProblem which) { return {{}, ast::Unit::None, which}; }

void append_utf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

/// `{1F600}` at `at`, just behind `\u`; moves `at` behind it. Nothing if it names no character.
std::optional<uint32_t> read_code_point(std::string_view text, size_t& at) {
  if (at >= text.size() || text[at] != '{') return std::nullopt;
  uint32_t code = 0;
  size_t digits = 0;
  for (++at; at < text.size() && text[at] != '}'; ++at, ++digits) {
    char c = text[at];
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0 || digits >= 6) return std::nullopt;
    code = code * 16 + static_cast<uint32_t>(digit);
  }
  if (at >= text.size() || digits == 0) return std::nullopt;
  ++at;
  bool valid = code != 0 && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
  return valid ? std::optional(code) : std::nullopt;
}

}  // namespace

NumberValue read_number(std::string_view text) {
  bool money = text.starts_with('$');
  if (money) text.remove_prefix(1);
  size_t end = 0;
  while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.')) ++end;
  std::string_view suffix = text.substr(end);
  text = text.substr(0, end);
  if (text.empty() || text.front() == '.' || text.back() == '.' || std::ranges::count(text, '.') > 1)
    return problem(NumberProblem::Malformed);

  std::optional<Decimal> value = parse_decimal(text);
  if (!value) return problem(NumberProblem::TooLarge);
  if (money && suffix == "/M") return {*value, ast::Unit::MoneyPerMillion, NumberProblem::None};
  if (suffix == "%" && !money) {
    std::optional<Decimal> fraction = shift_right(*value, 2);
    return fraction ? NumberValue{*fraction, ast::Unit::Percent, NumberProblem::None} : problem(NumberProblem::TooLarge);
  }
  const auto* row = std::ranges::find(kUnits, suffix, &UnitRow::suffix);
  if (row == std::end(kUnits) || (money && row->unit != ast::Unit::None)) return problem(NumberProblem::UnknownUnit);
  std::optional<Decimal> scaled = multiply(*value, row->factor);
  if (!scaled) return problem(NumberProblem::TooLarge);
  return {*scaled, money ? ast::Unit::Money : row->unit, NumberProblem::None};
}

StringValue read_string(std::string_view literal) {
  StringValue value;
  if (literal.starts_with("\"\"\"")) {
    bool closed = literal.size() >= 6 && literal.ends_with("\"\"\"");
    value.text = literal.substr(3, literal.size() - (closed ? 6 : 3));
    return value;
  }
  bool closed = literal.size() >= 2 && literal.back() == '"';
  size_t end = literal.size() - (closed ? 1 : 0);
  for (size_t at = 1; at < end;) {
    if (literal[at] != '\\') {
      value.text += literal[at++];
      continue;
    }
    size_t begin = at++;
    char escape = at < end ? literal[at] : '\0';
    size_t length = 1;
    while (at + length < end && (static_cast<unsigned char>(literal[at + length]) & 0xC0) == 0x80) ++length;
    at += length;
    if (escape == '"' || escape == '\\')
      value.text += escape;
    else if (escape == 'n')
      value.text += '\n';
    else if (escape == 't')
      value.text += '\t';
    else if (escape == 'r')
      value.text += '\r';
    else {
      std::optional<uint32_t> code = escape == 'u' ? read_code_point(literal.substr(0, end), at) : std::nullopt;
      if (code)
        append_utf8(value.text, *code);
      else if (!value.bad_escape)
        value.bad_escape = {begin, std::min(at, end)};
    }
  }
  return value;
}

}  // namespace sbx::syntax
