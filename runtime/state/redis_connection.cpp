// SPDX-License-Identifier: Apache-2.0
#include "runtime/state/redis_connection.h"

#include <hiredis/hiredis.h>

#include <charconv>
#include <string_view>

namespace sbx::state {

namespace {

constexpr auto kPause = std::chrono::milliseconds(500);
constexpr timeval kConnect{0, 300'000}, kAnswer{0, 500'000};

struct Free {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

bool read_number(std::string_view text, int& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

void flatten(const redisReply& reply, RedisAnswer& into) {
  switch (reply.type) {
    case REDIS_REPLY_ARRAY:
      for (size_t i = 0; i < reply.elements; ++i) flatten(*reply.element[i], into);
      return;
    case REDIS_REPLY_INTEGER:
      into.push_back(std::to_string(reply.integer));
      return;
    case REDIS_REPLY_NIL:
      into.emplace_back();
      return;
    default:
      into.emplace_back(reply.str, reply.len);
  }
}

}  // namespace

Result<RedisAddress> parse_redis(const std::string& url) {
  constexpr std::string_view kTcp = "redis://", kUnix = "redis+unix:";
  const std::string shown = url.find('@') == std::string::npos ? url : "redis://…" + url.substr(url.rfind('@'));  // without its password
  const auto bad = [&] { return Error{"R0780", "`" + shown + "` is no address of a Redis: redis://HOST:PORT/DB, redis+unix:PATH"}; };
  RedisAddress address;
  std::string_view rest = url;
  if (rest.starts_with(kUnix)) {
    address.path = rest.substr(kUnix.size());
    return address.path.empty() ? Result<RedisAddress>(bad()) : address;
  }
  if (!rest.starts_with(kTcp)) return bad();
  rest.remove_prefix(kTcp.size());
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) {
    if (!rest.starts_with(':')) return bad();
    address.password = rest.substr(1, at - 1);
    rest.remove_prefix(at + 1);
  }
  if (const size_t slash = rest.find('/'); slash != std::string_view::npos) {
    const std::string_view database = rest.substr(slash + 1);
    if (!database.empty() && !read_number(database, address.database)) return bad();
    rest = rest.substr(0, slash);
  }
  if (const size_t colon = rest.rfind(':'); colon != std::string_view::npos) {
    if (!read_number(rest.substr(colon + 1), address.port) || address.port < 1 || address.port > 65535) return bad();
    rest = rest.substr(0, colon);
  }
  if (rest.empty()) return bad();
  address.host = rest;
  return address;
}

void RedisConnection::Close::operator()(redisContext* context) const { redisFree(context); }

Error RedisConnection::fail(const std::string& why) {
  why_ = why;
  context_.reset();
  down_until_ = std::chrono::steady_clock::now() + kPause;
  return Error{"R0782", "the Redis does not answer: " + why};
}

std::optional<Error> RedisConnection::connect() {
  context_.reset(address_.path.empty() ? redisConnectWithTimeout(address_.host.c_str(), address_.port, kConnect)
                                       : redisConnectUnixWithTimeout(address_.path.c_str(), kConnect));
  if (context_ == nullptr || context_->err != 0) return fail(context_ == nullptr ? "out of memory" : context_->errstr);
  redisSetTimeout(context_.get(), kAnswer);
  if (!address_.password.empty()) {
    if (const auto answer = send({"AUTH", address_.password}); !answer) return answer.error();
  }
  if (address_.database != 0) {
    if (const auto answer = send({"SELECT", std::to_string(address_.database)}); !answer) return answer.error();
  }
  ++times_;
  return std::nullopt;
}

Result<RedisAnswer> RedisConnection::ask(const std::vector<std::string>& words) {
  if (context_ == nullptr) {
    if (std::chrono::steady_clock::now() < down_until_) return Error{"R0782", "the Redis does not answer: " + why_};
    if (const auto error = connect()) return *error;
  }
  return send(words);
}

Result<RedisAnswer> RedisConnection::send(const std::vector<std::string>& words) {
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  const std::unique_ptr<redisReply, Free> reply(
      static_cast<redisReply*>(redisCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(), sizes.data())));
  if (reply == nullptr) return fail(context_->errstr);
  if (reply->type == REDIS_REPLY_ERROR) return fail(std::string(reply->str, reply->len));
  RedisAnswer answer;
  flatten(*reply, answer);
  return answer;
}

}  // namespace sbx::state
