// SPDX-License-Identifier: Apache-2.0
#include "runtime/effects/pii.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "runtime/models/pii_patterns.h"

namespace sbx::effects {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// The end of what begins at a place; 0: nothing does.
using Find = size_t (*)(std::string_view text, size_t begin);

bool starts_word(std::string_view text, size_t at) { return at == 0 || !is_word(text[at - 1]); }
bool ends_word(std::string_view text, size_t at) { return at >= text.size() || !is_word(text[at]); }

bool is_local(char c) { return is_word(c) || std::string_view("._%+-").find(c) != std::string_view::npos; }

size_t email(std::string_view text, size_t begin) {
  if (!is_word(text[begin]) || (begin > 0 && is_local(text[begin - 1]))) return 0;
  size_t at = begin;
  while (at < text.size() && at - begin <= 64 && is_local(text[at])) ++at;
  if (at >= text.size() || text[at] != '@' || at - begin > 64 || text[at - 1] == '.') return 0;
  size_t end = 0;
  size_t label = at + 1;
  for (bool is_first = true; label < text.size() && label - at < 255; is_first = false) {
    size_t stop = label;
    while (stop < text.size() && stop - label < 64 && (is_word(text[stop]) || text[stop] == '-') && text[stop] != '_') ++stop;
    while (stop > label && text[stop - 1] == '-') --stop;
    if (stop == label) break;
    const bool is_name = stop - label >= 2 && std::none_of(text.begin() + static_cast<std::ptrdiff_t>(label),
                                                           text.begin() + static_cast<std::ptrdiff_t>(stop), is_digit);
    if (!is_first && (is_name || text.substr(label).starts_with("xn--"))) end = stop;
    if (stop >= text.size() || text[stop] != '.') break;
    label = stop + 1;
  }
  return end;
}

struct Digits {
  std::string digits;
  size_t end = 0;
};

// Digits with one of `separators` between two of them, at most `most`.
Digits digits_at(std::string_view text, size_t begin, size_t most, std::string_view separators) {
  Digits result{{}, begin};
  for (size_t at = begin; at < text.size();) {
    if (is_digit(text[at])) {
      if (result.digits.size() == most) return {};
      result.digits += text[at];
      result.end = ++at;
    } else if (at + 1 < text.size() && separators.find(text[at]) != std::string_view::npos && is_digit(text[at + 1]) && at > begin) {
      ++at;
    } else {
      break;
    }
  }
  return result;
}

size_t card(std::string_view text, size_t begin) {
  if (text[begin] < '2' || text[begin] > '6') return 0;
  if (begin > 0 && (is_word(text[begin - 1]) || std::string_view("+.-").find(text[begin - 1]) != std::string_view::npos)) return 0;
  const Digits found = digits_at(text, begin, 19, " -");
  const std::string& digits = found.digits;
  if (digits.size() < 13 || !ends_word(text, found.end) || !models::has_luhn_checksum(digits)) return 0;
  const bool is_one_digit = digits.find_first_not_of(digits.front()) == std::string::npos;
  return is_one_digit ? 0 : found.end;
}

// Lengths by country, of the registry of IBANs.
std::optional<size_t> iban_length(std::string_view country) {
  struct Row {
    std::string_view countries;
    size_t length;
  };
  static constexpr std::array kRows = {
      Row{"NO", 15},
      Row{"BE", 16},
      Row{"DK FO GL FI FK NL SD", 18},
      Row{"MK SI", 19},
      Row{"AT BA EE KZ XK LT LU MN", 20},
      Row{"CR HR LV LI CH", 21},
      Row{"BH BG GE DE IE ME RS GB VA", 22},
      Row{"GI IQ IL OM SO TL AE", 23},
      Row{"AD CZ MD PK RO SA SK ES SE TN VG", 24},
      Row{"PT ST LY", 25},
      Row{"IS TR", 26},
      Row{"FR GR IT MC SM MR BI DJ", 27},
      Row{"AL AZ BY CY DO SV GT HU LB NI PL", 28},
      Row{"BR EG PS QA UA", 29},
      Row{"JO KW MU YE", 30},
      Row{"MT SC", 31},
      Row{"LC", 32},
      Row{"RU", 33},
  };
  for (const Row& row : kRows) {
    const size_t at = row.countries.find(country);
    if (at != std::string_view::npos && at % 3 == 0) return row.length;
  }
  return std::nullopt;
}

size_t iban(std::string_view text, size_t begin) {
  if (begin + 4 > text.size() || !is_letter(text[begin]) || !is_letter(text[begin + 1]) || !is_digit(text[begin + 2])) return 0;
  if (!starts_word(text, begin)) return 0;
  const std::string country = {upper(text[begin]), upper(text[begin + 1])};
  const std::optional<size_t> length = iban_length(country);
  if (!length) return 0;
  std::string found;
  size_t at = begin;
  while (at < text.size() && found.size() < *length) {
    if (is_digit(text[at]) || is_letter(text[at])) {
      found += upper(text[at++]);
    } else if ((text[at] == ' ' || text[at] == '-') && found.size() % 4 == 0) {
      ++at;
    } else {
      return 0;
    }
  }
  return found.size() == *length && ends_word(text, at) && models::has_iban_checksum(found) ? at : 0;
}

size_t ip(std::string_view text, size_t begin) {
  const auto belongs = [](char c) { return is_hex(c) || c == ':' || c == '.'; };
  if (!belongs(text[begin]) || text[begin] == '.') return 0;
  if (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == ':' || text[begin - 1] == '.')) return 0;
  size_t end = begin;
  while (end < text.size() && end - begin < 46 && belongs(text[end])) ++end;
  if (end - begin >= 46) return 0;
  while (end > begin && (text[end - 1] == '.' || (text[end - 1] == ':' && !text.substr(begin, end - begin).ends_with("::")))) --end;
  const std::string_view v4 = text.substr(begin, end - begin);
  const size_t port = v4.find(':');
  // 10.0.0.1:80
  if (port != std::string_view::npos && v4.substr(0, port).find('.') != std::string_view::npos) end = begin + port;
  if (!ends_word(text, end)) return 0;
  const std::string address(text.substr(begin, end - begin));
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return end;
  // `a::b` of a program is no address that anybody has.
  if (std::ranges::none_of(address, is_digit) || std::ranges::count(address, ':') < 2 || address.size() < 4) return 0;
  return inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1 ? end : 0;
}

size_t ssn(std::string_view text, size_t begin) {
  if (!is_digit(text[begin]) || text.size() - begin < 11) return 0;
  if (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '-' || text[begin - 1] == '.')) return 0;
  const std::string_view form = text.substr(begin, 11);
  const char between = form[3];
  if ((between != '-' && between != ' ') || form[6] != between) return 0;
  for (size_t i = 0; i < form.size(); ++i) {
    if (i != 3 && i != 6 && !is_digit(form[i])) return 0;
  }
  const size_t end = begin + 11;
  if (!ends_word(text, end) || (end < text.size() && text[end] == '-')) return 0;
  const std::string_view area = form.substr(0, 3);
  if (area == "000" || area == "666" || area[0] == '9' || form.substr(4, 2) == "00" || form.substr(7) == "0000") return 0;
  return end;
}

// `+49 (0)171 1234567`: with its country; or a number of North America with its separators.
size_t phone(std::string_view text, size_t begin) {
  const bool is_international = text[begin] == '+';
  if (!is_international && !is_digit(text[begin]) && text[begin] != '(') return 0;
  if (begin > 0 && (is_word(text[begin - 1]) || std::string_view("+-.").find(text[begin - 1]) != std::string_view::npos)) return 0;
  std::string digits;
  size_t end = begin;
  size_t separators = 0;
  size_t since_digit = 0;
  for (size_t at = begin + (is_international ? 1 : 0); at < text.size() && since_digit < 3 && digits.size() <= 15; ++at) {
    if (is_digit(text[at])) {
      digits += text[at];
      end = at + 1;
      since_digit = 0;
    } else if (std::string_view(" -.()/").find(text[at]) != std::string_view::npos) {
      ++since_digit;
      ++separators;
    } else {
      break;
    }
  }
  if (!ends_word(text, end) || digits.size() > 15 || digits.empty()) return 0;
  if (is_international) return digits.size() >= 8 && digits[0] != '0' ? end : 0;
  const std::string_view form = text.substr(begin, end - begin);
  if (digits.size() != 10 || separators == 0 || digits[0] < '2' || digits[3] < '2') return 0;
  if (form[0] == '(') return form.size() > 4 && form[4] == ')' ? end : 0;
  const bool has_form = form.size() == 12 && !is_digit(form[3]) && form[3] == form[7] && form[3] != '/' && form[3] != ')';
  return has_form ? end : 0;
}

Find finder(PiiKind kind) {
  switch (kind) {
    case PiiKind::Email:
      return email;
    case PiiKind::Phone:
      return phone;
    case PiiKind::Card:
      return card;
    case PiiKind::Iban:
      return iban;
    case PiiKind::Ip:
      return ip;
    case PiiKind::Ssn:
      return ssn;
  }
  return nullptr;
}

}  // namespace

std::string_view to_string(PiiKind kind) {
  switch (kind) {
    case PiiKind::Email:
      return "email";
    case PiiKind::Phone:
      return "phone";
    case PiiKind::Card:
      return "card";
    case PiiKind::Iban:
      return "iban";
    case PiiKind::Ip:
      return "ip";
    case PiiKind::Ssn:
      return "ssn";
  }
  return {};
}

std::vector<PiiSpan> find_pii(std::string_view text, const std::vector<PiiKind>& wanted) {
  std::vector<PiiSpan> spans;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    PiiSpan best{at, at, PiiKind::Email};
    if (is_word(c) || c == '+' || c == '(' || c == ':') {
      for (const PiiKind kind : wanted) {
        const size_t end = finder(kind)(text, at);
        if (end > best.end) best = {at, end, kind};
      }
    }
    if (best.end == at) {
      ++at;
      continue;
    }
    spans.push_back(best);
    at = best.end;
  }
  return spans;
}

}  // namespace sbx::effects
