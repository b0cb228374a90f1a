// SPDX-License-Identifier: Apache-2.0
// Binds signals without a policy, and reads them from requests made by hand.
#pragma once

#include <doctest/doctest.h>

#include "runtime/signals/builtin.h"
#include "runtime/signals/signal_set.h"
#include "runtime/signals/validate.h"

namespace sbx::signals {

inline Constant texts(const std::vector<std::string>& items) {
  ConstantList list;
  for (const std::string& item : items) list.push_back({item});
  return {std::move(list)};
}

inline Request request_of(std::string text) {
  Request request;
  request.messages.push_back({Role::User, {{.text = std::move(text)}}});
  summarize(request);
  return request;
}

inline SignalInfo info_of(std::string kind, ConstantRecord arguments = {}, Type type = {}) {
  return {.name = kind, .kind = kind, .arguments = std::move(arguments), .type = std::move(type)};
}

/// The reading of one signal alone.
inline Reading read_one(SignalInfo info, const Request& request) {
  Manifest manifest;
  SignalId id = manifest.signals.add(std::move(info));
  Result<SignalSet> set = SignalSet::bind(manifest, "");
  REQUIRE_MESSAGE(set.ok(), set.error().message);
  Texts texts;
  texts.start();
  return set->read(id, request, texts);
}

inline bool holds(SignalInfo info, std::string text) {
  Reading reading = read_one(std::move(info), request_of(std::move(text)));
  REQUIRE(reading.state == ReadingState::Known);
  return std::get<bool>(reading.value);
}

inline int64_t raw(const Reading& reading) {
  REQUIRE(reading.state == ReadingState::Known);
  return std::get<int64_t>(reading.value);
}

inline std::string word(const Reading& reading) {
  REQUIRE(reading.state == ReadingState::Known);
  return std::get<std::string>(reading.value);
}

inline std::string refused(SignalInfo info) {
  std::optional<Error> error = validate(info);
  return error ? error->code : "";
}

}  // namespace sbx::signals
