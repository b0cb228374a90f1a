// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/pass_answer.h"

#include <algorithm>
#include <optional>

#include "runtime/effects/restorer.h"
#include "runtime/gateway/fallbacks.h"
#include "runtime/gateway/identity.h"
#include "runtime/gateway/meter.h"

namespace sbx::gateway {

namespace {

/// The model stopped in the middle. A stream of events can say so; another answer is broken off, so that half of it is not taken for all.
http::Task<void> break_off(const AnswerPath& path, bool is_stream, http::CallEnd end) {
  if (end != http::CallEnd::Left && is_stream) {
    const http::Response error =
        error_answer(path.dialect, end == http::CallEnd::TimedOut ? 504 : 502, "the model broke its answer off", "broken_off");
    std::string event = path.dialect == Dialect::Chat ? "" : "event: error\n";
    event += "data: " + error.body + "\n\n";
    if (co_await path.exchange.write(event)) {
      co_await path.exchange.end();
      co_return;
    }
  }
  path.exchange.abort();
}

}  // namespace

http::Headers passed_on(const http::Headers& headers) {
  http::Headers kept;
  for (const auto& header : headers) {
    const bool is_hop =
        std::ranges::any_of(std::initializer_list<std::string_view>{"connection", "keep-alive", "proxy-authenticate", "te", "trailer",
                                                                    "transfer-encoding", "upgrade", "content-length"},
                            [&](std::string_view name) { return http::same_name(header.first, name); });
    if (!is_hop && !is_named(http::find(headers, "connection").value_or(std::string_view{}), header.first)) kept.push_back(header);
  }
  return kept;
}

bool is_event_stream(const http::Headers& headers) {
  return http::find(headers, "content-type").value_or(std::string_view{}).starts_with("text/event-stream");
}

void restore(http::Response& answer, const std::vector<std::pair<std::string, std::string>>& restores) {
  if (restores.empty() || http::find(answer.headers, "content-encoding")) return;
  effects::Restorer restorer(restores, is_event_stream(answer.headers));
  std::string restored = restorer.feed(answer.body);
  answer.body = restored + restorer.finish();
}

http::Task<void> pass_answer(const AnswerPath& path, http::Headers headers, http::Call& call, std::string piece, bool done) {
  const bool is_stream = is_event_stream(headers);
  Meter meter(http::find(headers, "content-type").value_or(std::string_view{}));
  std::optional<effects::Restorer> restorer;
  if (!path.restores.empty() && !http::find(headers, "content-encoding")) restorer.emplace(path.restores, is_stream);
  path.exchange.begin(call.status(), headers, restorer ? std::nullopt : call.length());
  headers = {};
  bool is_whole = false;
  for (;;) {
    meter.read(piece);
    path.cache.add(piece);
    if (path.served.recording) path.served.recording->answer.add(piece, path.served.recording->first);
    if (restorer) piece = restorer->feed(piece);
    if (restorer && done) piece += restorer->finish();
    if (path.seen != nullptr && path.seen->size() <= path.most_seen) *path.seen += piece;
    if (!co_await path.exchange.write(piece)) {
      path.served.client_left = true;
      break;
    }
    if (done) {
      co_await path.exchange.end();
      is_whole = true;
      break;
    }
    piece.clear();
    const http::CallEnd end = co_await call.read(piece, done);
    if (end == http::CallEnd::Ok) continue;
    path.served.client_left |= end == http::CallEnd::Left;
    path.served.attempts.back().outcome = end == http::CallEnd::Left ? "client_left" : class_of(end);
    co_await break_off(path, is_stream, end);
    break;
  }
  meter.finish(path.served);
  if (is_whole && meter.is_whole()) path.cache.end();
}

}  // namespace sbx::gateway
