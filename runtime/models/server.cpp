// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/server.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/http/address.h"
#include "runtime/http/loop.h"
#include "runtime/http/tls.h"

namespace sbx::models {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// Pools live as long as the loop that their sockets belong to.
class Network {
 public:
  Network() : thread_([this] { loop_.run(); }) {}
  ~Network() {
    loop_.stop();
    thread_.join();
  }
  http::Loop& loop() { return loop_; }
  http::Pool& add(http::Url url, http::Tls tls) {
    const std::lock_guard lock(mutex_);
    return *pools_.emplace_back(std::make_unique<http::Pool>(loop_, std::move(url), std::move(tls)));
  }

 private:
  http::Loop loop_;
  std::mutex mutex_;  // guards the list
  std::vector<std::unique_ptr<http::Pool>> pools_;
  std::thread thread_;
};

std::shared_ptr<Network> start_network() { return std::make_shared<Network>(); }

// One request on its way, shared by the thread that waits and the loop: whoever is later frees it.
struct Server::Try {
  http::Request request;
  http::CallTimes times;
  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  Answer answer;
};

namespace {

constexpr size_t kMostAnswer = 64 << 20;

}  // namespace

std::string_view cut(std::string_view text, size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  size_t end = most_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

Result<std::unique_ptr<Server>> Server::make(const RemoteSource& source, const std::shared_ptr<Network>& network) {
  Result<http::Url> url = http::parse_url(source.url);
  if (!url) return Error{"R0766", url.error().message};
  http::Tls tls;
  if (url->tls) {
    Result<http::Tls> made = http::client_tls({.certificate = {}, .key = {}, .ca = source.ca_file});
    if (!made) return Error{"R0766", made.error().message};
    tls = *made;
  }
  http::Pool& pool = network->add(std::move(*url), std::move(tls));
  return std::unique_ptr<Server>(new Server(source, network, pool));
}

Server::Answer Server::post_once(const std::string& path, const std::string& body, milliseconds time) {
  auto attempt = std::make_shared<Try>();
  attempt->request.method = "POST";
  attempt->request.target = path;
  attempt->request.headers = {{"content-type", "application/json"}, {"accept", "application/json"}};
  if (!source_.key.empty()) attempt->request.headers.emplace_back("authorization", "Bearer " + source_.key);
  attempt->request.body = body;
  attempt->times = {.connect = time, .first_byte = time, .idle = time};

  http::Pool& pool = pool_;
  network_->loop().spawn([attempt, &pool]() -> http::Task<void> {
    http::Call call(pool, attempt->times);
    http::CallEnd end = co_await call.send(attempt->request, nullptr);
    std::string body;
    if (end == http::CallEnd::Ok) end = co_await call.read_all(body, kMostAnswer);
    const std::lock_guard lock(attempt->mutex);
    attempt->answer.end = end;
    attempt->answer.status = end == http::CallEnd::Ok ? call.status() : 0;
    attempt->answer.body = std::move(body);
    attempt->answer.came = true;
    attempt->changed.notify_all();
  });
  std::unique_lock lock(attempt->mutex);
  attempt->changed.wait_for(lock, time, [&] { return attempt->answer.came; });
  return std::move(attempt->answer);
}

std::optional<Error> Server::post(const std::string& path, const std::string& body, Deadline deadline, const Read& read) {
  if (!circuit_.admits()) return Error{"R0789", "`" + source_.url + "` has failed repeatedly and is left alone for a while"};
  std::string what;
  milliseconds pause(20);
  for (int64_t left = source_.retries; left >= 0; --left) {
    milliseconds time(source_.timeout_ms);
    if (deadline) time = std::min(time, std::chrono::duration_cast<milliseconds>(*deadline - Clock::now()));
    if (time <= milliseconds(0)) return Error{"R0789", what.empty() ? "the deadline passed" : what};
    const Answer answer = post_once(path, body, time);
    if (answer.status == 200) {
      const std::string wrong = read(answer.body);
      wrong.empty() ? circuit_.succeeded() : circuit_.failed();
      return wrong.empty() ? std::nullopt : std::optional(Error{"R0789", "`" + source_.url + "` " + wrong});
    }
    const bool answered = answer.came && answer.end == http::CallEnd::Ok;
    what = "`" + source_.url + "` " +
           (answered ? "answered with status " + std::to_string(answer.status) : "gave no answer (" + std::string(to_string(answer.end)) + ")");
    const bool again = !answered || answer.status == 429 || answer.status >= 500;
    if (!again) {  // the server is well, and does not want this request
      circuit_.succeeded();
      break;
    }
    circuit_.failed();
    if (left == 0 || !circuit_.admits()) break;
    std::this_thread::sleep_until(std::min(Clock::now() + pause, deadline.value_or(Clock::time_point::max())));
    pause *= 2;
  }
  return Error{"R0789", what};
}

}  // namespace sbx::models
