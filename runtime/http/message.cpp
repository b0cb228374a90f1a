// SPDX-License-Identifier: Apache-2.0
#include "runtime/http/message.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <ostream>  // boost's text views are written to it, and do not say so

namespace sbx::http {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      plain += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

}  // namespace

bool is_credential(std::string_view name) {
  constexpr std::array<std::string_view, 5> kAll{"authorization", "proxy-authorization", "x-api-key", "api-key", "cookie"};
  return std::ranges::any_of(kAll, [&](std::string_view one) { return same_name(one, name); });
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> find(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return std::nullopt;
}

void erase(Headers& headers, std::string_view name) {
  std::erase_if(headers, [&](const auto& header) { return same_name(header.first, name); });
}

void set(Headers& headers, std::string_view name, std::string value) {
  erase(headers, name);
  headers.emplace_back(name, std::move(value));
}

std::string_view Request::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::optional<std::string> Request::query(std::string_view name) const {
  const size_t mark = target.find('?');
  if (mark == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(target).substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const size_t equals = pair.find('=');
    if (decoded(pair.substr(0, equals)) == name) return equals == std::string_view::npos ? "" : decoded(pair.substr(equals + 1));
  }
  return std::nullopt;
}

std::string_view reason(int status) {
  const auto name = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {name.data(), name.size()};
}

Response json(int status, std::string body) { return {status, {{"content-type", "application/json"}}, std::move(body)}; }

}  // namespace sbx::http
