// SPDX-License-Identifier: Apache-2.0
// tests: R0782
// A real redis-server: two stores of it converge, holds are exact over both, and an outage leaves the last snapshot.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "runtime/state/store.h"

namespace sbx::state {
namespace {

namespace fs = std::filesystem;

/// On a socket of its own, in a folder of its own.
class Server {
 public:
  Server() {
    std::signal(SIGPIPE, SIG_IGN);  // as the gateway does
    fs::create_directories(folder_);
    start();
  }
  ~Server() {
    stop();
    fs::remove_all(folder_);
  }
  void start() {
    child_ = ::fork();
    if (child_ != 0) return;
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 1);
    ::dup2(null, 2);
    const std::string socket = (folder_ / "redis.sock").string(), dir = folder_.string();
    ::execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket.c_str(), "--dir", dir.c_str(), "--appendonly", "yes", nullptr);
    ::_exit(127);
  }
  void stop() {
    if (child_ <= 0) return;
    ::kill(std::exchange(child_, -1), SIGKILL);
    ::wait(nullptr);
  }
  std::string url() const { return "redis+unix:" + (folder_ / "redis.sock").string(); }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("sbx-redis-" + std::to_string(::getpid()));
  pid_t child_ = -1;
};

bool within(int seconds, const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::unique_ptr<Store> connect(const Server& server) {
  auto store = redis_store(server.url());
  REQUIRE(store.ok());
  REQUIRE(within(10, [&] { return (*store)->status().is_good; }));
  return std::move(*store);
}

const Update kTrial{"p", "odds", "law|x", "a", Trial{1, 0}};

double alpha(const Store& store) {
  const auto snapshot = store.snapshot();
  const Beta* beta = snapshot->find<Beta>({"p", "odds", "law|x"}, "a");
  return beta == nullptr ? 0 : beta->alpha;
}

TEST_CASE("two stores of one Redis converge, through an outage") {
  Server server;
  const auto one = connect(server), other = connect(server);
  for (int i = 0; i < 10; ++i) {
    CHECK(one->apply(std::span(&kTrial, 1)).ok());
    CHECK(other->apply(std::span(&kTrial, 1)).ok());
  }
  CHECK(within(10, [&] { return alpha(*one) == 21 && alpha(*other) == 21; }));
  server.stop();
  CHECK(within(10, [&] { return !one->status().is_good; }));
  CHECK(one->status().trouble.find("does not answer") != std::string::npos);
  const auto failed = one->apply(std::span(&kTrial, 1));
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().code == "R0782");
  CHECK(alpha(*one) == 21);  // the last snapshot still serves
  server.start();
  REQUIRE(within(10, [&] { return one->status().is_good && other->status().is_good; }));
  CHECK(one->apply(std::span(&kTrial, 1)).ok());
  CHECK(within(10, [&] { return alpha(*one) == 22 && alpha(*other) == 22; }));
  CHECK(one->forget("p", "odds").ok());
  CHECK(within(10, [&] { return alpha(*one) == 0 && alpha(*other) == 0; }));
}

TEST_CASE("holds of two stores never exceed what is allowed, nor leave any of it") {
  Server server;
  const auto one = connect(server), other = connect(server);
  constexpr int64_t kMost = 1'000;
  std::atomic<int64_t> held = 0;
  const auto take = [&](Store& store) {
    for (int i = 0; i < 100; ++i) {
      const Update hold{"p", "spend", "u", "", Hold{7, kMost, 1}};
      const auto applied = store.apply(std::span(&hold, 1));
      CHECK(applied.ok());
      if (applied.ok() && !applied->refused) held += 7;
    }
  };
  std::thread beside([&] { take(*other); });
  take(*one);
  beside.join();
  CHECK(held == 994);
}

TEST_CASE("addresses") {
  for (const char* wrong : {"redis://", "redis://h:0", "redis://h:x", "redis://user@h", "redis://h/x", "redis+unix:", "rediss://h"})
    CHECK_FALSE(redis_store(wrong).ok());
  const auto nobody = redis_store("redis://:word@127.0.0.1:1/2");
  REQUIRE(nobody.ok());
  CHECK_FALSE((*nobody)->status().is_good);
  CHECK((*nobody)->apply(std::span(&kTrial, 1)).error().code == "R0782");
}

}  // namespace
}  // namespace sbx::state
