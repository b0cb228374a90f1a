// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/recording.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "runtime/http/message.h"
#include "runtime/observe/log_line.h"

namespace sbx::observe {

namespace {

using Json = nlohmann::ordered_json;

/// The whole number behind `name: ` in `bodies(first: 2048B, keep: 50000)`.
std::optional<uint64_t> number_of(std::string_view text, std::string_view name) {
  const size_t at = text.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(at + name.size());
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && value > 0 ? std::optional(value) : std::nullopt;
}

template <class Value>
void put(Json& into, const char* name, const std::optional<Value>& value) {
  if (value) into[name] = *value;
}

Json user_of(const Request& request) {
  Json user = Json::object();
  put(user, "id", request.user.id);
  put(user, "tier", request.user.tier);
  put(user, "region", request.user.region);
  put(user, "team", request.user.team);
  put(user, "roles", request.user.roles);
  put(user, "groups", request.user.groups);
  return user;
}

Json session_of(const Request& request) {
  Json session = Json::object();
  put(session, "id", request.session.id);
  put(session, "previous_model", request.session.previous_model);
  put(session, "idle_ms", request.session.idle_ms);
  return session;
}

Json headers_of(const Request& request) {
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers) {
    if (!http::is_credential(name)) headers[name] = value;
  }
  return headers;
}

Json outcome_of(const Served& served) {
  const Manifest& manifest = served.generation->manifest();
  const Decision& decision = served.decision;
  const Recording& recording = *served.recording;
  return {{"policy", manifest.name + "@" + manifest.revision},
          {"route", decision.route ? manifest.routes[*decision.route].name : std::string(to_string(decision.outcome))},
          {"model", served.attempts.empty() ? Json(nullptr) : Json(manifest.models[served.attempts.back().model].name)},
          {"status", served.status},
          {"request_bytes", recording.request.bytes},
          {"answer_bytes", recording.answer.bytes},
          {"answer", recording.answer.start}};
}

}  // namespace

void RecordedBody::add(std::string_view piece, uint64_t first) {
  bytes += piece.size();
  if (start.size() < first) start += piece.substr(0, first - start.size());
}

std::optional<Recording> parse_bodies(std::string_view text) {
  const std::optional<uint64_t> first = number_of(text, "first: "), keep = number_of(text, "keep: ");
  if (!text.starts_with("bodies(") || !first || !keep) return std::nullopt;
  return Recording{.first = *first, .keep = *keep, .request = {}, .answer = {}};
}

std::string recording_line(const Served& served) {
  const Request& request = served.request;
  Json line{{"id", served.decision.id},       {"path", request.path},           {"time", utc_time(served.begin_us)},
            {"seed", served.decision.seed},   {"headers", headers_of(request)}, {"user", user_of(request)},
            {"session", session_of(request)}, {"recorded", outcome_of(served)}};
  const RecordedBody& body = served.recording->request;
  Json document = body.is_whole() ? Json::parse(body.start, nullptr, false) : Json(Json::value_t::discarded);
  line["body"] = document.is_discarded() ? Json(body.start) : std::move(document);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<RecordingFile> RecordingFile::open(const std::string& path) {
  std::error_code none;
  if (std::filesystem::exists(path, none) && !std::filesystem::is_regular_file(path, none))
    return Error{"R0702", "cannot write `" + path + "`: recordings are kept in a file"};
  std::ifstream there(path, std::ios::binary);
  const auto lines = static_cast<uint64_t>(std::count(std::istreambuf_iterator<char>(there), {}, '\n'));
  Result<LogFile> file = LogFile::open(path, 0, 1);
  if (!file) return file.error();
  return RecordingFile(std::move(*file), lines);
}

size_t RecordingFile::write(const std::vector<std::string>& lines, uint64_t keep) {
  const uint64_t half = std::max<uint64_t>(1, keep / 2);
  size_t kept = 0;
  for (size_t begin = 0; begin < lines.size();) {
    if (lines_ >= half) {
      file_.rotate();
      lines_ = 0;
    }
    const size_t count = std::min<size_t>(lines.size() - begin, half - lines_);
    const size_t written =
        file_.write({lines.begin() + static_cast<ptrdiff_t>(begin), lines.begin() + static_cast<ptrdiff_t>(begin + count)});
    kept += written;
    lines_ += written;
    if (written < count) break;
    begin += count;
  }
  return kept;
}

}  // namespace sbx::observe
