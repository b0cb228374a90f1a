// SPDX-License-Identifier: Apache-2.0
// Numbers of readings, their short forms, constants as readings, and values on their way out.
#include <algorithm>
#include <charconv>

#include "runtime/base/variant.h"
#include "runtime/request/readings.h"
#include "runtime/request/readings_raw.h"

namespace sbx {

namespace {

// Decimal places of the raw unit seen from the unit that people write: seconds for durations.
int written_places(TypeKind kind) { return kind == TypeKind::Duration ? 6 : decimal_places(kind); }

// digits * 10^exponent as an integer, rounded half away from zero; nothing when it does not fit.
std::optional<int64_t> shifted(bool negative, std::string_view digits, int64_t exponent) {
  const auto first = digits.find_first_not_of('0');
  if (first == std::string_view::npos) return 0;
  digits.remove_prefix(first);
  const int64_t whole_digits = static_cast<int64_t>(digits.size()) + exponent;
  if (whole_digits > 18) return std::nullopt;
  if (whole_digits < 0) return 0;
  int64_t value = 0;
  for (int64_t i = 0; i < whole_digits; ++i) {
    value = value * 10 + (i < static_cast<int64_t>(digits.size()) ? digits[static_cast<size_t>(i)] - '0' : 0);
  }
  if (whole_digits < static_cast<int64_t>(digits.size()) && digits[static_cast<size_t>(whole_digits)] >= '5') ++value;
  return negative ? -value : value;
}

std::optional<int64_t> scaled_number(std::string_view text, int places) {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::string digits;
  int64_t exponent = places;
  bool in_fraction = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !in_fraction) {
      in_fraction = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      digits += text[i];
      exponent -= in_fraction;
    } else {
      break;
    }
  }
  if (digits.empty()) return std::nullopt;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    std::string_view power = text.substr(i + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), value);
    if (error != std::errc() || end != power.data() + power.size() || value > 100'000 || value < -100'000) return std::nullopt;
    exponent += value;
  }
  return shifted(negative, digits, exponent);
}

bool is_numeric(TypeKind kind) {
  return kind != TypeKind::Bool && kind != TypeKind::Text && kind != TypeKind::Label && kind != TypeKind::Set;
}

Reading known(int64_t raw) {
  Reading reading{.state = ReadingState::Known};
  reading.value = raw;
  return reading;
}

std::string quoted(std::string_view text) { return "`" + std::string(text.substr(0, 80)) + "`"; }

// `200ms`, `32k`, `5%`: the number and its unit.
Result<int64_t> number_with_unit(std::string_view text, const Type& type) {
  const std::string_view whole = text;
  if (type.kind == TypeKind::Money && text.starts_with('$')) text.remove_prefix(1);
  const size_t end = text.find_first_not_of("0123456789.+-eE");
  const std::string number(text.substr(0, end));
  const std::string_view unit = end == std::string_view::npos ? std::string_view() : text.substr(end);
  if (unit.empty()) return raw_of_number(number, type);
  if (type.kind == TypeKind::Duration) {
    constexpr std::pair<std::string_view, int64_t> kUnits[] = {
        {"us", 1}, {"ms", 1'000}, {"s", 1'000'000}, {"m", 60'000'000}, {"min", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}};
    for (const auto& [name, micros] : kUnits) {
      if (unit != name) continue;
      const auto millionths = scaled_number(number, 6);
      if (millionths && *millionths<INT64_MAX / micros&& * millionths> INT64_MIN / micros) return *millionths * micros / 1'000'000;
    }
    return Error{"R0733", quoted(whole) + " is not a duration such as 200ms"};
  }
  if (unit == "%") return raw_of_number(number + "e-2", type);
  if (unit == "k") return raw_of_number(number + "e3", type);
  if (unit == "M") return raw_of_number(number + "e6", type);
  return Error{"R0733", quoted(whole) + " is not a reading of type " + to_string(type)};
}

Result<Reading> split_set(std::string_view text, const Type& type) {
  ConstantList list;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    list.push_back({std::string(text.substr(0, comma))});
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return to_reading({std::move(list)}, std::nullopt, type);
}

// A label may hold a colon itself: it is asked for whole first.
Result<Reading> label_with_confidence(std::string_view text, const Type& type) {
  auto whole = label_reading(text, type);
  const size_t colon = text.rfind(':');
  if (whole || colon == std::string_view::npos) return whole;
  auto label = label_reading(text.substr(0, colon), type);
  if (!label) return label;
  const auto confidence = raw_of_number(text.substr(colon + 1), Type{TypeKind::Probability});
  if (!confidence) return Error{"R0733", quoted(text.substr(colon + 1)) + " is not a confidence from 0 to 1"};
  label->confidence = *confidence;
  return label;
}

Result<Reading> short_form(std::string_view text, const Type& type) {
  if (text == "?") return unknown_reading();
  if (text == "!") return failed_reading("given as failed");
  switch (type.kind) {
    case TypeKind::Bool: {
      if (text != "true" && text != "false") return Error{"R0733", quoted(text) + " is neither true nor false"};
      Reading reading{.state = ReadingState::Known};
      reading.value = text == "true";
      return reading;
    }
    case TypeKind::Text: {
      Reading reading{.state = ReadingState::Known};
      reading.value = std::string(text);
      return reading;
    }
    case TypeKind::Label:
      return label_with_confidence(text, type);
    case TypeKind::Set:
      return split_set(text, type);
    default: {
      const auto raw = number_with_unit(text, type);
      if (!raw) return raw.error();
      return known(*raw);
    }
  }
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out.append("\\u00").append({kHex[static_cast<size_t>(c) >> 4], kHex[static_cast<size_t>(c) & 15]});
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

Result<int64_t> raw_of_number(std::string_view text, const Type& type) {
  const auto raw = scaled_number(text, written_places(type.kind));
  const Range range = full_range(type);
  if (raw && *raw >= range.low && *raw <= range.high) return *raw;
  if (raw) return Error{"R0733", quoted(text) + " is out of the range of a " + to_string(type)};
  return Error{"R0733", quoted(text) + " is not a reading of type " + to_string(type)};
}

Result<Reading> parse_short_reading(std::string_view text, const Type& type) {
  const bool is_json = !text.empty() && (text.front() == '{' || text.front() == '[' || text.front() == '"');
  Result<Reading> reading = is_json ? parse_reading(text, type) : short_form(text, type);
  if (!reading && is_json && type.kind == TypeKind::Text && text.front() != '{') reading = short_form(text, type);
  if (reading) reading->source = ReadingSource::Given;
  return reading;
}

Result<Reading> to_reading(const Constant& constant, std::optional<Decimal> confidence, const Type& type) {
  const Error error{"R0733", to_string(constant) + " is not a reading of type " + to_string(type)};
  Reading reading{.state = ReadingState::Known, .source = ReadingSource::Given};
  if (const bool* flag = std::get_if<bool>(&constant.value)) {
    if (type.kind != TypeKind::Bool) return error;
    reading.value = *flag;
  } else if (const Decimal* number = std::get_if<Decimal>(&constant.value)) {
    if (!is_numeric(type.kind)) return error;
    const auto raw = scaled(*number, decimal_places(type.kind), Rounding::HalfAwayFromZero);
    const Range range = full_range(type);
    if (!raw || *raw < range.low || *raw > range.high) return error;
    reading.value = *raw;
  } else if (const std::string* text = std::get_if<std::string>(&constant.value)) {
    if (type.kind == TypeKind::Set) {
      reading.value = std::vector<std::string>{*text};
    } else if (type.kind == TypeKind::Text) {
      reading.value = *text;
    } else if (type.kind == TypeKind::Label && std::ranges::find(type.members, *text) != type.members.end()) {
      reading.value = *text;
    } else {
      return error;
    }
  } else if (const ConstantList* list = std::get_if<ConstantList>(&constant.value)) {
    std::vector<std::string> members;
    for (const Constant& item : *list) {
      const std::string* member = std::get_if<std::string>(&item.value);
      if (type.kind != TypeKind::Set || member == nullptr) return error;
      if (!type.members.empty() && std::ranges::find(type.members, *member) == type.members.end()) return error;
      members.push_back(*member);
    }
    reading.value = std::move(members);
  } else {
    return error;
  }
  if (confidence) reading.confidence = scaled(*confidence, 6, Rounding::HalfAwayFromZero);
  return reading;
}

Decimal to_decimal(int64_t raw, TypeKind kind) {
  Decimal value{raw, written_places(kind)};
  while (value.scale > 0 && value.digits % 10 == 0) {
    value.digits /= 10;
    --value.scale;
  }
  return value;
}

std::string value_json(const Reading& reading, const Type& type) {
  return std::visit(overloaded{
                        [](std::monostate) { return std::string("null"); },
                        [](bool flag) { return std::string(flag ? "true" : "false"); },
                        [&](int64_t raw) { return to_string(to_decimal(raw, type.kind)); },
                        [](const std::string& text) {
                          std::string out;
                          append_quoted(out, text);
                          return out;
                        },
                        [](const std::vector<std::string>& members) {
                          std::string out = "[";
                          for (const std::string& member : members) {
                            if (out.size() > 1) out += ',';
                            append_quoted(out, member);
                          }
                          return out + "]";
                        },
                    },
                    reading.value);
}

}  // namespace sbx
