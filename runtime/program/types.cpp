// SPDX-License-Identifier: Apache-2.0
// Names, ranges and printed forms of types and constants.
#include "runtime/program/types.h"

#include <string_view>

#include "runtime/base/variant.h"

namespace sbx {

namespace {

// Wide enough for anything real, narrow enough that a weighted sum of several of them with decimal weights fits 62 bits.
constexpr int64_t kMillion = 1'000'000;
constexpr int64_t kWide = 1'000'000'000 * kMillion;
constexpr int64_t kInt = 4'294'967'295;
constexpr int64_t kTokens = 1'000'000'000;
constexpr int64_t kText = INT32_MAX;

std::string braced(const std::vector<std::string>& members) {
  std::string text = "{";
  for (const std::string& member : members) {
    if (text.size() > 1) text += ", ";
    text += member;
  }
  return text + "}";
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else {
      result += c;
    }
  }
  return result + "\"";
}

}  // namespace

int decimal_places(TypeKind kind) {
  switch (kind) {
    case TypeKind::Probability:
    case TypeKind::Similarity:
    case TypeKind::Contrast:
    case TypeKind::Score:
    case TypeKind::Number:
    case TypeKind::Money:
      return 6;
    case TypeKind::Bool:
    case TypeKind::Int:
    case TypeKind::Tokens:
    case TypeKind::Duration:
    case TypeKind::Text:
    case TypeKind::Label:
    case TypeKind::Set:
      return 0;
  }
  return 0;
}

Range full_range(const Type& type) {
  switch (type.kind) {
    case TypeKind::Bool:
    case TypeKind::Set:
      return {0, 1};
    case TypeKind::Probability:
      return {0, kMillion};
    case TypeKind::Similarity:
      return {-kMillion, kMillion};
    case TypeKind::Contrast:
      return {-2 * kMillion, 2 * kMillion};
    case TypeKind::Score:
    case TypeKind::Number:
    case TypeKind::Money:
      return {-kWide, kWide};
    case TypeKind::Int:
      return {-kInt, kInt};
    case TypeKind::Tokens:
      return {0, kTokens};
    case TypeKind::Duration:
      return {0, kWide};
    case TypeKind::Text:
      return {-1, kText};
    case TypeKind::Label:
      return {0, type.members.empty() ? 0 : static_cast<int64_t>(type.members.size()) - 1};
  }
  return {};
}

std::string to_string(const Type& type) {
  switch (type.kind) {
    case TypeKind::Bool:
      return "bool";
    case TypeKind::Probability:
      return "probability";
    case TypeKind::Similarity:
      return "similarity";
    case TypeKind::Contrast:
      return "contrast";
    case TypeKind::Score:
      return "score";
    case TypeKind::Int:
      return "int";
    case TypeKind::Number:
      return "number";
    case TypeKind::Tokens:
      return "tokens";
    case TypeKind::Money:
      return "money";
    case TypeKind::Duration:
      return "duration";
    case TypeKind::Text:
      return "text";
    case TypeKind::Label:
      return braced(type.members);
    case TypeKind::Set:
      return type.members.empty() ? "set" : "set of " + braced(type.members);
  }
  return {};
}

std::string_view to_string(CostClass cost) {
  switch (cost) {
    case CostClass::Free:
      return "free";
    case CostClass::Fast:
      return "fast";
    case CostClass::Model:
      return "model";
    case CostClass::Remote:
      return "remote";
  }
  return {};
}

std::string to_string(const Constant& constant) {
  return std::visit(overloaded{
                        [](std::monostate) { return std::string("none"); },
                        [](bool value) { return std::string(value ? "true" : "false"); },
                        [](const Decimal& value) { return to_string(value); },
                        [](const std::string& value) { return quoted(value); },
                        [](const ConstantList& list) {
                          std::string text = "[";
                          for (const Constant& item : list) {
                            if (text.size() > 1) text += ", ";
                            text += to_string(item);
                          }
                          return text + "]";
                        },
                        [](const ConstantRecord& record) {
                          std::string text = "{";
                          for (const auto& [key, item] : record) {
                            text += text.size() > 1 ? ", " : " ";
                            text += key + ": " + to_string(item);
                          }
                          return text + (record.empty() ? "}" : " }");
                        },
                    },
                    constant.value);
}

}  // namespace sbx
