// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/typed.h"

#include <algorithm>
#include <array>

#include "runtime/base/variant.h"
#include "runtime/signals/signal.h"

namespace sbx::signals {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text::is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && text::is_space(text.back())) text.remove_suffix(1);
  return text;
}

Reading no_value(const Type& type) { return unknown("the value is not of type " + to_string(type)); }

Reading number(std::optional<Decimal> value, const Type& type, int places) {
  if (!value) return no_value(type);
  std::optional<int64_t> raw = scaled(*value, places, Rounding::HalfAwayFromZero);
  Range range = full_range(type);
  if (!raw || *raw < range.low || *raw > range.high) return no_value(type);
  return known(*raw);
}

Reading whole(std::string_view text, const Type& type) {
  std::optional<Decimal> value = parse_decimal(text);
  if (value && value->scale != 0) return no_value(type);
  return number(value, type, 0);
}

Reading duration(std::string_view text, const Type& type) {
  struct Unit {
    std::string_view suffix;
    int64_t micros;
  };
  constexpr std::array kUnits{Unit{"us", 1},         Unit{"ms", 1000},         Unit{"s", 1'000'000},
                              Unit{"m", 60'000'000}, Unit{"h", 3'600'000'000}, Unit{"d", 86'400'000'000}};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.suffix)) continue;
    std::optional<Decimal> value = parse_decimal(text.substr(0, text.size() - unit.suffix.size()));
    if (value) return number(multiply(*value, unit.micros), type, 0);
  }
  return no_value(type);
}

Reading boolean(std::string_view text, const Type& type) {
  if (text == "true" || text == "1") return known(true);
  if (text == "false" || text == "0") return known(false);
  return no_value(type);
}

Reading label(std::string_view text, const Type& type) {
  if (std::ranges::find(type.members, text) == type.members.end()) return no_value(type);
  return known(std::string(text));
}

Reading set(std::string_view text) {
  std::vector<std::string> members;
  while (!text.empty()) {
    size_t end = std::min(text.find(','), text.size());
    if (std::string_view member = trimmed(text.substr(0, end)); !member.empty()) members.emplace_back(member);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return known(std::move(members));
}

}  // namespace

Reading typed(std::string_view text, const Type& type) {
  if (type.kind == TypeKind::Text) return known(std::string(text));
  text = trimmed(text);
  switch (type.kind) {
    case TypeKind::Text:
      break;
    case TypeKind::Bool:
      return boolean(text, type);
    case TypeKind::Label:
      return label(text, type);
    case TypeKind::Set:
      return set(text);
    case TypeKind::Int:
    case TypeKind::Tokens:
      return whole(text, type);
    case TypeKind::Duration:
      return duration(text, type);
    case TypeKind::Money:
      return number(parse_decimal(text.starts_with('$') ? text.substr(1) : text), type, decimal_places(type.kind));
    case TypeKind::Probability:
    case TypeKind::Similarity:
    case TypeKind::Contrast:
    case TypeKind::Score:
    case TypeKind::Number:
      return number(parse_decimal(text), type, decimal_places(type.kind));
  }
  return no_value(type);
}

Reading typed(const std::optional<std::string>& text, const Type& type) { return text ? typed(std::string_view(*text), type) : unknown(); }

Reading typed(const Constant& constant, const Type& type) {
  return std::visit(overloaded{
                        [](std::monostate) { return unknown(); },
                        [](bool value) { return known(value); },
                        [&](const Decimal& value) { return number(value, type, decimal_places(type.kind)); },
                        [&](const std::string& value) { return typed(std::string_view(value), type); },
                        [](const ConstantList& list) {
                          std::vector<std::string> members;
                          for (const Constant& item : list) {
                            if (const auto* text = std::get_if<std::string>(&item.value)) members.push_back(*text);
                          }
                          return known(std::move(members));
                        },
                        [](const ConstantRecord&) { return unknown(); },
                    },
                    constant.value);
}

}  // namespace sbx::signals
