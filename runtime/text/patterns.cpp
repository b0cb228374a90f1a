// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/patterns.h"

#include <cstdlib>
#include <string>

#include "runtime/text/characters.h"
#include "runtime/text/vectorscan.h"

namespace sbx::text {
namespace {

/// What the library says, without the place where it says it (its offsets are of no help in a string of a policy).
std::string reason(const hs_compile_error_t* error) {
  std::string message = error && error->message ? error->message : "it cannot be compiled";
  if (size_t at = message.find(" at index "); at != std::string::npos) message.resize(at);
  while (!message.empty() && message.back() == '.') message.pop_back();
  if (message.size() > 1 && message[1] >= 'a' && message[1] <= 'z') message[0] = static_cast<char>(message[0] | 0x20);
  return message;
}

Error refused(std::string_view expression, const std::string& why) {
  return {"E0330",
          "the pattern \"" + std::string(expression.substr(0, 80)) + (expression.size() > 80 ? "…" : "") + "\" is refused: " + why};
}

std::optional<Error> compile_once(std::string_view expression, unsigned flags) {
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_error_t status = hs_compile(std::string(expression).c_str(), flags, HS_MODE_BLOCK, &platform(), &database, &error);
  if (status == HS_SUCCESS) {
    hs_free_database(database);
    return std::nullopt;
  }
  Error result = refused(expression, reason(error));
  hs_free_compile_error(error);
  return result;
}

}  // namespace

bool reads_word_boundaries(std::string_view expression) {
  bool in_class = false;
  for (size_t i = 0; i < expression.size(); ++i) {
    char c = expression[i];
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (c != '\\' || ++i == expression.size()) continue;
    if (!in_class && (expression[i] == 'b' || expression[i] == 'B')) return true;
  }
  return false;
}

unsigned pattern_flags(std::string_view expression, bool counted) {
  return ascii_pattern_flags(counted) | (reads_word_boundaries(expression) ? 0U : unsigned{HS_FLAG_UCP});
}

unsigned ascii_pattern_flags(bool counted) { return HS_FLAG_UTF8 | (counted ? HS_FLAG_SOM_LEFTMOST : HS_FLAG_SINGLEMATCH); }

std::optional<Error> validate_pattern(std::string_view expression) {
  if (expression.empty()) return refused(expression, "it is empty, so it would match every text");
  if (!is_valid_utf8(expression)) return Error{"E0330", "a pattern is not valid UTF-8"};
  if (expression.find('\0') != std::string_view::npos) return Error{"E0330", "a pattern holds a NUL byte; write it as `\\x00`"};
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  unsigned flags = pattern_flags(expression, false);
  if (hs_expression_info(std::string(expression).c_str(), flags | HS_FLAG_ALLOWEMPTY, &info, &error) != HS_SUCCESS) {
    Error result = refused(expression, reason(error));
    hs_free_compile_error(error);
    return result;
  }
  bool may_be_empty = info->min_width == 0;
  std::free(info);
  if (may_be_empty) return refused(expression, "it matches the empty text, so it would match every text");
  return compile_once(expression, flags);
}

std::optional<Error> validate_counted_pattern(std::string_view expression) {
  return compile_once(expression, pattern_flags(expression, true));
}

}  // namespace sbx::text
