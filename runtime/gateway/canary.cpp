// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/canary.h"

#include <xxhash.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace sbx::gateway {

namespace {

constexpr uint64_t kWhole = 1'000'000;

/// `x` of `header("x")`.
std::optional<std::string> argument_of(std::string_view text, std::string_view function) {
  if (!text.starts_with(function)) return std::nullopt;
  text.remove_prefix(function.size());
  if (text.size() < 5 || !text.starts_with("(\"") || !text.ends_with("\")")) return std::nullopt;
  const std::string_view name = text.substr(2, text.size() - 4);
  if (name.find_first_of("\"\\") != std::string_view::npos) return std::nullopt;
  return std::string(name);
}

std::optional<std::string> owned(std::optional<std::string_view> text) { return text ? std::optional<std::string>(*text) : std::nullopt; }

}  // namespace

std::optional<CanaryKey> CanaryKey::parse(std::string_view text) {
  constexpr std::pair<std::string_view, Kind> kPlain[] = {{"user.id", Kind::UserId},
                                                          {"user.tier", Kind::UserTier},
                                                          {"user.region", Kind::UserRegion},
                                                          {"user.team", Kind::UserTeam},
                                                          {"session.id", Kind::SessionId}};
  for (const auto& [name, kind] : kPlain) {
    if (text == name) return CanaryKey(std::string(text), kind, {});
  }
  if (auto name = argument_of(text, "header")) return CanaryKey(std::string(text), Kind::Header, std::move(*name));
  if (auto name = argument_of(text, "metadata")) return CanaryKey(std::string(text), Kind::Metadata, std::move(*name));
  return std::nullopt;
}

std::optional<std::string> CanaryKey::value(const Request& request) const {
  switch (kind_) {
    case Kind::UserId:
      return request.user.id;
    case Kind::UserTier:
      return request.user.tier;
    case Kind::UserRegion:
      return request.user.region;
    case Kind::UserTeam:
      return request.user.team;
    case Kind::SessionId:
      return request.session.id;
    case Kind::Header:
      return owned(request.header(name_));
    case Kind::Metadata:
      return owned(request.metadata_of(name_));
  }
  return std::nullopt;
}

Canary::Canary(std::shared_ptr<embed::Generation> generation, double percent, CanaryKey key)
    : generation_(std::move(generation)),
      percent_(percent),
      parts_(static_cast<uint64_t>(std::llround(percent * (kWhole / 100.0)))),
      salt_(XXH3_64bits(generation_->manifest().revision.data(), generation_->manifest().revision.size())),
      key_(std::move(key)) {}

bool Canary::takes(const Request& request) const {
  requests_.fetch_add(1, std::memory_order_relaxed);
  const std::optional<std::string> value = key_.value(request);
  if (!value) {
    without_key_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  const bool is_in = XXH3_64bits_withSeed(value->data(), value->size(), salt_) % kWhole < parts_;
  if (is_in) taken_.fetch_add(1, std::memory_order_relaxed);
  return is_in;
}

std::string Canary::json() const {
  return nlohmann::ordered_json{{"generation", generation_->number}, {"percent", percent_},    {"key", key_.text()},
                                {"requests", requests_.load()},      {"taken", taken_.load()}, {"without_key", without_key_.load()}}
      .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace sbx::gateway
