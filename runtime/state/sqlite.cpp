// SPDX-License-Identifier: Apache-2.0
// State in a file: updates are seen at once and written by one thread, all that came meanwhile in one commit.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <optional>
#include <set>
#include <thread>
#include <tuple>

#include "runtime/state/sqlite_file.h"
#include "runtime/state/truth.h"

namespace sbx::state {

namespace {

constexpr auto kRetry = std::chrono::seconds(1);

/// Held while a process writes to the file. A lock of its own: closing another descriptor of SQLite's file would lose SQLite's locks.
class Claim {
 public:
  static Result<Claim> make(const std::string& path) {
    const int fd = ::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return Error{"R0780", "cannot open the state `" + path + "`: `" + path + ".lock` cannot be made"};
    Claim claim(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return Error{"R0781", "another process writes to the state `" + path + "`"};
    return claim;
  }
  Claim(Claim&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Claim& operator=(Claim&&) = delete;
  ~Claim() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  explicit Claim(int fd) : fd_(fd) {}
  int fd_;
};

/// Of each cell what was said of it last: while nothing can be written, no more waits than there are cells.
void keep_latest(std::vector<Row>& rows) {
  std::set<std::tuple<std::string_view, std::string_view, std::optional<std::string_view>, std::string_view>> said;
  std::vector<Row> latest;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (said.emplace(row->policy, row->state, row->key, row->line.empty() ? std::string_view() : std::string_view(row->member)).second)
      latest.push_back(*row);
  }
  std::ranges::reverse(latest);
  rows = std::move(latest);
}

class SqliteStore final : public Store {
 public:
  SqliteStore(Claim claim, SqliteFile file, std::shared_ptr<const Snapshot> snapshot) : claim_(std::move(claim)), file_(std::move(file)) {
    truth_.set(std::move(snapshot));
    writer_ = std::thread([this] { write_on(); });
  }
  ~SqliteStore() override {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    wake_.notify_all();
    writer_.join();
  }

  std::shared_ptr<const Snapshot> snapshot() const override { return truth_.snapshot(); }

  Result<Applied> apply(std::span<const Update> updates) override {
    Applied applied;
    applied.refused = truth_.apply(updates, [&](const Prepared& prepared) {
      std::vector<Row> rows;
      for (const EntryName& name : prepared.over)
        rows.push_back({std::string(name.policy), std::string(name.state), std::string(name.key), {}, {}});
      for (const ChangedCell& one : prepared.changed)
        rows.push_back({std::string(one.name.policy), std::string(one.name.state), std::string(one.name.key), one.member, encode(*one.cell)});
      applied.ticket = queue(std::move(rows));
    });
    return applied;
  }

  Result<bool> sync(uint64_t ticket) override {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return written_ >= ticket || !trouble_.empty(); });
    if (written_ >= ticket) return true;
    return Error{"R0782", trouble_};
  }

  Result<bool> forget(const std::string& policy, const std::string& state) override {
    uint64_t ticket = 0;
    truth_.forget(policy, state, [&] { ticket = queue({{policy, state, std::nullopt, {}, {}}}); });
    return sync(ticket);
  }

  StoreStatus status() const override {
    const std::shared_ptr<const Snapshot> now = truth_.snapshot();
    const std::lock_guard lock(mutex_);
    return {.kind = "sqlite", .is_good = trouble_.empty(), .trouble = trouble_, .entries = now->size(), .version = now->version()};
  }

 private:
  uint64_t queue(std::vector<Row> rows) {
    const std::lock_guard lock(mutex_);
    waiting_.insert(waiting_.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    wake_.notify_all();
    return ++queued_;
  }

  // What could not be written is tried again, so that a disk that was full loses nothing.
  void write_on() {
    std::vector<Row> rows;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return ends_ || !waiting_.empty() || !rows.empty(); });
      if (waiting_.empty() && rows.empty()) return;
      rows.insert(rows.end(), std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
      waiting_.clear();
      const uint64_t ticket = queued_;
      lock.unlock();
      const Result<bool> written = file_.write(rows);
      lock.lock();
      trouble_ = written ? "" : written.error().message;
      if (written) {
        rows.clear();
        written_ = ticket;
      }
      done_.notify_all();
      if (written) continue;
      keep_latest(rows);
      if (ends_) return;
      wake_.wait_for(lock, kRetry, [&] { return ends_; });
    }
  }

  Claim claim_;
  Truth truth_;
  SqliteFile file_;  // the writer's alone
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable wake_, done_;
  std::vector<Row> waiting_;
  uint64_t queued_ = 0, written_ = 0;
  std::string trouble_;
  bool ends_ = false;
  std::thread writer_;
};

}  // namespace

Result<std::unique_ptr<Store>> sqlite_store(const std::string& path) {
  Result<Claim> claim = Claim::make(path);
  if (!claim) return claim.error();
  Result<SqliteFile> file = SqliteFile::open(path, true);
  if (!file) return file.error();
  Result<std::shared_ptr<const Snapshot>> snapshot = file->read();
  if (!snapshot) return snapshot.error();
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*claim), std::move(*file), std::move(*snapshot)));
}

}  // namespace sbx::state
