// SPDX-License-Identifier: Apache-2.0
// inotify only says where to look; whether a file has changed is told by what the system knows of it (device, number, size, times), links
// followed. So events that are lost, doubled or of other files do no harm.
#include "runtime/gateway/file_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace sbx::gateway {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kQuietMs = 50;       // without an event, until a change is believed to be whole
constexpr int kPatienceMs = 1000;  // with events all the time
constexpr int kLookMs = 2000;      // without inotify
constexpr int kMostLinks = 40;

/// What tells one content of a file from another. All zero: there is no file.
using Identity = std::array<int64_t, 7>;

Identity identity_of(const std::string& path) {
  struct stat s {};
  if (stat(path.c_str(), &s) != 0) return {};
  return {static_cast<int64_t>(s.st_dev),
          static_cast<int64_t>(s.st_ino),
          s.st_size,
          s.st_mtim.tv_sec,
          s.st_mtim.tv_nsec,
          s.st_ctim.tv_sec,
          s.st_ctim.tv_nsec};
}

/// Folder → names in it on which it depends what `path` is: the file's own, and every link on the way.
using Names = std::map<std::string, std::set<std::string>>;

void add_names(const std::string& path, Names& names) {
  std::error_code error;
  fs::path rest = fs::absolute(path, error), walked = "/";
  if (error) return;
  int links = 0;
  rest = rest.relative_path();
  while (!rest.empty()) {
    const fs::path part = *rest.begin();
    fs::path after;
    for (auto it = std::next(rest.begin()); it != rest.end(); ++it) after /= *it;
    const fs::path here = walked / part;
    const bool is_link = fs::is_symlink(fs::symlink_status(here, error));
    if (is_link || after.empty()) names[walked.string()].insert(part.string());
    if (!is_link) {
      walked = part == ".." ? walked.parent_path() : part == "." ? walked : here;
      rest = after;
      continue;
    }
    if (++links > kMostLinks) return;
    const fs::path target = fs::read_symlink(here, error);
    if (error) return;
    if (target.is_absolute()) walked = "/";
    rest = target.relative_path() / after;
    if (after.empty()) rest = target.relative_path();
  }
}

constexpr uint32_t kEvents =
    IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

}  // namespace

struct FileWatch::State {
  std::function<void()> on_change;
  int inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

  std::mutex mutex;  // guards what follows
  std::map<std::string, Identity> files;
  bool is_stopping = false;

  std::map<int, std::set<std::string>> watched;  // by watch descriptor; of the thread alone
  std::thread thread;

  void run();
  void set_files(std::vector<std::string> paths);
  void watch_folders();
  bool read_events();
  bool has_changed();
  bool stops() {
    const std::lock_guard lock(mutex);
    return is_stopping;
  }
  /// Whether it was nudged.
  bool wait(int ms) {
    pollfd fds[] = {{wake, POLLIN, 0}, {inotify, POLLIN, 0}};
    poll(fds, inotify < 0 ? 1 : 2, ms);
    uint64_t ignored = 0;
    return read(wake, &ignored, sizeof ignored) > 0;
  }
  void nudge() {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = write(wake, &one, sizeof one);
  }
};

void FileWatch::State::set_files(std::vector<std::string> paths) {
  const std::lock_guard lock(mutex);
  std::map<std::string, Identity> now;
  for (std::string& path : paths) {
    const auto known = files.find(path);
    const Identity identity = known != files.end() ? known->second : identity_of(path);
    now.emplace(std::move(path), identity);
  }
  files = std::move(now);
}

/// Links may lead elsewhere after each change, so this is done anew each time.
void FileWatch::State::watch_folders() {
  if (inotify < 0) return;
  Names names;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [path, identity] : files) add_names(path, names);
  }
  std::map<int, std::set<std::string>> now;
  for (auto& [folder, wanted] : names) {
    const int descriptor = inotify_add_watch(inotify, folder.c_str(), kEvents | IN_ONLYDIR);
    if (descriptor >= 0) now[descriptor].merge(wanted);
  }
  for (const auto& [descriptor, ignored] : watched) {
    if (!now.contains(descriptor)) inotify_rm_watch(inotify, descriptor);
  }
  watched = std::move(now);
}

/// Whether any was about a name that matters.
bool FileWatch::State::read_events() {
  bool matters = false;
  alignas(inotify_event) std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t length = inotify < 0 ? 0 : read(inotify, buffer.data(), buffer.size());
    if (length <= 0) return matters;
    for (ssize_t at = 0; at < length;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      const auto names = watched.find(event->wd);
      if ((event->mask & (IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF)) != 0)
        matters = true;
      else if (names != watched.end() && event->len > 0)
        matters = matters || names->second.contains(event->name);
    }
  }
}

bool FileWatch::State::has_changed() {
  const std::lock_guard lock(mutex);
  bool changed = false;
  for (auto& [path, identity] : files) {
    const Identity now = identity_of(path);
    // A file that is gone may be about to be replaced; there is nothing to load anyway.
    if (now == identity || now == Identity{}) continue;
    identity = now;
    changed = true;
  }
  return changed;
}

void FileWatch::State::run() {
  Clock::time_point next_look = Clock::now() + std::chrono::milliseconds(kLookMs);
  while (!stops()) {
    const bool nudged = wait(kLookMs);
    bool matters = read_events();
    if (!matters && !nudged && Clock::now() < next_look) continue;
    const Clock::time_point until = Clock::now() + std::chrono::milliseconds(kPatienceMs);
    while (matters && Clock::now() < until && !stops()) {
      wait(kQuietMs);
      matters = read_events();
    }
    if (stops()) return;
    watch_folders();
    if (has_changed()) {
      on_change();
      watch_folders();
    }
    next_look = Clock::now() + std::chrono::milliseconds(kLookMs);
  }
}

FileWatch::FileWatch(std::vector<std::string> files, std::function<void()> on_change) : state_(std::make_unique<State>()) {
  state_->on_change = std::move(on_change);
  state_->set_files(std::move(files));
  state_->watch_folders();
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

FileWatch::~FileWatch() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_stopping = true;
  }
  state_->nudge();
  state_->thread.join();
  if (state_->inotify >= 0) close(state_->inotify);
  close(state_->wake);
}

void FileWatch::look_at(std::vector<std::string> files) {
  state_->set_files(std::move(files));
  state_->nudge();
}

}  // namespace sbx::gateway
