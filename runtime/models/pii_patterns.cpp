// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/pii_patterns.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace sbx::models {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool is_alnum(char c) { return is_digit(c) || is_letter(c); }

/// Bytes [begin, end) of the text.
struct Found {
  size_t begin = 0, end = 0;
  const char* label = "";
};

// Every search stops where nothing longer counts, so that no text takes more than its length times a constant.
constexpr size_t kMostName = 64, kMostDomain = 253;  // bytes of an address of mail (RFC 5321, 4.5.3.1) and of a domain (RFC 1035, 2.3.4)
constexpr size_t kMostDigits = 19;

/// A run of characters that `fits` from `at` on, cut after one more than `most`.
template <class Fits>
size_t run(std::string_view text, size_t at, Fits fits, size_t most = SIZE_MAX - 1) {
  const size_t from = at;
  while (at < text.size() && at - from <= most && fits(text[at])) ++at;
  return at;
}

/// `a.example.org` from `at`: parts of letters, digits and hyphens, the last of letters.
size_t domain_end(std::string_view text, size_t at) {
  size_t end = run(text, at, [](char c) { return is_alnum(c) || c == '-' || c == '.'; }, kMostDomain);
  if (end - at > kMostDomain) return at;
  while (end > at && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const std::string_view domain = text.substr(at, end - at);
  const size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.find("..") != std::string_view::npos) return at;
  const std::string_view top = domain.substr(dot + 1);
  return top.size() >= 2 && std::ranges::all_of(top, is_letter) ? end : at;
}

std::optional<Found> email_at(std::string_view text, size_t at) {
  const size_t name = run(text, at, [](char c) { return is_alnum(c) || std::string_view("._%+-").find(c) != std::string_view::npos; }, kMostName);
  if (name == at || name - at > kMostName || name >= text.size() || text[name] != '@') return std::nullopt;
  const size_t end = domain_end(text, name + 1);
  return end > name + 1 ? std::optional(Found{at, end, "EMAIL_ADDRESS"}) : std::nullopt;
}

/// A domain as people write it, by its last part or what stands before it; or the whole of a URL.
std::optional<Found> domain_at(std::string_view text, size_t at) {
  size_t host = at;
  for (const std::string_view scheme : {"https://", "http://", "ftp://"}) {
    if (text.substr(at).starts_with(scheme)) host = at + scheme.size();
  }
  const size_t end = domain_end(text, host);
  if (end == host) return std::nullopt;
  if (host > at)
    return Found{at, run(text, end, [](char c) { return c > ' ' && std::string_view("\"'<>),").find(c) == std::string_view::npos; }),
                 "DOMAIN_NAME"};
  const std::string_view domain = text.substr(host, end - host), top = domain.substr(domain.rfind('.') + 1);
  constexpr std::array<std::string_view, 16> kTops = {"com", "org", "net", "edu", "gov", "info", "biz", "io",
                                                      "co",  "uk",  "de",  "fr",  "ru",  "jp",   "eu",  "us"};
  const bool is_known = std::ranges::find(kTops, top) != kTops.end() || domain.starts_with("www.");
  return is_known && domain.size() >= 5 ? std::optional(Found{at, end, "DOMAIN_NAME"}) : std::nullopt;
}

std::optional<Found> address_at(std::string_view text, size_t at) {
  size_t end = at;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (end >= text.size() || text[end++] != '.')) return std::nullopt;
    const size_t from = end;
    end = run(text, end, is_digit);
    if (end == from || end - from > 3 || std::stoi(std::string(text.substr(from, end - from))) > 255) return std::nullopt;
  }
  return Found{at, end, "IP_ADDRESS"};
}

std::optional<Found> iban_at(std::string_view text, size_t at) {
  if (at + 4 > text.size() || !is_upper(text[at]) || !is_upper(text[at + 1]) || !is_digit(text[at + 2]) || !is_digit(text[at + 3]))
    return std::nullopt;
  std::string code;
  size_t end = at;
  for (size_t i = at; i < text.size() && code.size() < 35; ++i) {
    if (text[i] == ' ' && code.size() % 4 == 0) continue;
    if (!is_digit(text[i]) && !is_upper(text[i])) break;
    code += text[i];
    if (code.size() >= 15 && has_iban_checksum(code) && (i + 1 == text.size() || !is_alnum(text[i + 1]))) end = i + 1;
  }
  return end > at ? std::optional(Found{at, end, "IBAN_CODE"}) : std::nullopt;
}

/// Digits from `at` with what may stand between them: how many, in how many parts, and where they end.
struct Digits {
  std::string digits;
  size_t parts = 1, end = 0;
  bool has_plus = false, has_brackets = false;
};
Digits digits_at(std::string_view text, size_t at) {
  Digits found;
  size_t gap = 0;
  for (size_t i = at; i < text.size() && gap <= 2 && found.digits.size() <= kMostDigits; ++i) {
    const char c = text[i];
    if (is_digit(c)) {
      found.parts += gap > 0 && !found.digits.empty();
      found.digits += c;
      found.end = i + 1;
      gap = 0;
    } else if (c == '+' && i == at) {
      found.has_plus = true;
    } else if (c == '(' || c == ')') {
      found.has_brackets = true;
      ++gap;
    } else if (c == ' ' || c == '-' || c == '.' || c == '/') {
      ++gap;
    } else if (c == 'x' && found.digits.size() >= 7 && i + 1 < text.size() && is_digit(text[i + 1])) {
      gap = 1;  // an extension
    } else {
      break;
    }
  }
  return found;
}

bool is_social_security(std::string_view text) {
  if (text.size() != 11 || text[3] != text[6] || (text[3] != '-' && text[3] != ' ')) return false;
  for (const size_t i : {0, 1, 2, 4, 5, 7, 8, 9, 10}) {
    if (!is_digit(text[i])) return false;
  }
  return text[0] != '9' && text.substr(0, 3) != "000" && text.substr(0, 3) != "666" && text.substr(4, 2) != "00" &&
         text.substr(7) != "0000";
}

std::optional<Found> number_at(std::string_view text, size_t at) {
  const Digits found = digits_at(text, at);
  if (found.end < text.size() && is_alnum(text[found.end])) return std::nullopt;
  const size_t count = found.digits.size();
  if (is_social_security(text.substr(at, found.end - at))) return Found{at, found.end, "US_SSN"};
  if (count >= 12 && count <= kMostDigits && !found.has_plus && !found.has_brackets && has_luhn_checksum(found.digits))
    return Found{at, found.end, "CREDIT_CARD"};
  const bool is_split = found.parts >= 2 && count >= 9;
  if (count >= 7 && count <= kMostDigits && (found.has_plus || found.has_brackets || is_split)) return Found{at, found.end, "PHONE_NUMBER"};
  return std::nullopt;
}

std::optional<Found> found_at(std::string_view text, size_t at) {
  const char c = text[at];
  if (is_digit(c)) {
    if (auto found = address_at(text, at)) return found;
  }
  if (is_upper(c)) {
    if (auto found = iban_at(text, at)) return found;
  }
  if (is_alnum(c)) {
    if (auto found = email_at(text, at)) return found;
    if (auto found = domain_at(text, at)) return found;
  }
  if (is_digit(c) || ((c == '+' || c == '(') && at + 1 < text.size() && is_digit(text[at + 1]))) return number_at(text, at);
  return std::nullopt;
}

}  // namespace

bool is_certain(const TextSpan& span) { return span.label != "PHONE_NUMBER" && span.label != "DOMAIN_NAME"; }

bool has_luhn_checksum(std::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0', doubled = i % 2 == 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return !digits.empty() && sum % 10 == 0;
}

bool has_iban_checksum(std::string_view code) {
  if (code.size() < 5) return false;
  int remainder = 0;
  for (size_t i = 0; i < code.size(); ++i) {
    const char c = code[(i + 4) % code.size()];
    remainder = is_digit(c) ? (remainder * 10 + c - '0') % 97 : (remainder * 100 + c - 'A' + 10) % 97;
  }
  return remainder == 1;
}

std::vector<TextSpan> find_personal_data(std::string_view text) {
  std::vector<TextSpan> spans;
  uint32_t place = 0;  // of `at`, in code points
  const auto walk = [&](size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) place += (text[i] & 0xC0) != 0x80;
  };
  for (size_t at = 0; at < text.size();) {
    const bool starts = at == 0 || !is_alnum(text[at - 1]);
    const std::optional<Found> found = starts ? found_at(text, at) : std::nullopt;
    if (!found) {
      walk(at, at + 1);
      ++at;
      continue;
    }
    const uint32_t start = place;
    walk(at, found->end);
    spans.push_back({start, place, found->label});
    at = found->end;
  }
  return spans;
}

}  // namespace sbx::models
