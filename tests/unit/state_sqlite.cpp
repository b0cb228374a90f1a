// SPDX-License-Identifier: Apache-2.0
// tests: R0780 R0781
// State in a file: it outlives the process, also one that is killed.
#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "runtime/state/store.h"

namespace sbx::state {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("sbx-state-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string file() const { return (path / "state.db").string(); }
};

std::unique_ptr<Store> open(const std::string& path) {
  auto store = sqlite_store(path);
  REQUIRE_MESSAGE(store.ok(), (store.ok() ? "" : store.error().message));
  return std::move(*store);
}

Update add(const std::string& key, int64_t amount) { return {"p", "spend", key, "", Settle{0, amount, 1}}; }

int64_t used(const Snapshot& snapshot, const std::string& key) {
  const Counter* counter = snapshot.find<Counter>({"p", "spend", key}, "");
  return counter == nullptr ? 0 : counter->used;
}

TEST_CASE("what was written is there again, bit by bit") {
  const Folder folder;
  {
    const auto store = open(folder.file());
    const std::vector<Update> updates{add("u", 5), {"p", "rating", "math", "a", Match{"b", 1, 32, 1500}}, {"p", "odd|\n", "'", "м", Trial{0.1, 3}}};
    const auto applied = store->apply(updates);
    REQUIRE(applied.ok());
    CHECK(store->sync(applied->ticket).ok());
    CHECK(store->status().entries == 3);
    const auto beside = read_sqlite(folder.file());  // while it is being written to
    REQUIRE(beside.ok());
    CHECK((*beside)->find<Elo>({"p", "rating", "math"}, "b")->rating == 1484);
  }
  const auto store = open(folder.file());
  CHECK(used(*store->snapshot(), "u") == 5);
  CHECK(store->snapshot()->find<Beta>({"p", "odd|\n", "'"}, "м")->alpha == 1.1);
  CHECK(store->forget("p", "spend").ok());
  CHECK((*read_sqlite(folder.file()))->size() == 2);
}

TEST_CASE("what is over leaves the file too") {
  const Folder folder;
  const auto store = open(folder.file());
  for (const auto& [user, window] : {std::pair{"ann", 100}, {"bob", 100}, {"ann", 200}}) {
    const std::vector<Update> updates{{"p", "spend", user, "", Hold{1, 5, window}}};
    const auto applied = store->apply(updates);
    REQUIRE(applied.ok());
    CHECK(store->sync(applied->ticket).ok());
  }
  CHECK((*read_sqlite(folder.file()))->size() == 1);
  CHECK((*read_sqlite(folder.file()))->find<Counter>({"p", "spend", "ann"}, "")->window_us == 200);
}

TEST_CASE("a second writer is refused, and so is what is no store") {
  const Folder folder;
  const auto store = open(folder.file());
  const auto second = sqlite_store(folder.file());
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == "R0781");
  std::ofstream(folder.path / "text") << "this is no database, but a text that is long enough to be taken for one by nobody";
  CHECK(sqlite_store((folder.path / "text").string()).error().code == "R0780");
  CHECK(read_sqlite((folder.path / "none").string()).error().code == "R0780");
  CHECK(sqlite_store((folder.path / "no/folder").string()).error().code == "R0780");
}

TEST_CASE("a store is looked at without being made or claimed") {
  const Folder folder;
  const std::string where = "sqlite:" + folder.file();
  CHECK(check_store(where).ok());
  CHECK_FALSE(fs::exists(folder.file()));
  const auto store = open(folder.file());
  CHECK(check_store(where).ok());
  CHECK(check_store("sqlite:" + (folder.path / "no/folder/state.db").string()).error().code == "R0780");
  CHECK(check_store("redis://:broken:address").error().code == "R0780");
  CHECK(check_store("elsewhere").error().code == "R0780");
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("a database of something else is left as it is") {
  const Folder folder;
  open(folder.file()).reset();
  {
    std::fstream file(folder.file(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(68);  // application_id: https://www.sqlite.org/fileformat.html
    file.write("else", 4);
  }
  const std::string before = bytes_of(folder.file());
  CHECK(sqlite_store(folder.file()).error().code == "R0780");
  CHECK(read_sqlite(folder.file()).error().code == "R0780");
  CHECK(bytes_of(folder.file()) == before);
}

constexpr int kThreads = 8;
constexpr int64_t kUpdates = 10'000;

/// Counts on until it is killed; what was acknowledged is written down where the parent sees it.
[[noreturn]] void count_on(const std::string& path, std::atomic<int64_t>* acknowledged) {
  auto store = sqlite_store(path);
  if (!store) ::_exit(2);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int64_t i = 0; i < kUpdates / kThreads; ++i) {
        const Update update = add("u" + std::to_string(t), 1);
        const auto applied = (*store)->apply(std::span(&update, 1));
        if (!applied || !(*store)->sync(applied->ticket)) ::_exit(3);
        ++acknowledged[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(0);
}

TEST_CASE("kill -9 during 10,000 updates loses none that was acknowledged") {
  auto* acknowledged = static_cast<std::atomic<int64_t>*>(
      ::mmap(nullptr, kThreads * sizeof(std::atomic<int64_t>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  REQUIRE(acknowledged != MAP_FAILED);
  for (const int64_t kill_after : {1, 700, 3'000}) {
    const Folder folder;
    for (int t = 0; t < kThreads; ++t) acknowledged[t] = 0;
    const auto total = [&] {
      int64_t sum = 0;
      for (int t = 0; t < kThreads; ++t) sum += acknowledged[t];
      return sum;
    };
    const pid_t child = ::fork();
    if (child == 0) count_on(folder.file(), acknowledged);
    int status = 0;
    while (total() < kill_after && ::waitpid(child, &status, WNOHANG) == 0) std::this_thread::yield();
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    REQUIRE(total() >= kill_after);
    CHECK(total() < kUpdates);
    const auto store = open(folder.file());
    for (int t = 0; t < kThreads; ++t) {
      const int64_t there = used(*store->snapshot(), "u" + std::to_string(t));
      CHECK(there >= acknowledged[t]);
      CHECK(there <= acknowledged[t] + 1);  // one may have been written and not yet acknowledged
    }
  }
  ::munmap(acknowledged, kThreads * sizeof(std::atomic<int64_t>));
}

}  // namespace
}  // namespace sbx::state
