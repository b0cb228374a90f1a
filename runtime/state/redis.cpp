// SPDX-License-Identifier: Apache-2.0
// State that several gateways share. Each keeps a copy to decide by, and writes a cell only where it is still as the copy has it; so
// holds are exact over all gateways. What others write is looked for several times a second.
#include <condition_variable>
#include <thread>

#include "runtime/state/redis_connection.h"
#include "runtime/state/truth.h"

namespace sbx::state {

namespace {

constexpr auto kLook = std::chrono::milliseconds(100);
constexpr int kTries = 100;
const std::string kVersion = "signalbox:version", kChanged = "signalbox:changed", kEntry = "signalbox:state:";

// KEYS: version, changed, entries. ARGV: of each entry how many cells, and of each cell its member, what it is held to be and what it
// becomes. 0: one of them is something else by now.
constexpr const char* kWrite = R"lua(
local at = 1
for pass = 1, 2 do
  at = 1
  for k = 3, #KEYS do
    local cells = tonumber(ARGV[at])
    at = at + 1
    for c = 1, cells do
      if pass == 1 then
        if (redis.call('HGET', KEYS[k], ARGV[at]) or '') ~= ARGV[at + 1] then return 0 end
      else
        redis.call('HSET', KEYS[k], ARGV[at], ARGV[at + 2])
      end
      at = at + 3
    end
  end
end
local version = redis.call('INCR', KEYS[1])
for k = 3, #KEYS do redis.call('ZADD', KEYS[2], version, KEYS[k]) end
return version
)lua";

std::string key_of(const EntryName& name) { return kEntry + join_key(std::array{name.policy, name.state, name.key}); }

class RedisStore final : public Store {
 public:
  explicit RedisStore(RedisAddress address) : redis_(std::move(address)) {
    {
      const std::lock_guard lock(mutex_);
      look();
    }
    looker_ = std::thread([this] { look_on(); });
  }
  ~RedisStore() override {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    wake_.notify_all();
    looker_.join();
  }

  std::shared_ptr<const Snapshot> snapshot() const override { return truth_.snapshot(); }

  Result<Applied> apply(std::span<const Update> updates) override {
    const std::lock_guard lock(mutex_);
    for (int tries = 0; tries < kTries; ++tries) {
      if (tries == kTries / 2) loaded_ = 0;  // what nobody says has changed is not as it was: somebody emptied it
      if (tries > 0 || redis_.times() != loaded_) {
        if (!look()) return Error{"R0782", trouble_};
      }
      const std::shared_ptr<const Snapshot> before = truth_.snapshot();
      const Prepared prepared = prepare(*before, updates);
      if (prepared.refused && tries > 0) return Applied{.refused = prepared.refused};
      if (prepared.refused) continue;  // it may be refused for what others have given back since
      const Result<RedisAnswer> version = write(*before, prepared);
      if (!version) return note(version.error());
      if (version->front() == "0") continue;
      std::vector<Change> changes;
      for (const auto& [name, cells] : prepared.entries) changes.push_back({name, cells});
      truth_.set(before->with(changes));
      return Applied{};
    }
    return Error{"R0782", "the Redis is written to by too many at once"};
  }

  Result<bool> sync(uint64_t) override { return true; }  // what `apply` has answered for is there

  Result<bool> forget(const std::string& policy, const std::string& state) override {
    const std::lock_guard lock(mutex_);
    const Result<RedisAnswer> keys = redis_.ask({"ZRANGE", kChanged, "0", "-1"});
    if (!keys) return note(keys.error());
    for (const std::string& key : *keys) {
      const std::vector<std::string> parts = split_key(std::string_view(key).substr(kEntry.size()));
      if (parts.size() != 3 || parts[0] != policy || parts[1] != state) continue;
      for (const std::vector<std::string>& words : {std::vector<std::string>{"DEL", key}, {"INCR", kVersion}}) {
        const Result<RedisAnswer> answer = redis_.ask(words);
        if (!answer) return note(answer.error());
        if (words.front() != "INCR") continue;
        if (const auto marked = redis_.ask({"ZADD", kChanged, answer->front(), key}); !marked) return note(marked.error());
      }
    }
    truth_.forget(policy, state, [] {});
    return true;
  }

  StoreStatus status() const override {
    const std::shared_ptr<const Snapshot> now = truth_.snapshot();
    const std::lock_guard lock(mutex_);
    return {.kind = "redis", .is_good = trouble_.empty(), .trouble = trouble_, .entries = now->size(), .version = now->version()};
  }

 private:
  Error note(const Error& error) {
    trouble_ = error.message;
    return error;
  }

  Result<RedisAnswer> write(const Snapshot& before, const Prepared& prepared) {
    std::vector<std::string> words{"EVAL", kWrite, std::to_string(2 + prepared.entries.size()), kVersion, kChanged}, cells;
    for (const auto& [name, after] : prepared.entries) {
      words.push_back(key_of(name));
      const Cells* known = before.find(name);
      const size_t count = cells.size();
      cells.emplace_back();
      int64_t changed = 0;
      for (const ChangedCell& one : prepared.changed) {
        if (one.name != name) continue;
        const auto found = known == nullptr ? Cells::const_iterator() : known->find(one.member);
        const bool is_known = known != nullptr && found != known->end();
        cells.insert(cells.end(), {one.member, is_known ? encode(found->second) : "", encode(*one.cell)});
        ++changed;
      }
      cells[count] = std::to_string(changed);
    }
    words.insert(words.end(), std::make_move_iterator(cells.begin()), std::make_move_iterator(cells.end()));
    return redis_.ask(words);
  }

  /// Takes over what others have written since; all of it where the connection is a new one. With the lock held.
  bool look() {
    const bool anew = redis_.times() != loaded_;
    const std::string since = anew ? "-inf" : "(" + std::to_string(version_);
    const Result<RedisAnswer> changed = redis_.ask({"ZRANGEBYSCORE", kChanged, since, "+inf", "WITHSCORES"});
    if (!changed) return note(changed.error()), false;
    if (redis_.times() != loaded_ && !anew) {  // it came back just now
      loaded_ = 0;
      return look();
    }
    if (anew) version_ = 0;
    std::vector<std::pair<std::vector<std::string>, std::shared_ptr<Cells>>> entries;
    for (size_t i = 0; i + 1 < changed->size(); i += 2) {
      const std::string& key = (*changed)[i];
      const Result<RedisAnswer> lines = redis_.ask({"HGETALL", key});
      if (!lines) return note(lines.error()), false;
      std::vector<std::string> parts = split_key(std::string_view(key).substr(std::min(key.size(), kEntry.size())));
      if (parts.size() != 3) continue;
      auto cells = std::make_shared<Cells>();
      for (size_t c = 0; c + 1 < lines->size(); c += 2) {
        Cell cell;
        if (decode((*lines)[c + 1], cell)) cells->insert_or_assign((*lines)[c], std::move(cell));
      }
      entries.emplace_back(std::move(parts), std::move(cells));
      version_ = std::max<int64_t>(version_, std::atoll((*changed)[i + 1].c_str()));
    }
    std::vector<Change> changes;
    for (const auto& [parts, cells] : entries) changes.push_back({{parts[0], parts[1], parts[2]}, cells});
    if (anew || !changes.empty()) truth_.set((anew ? Snapshot() : *truth_.snapshot()).with(changes));
    loaded_ = redis_.times();
    trouble_.clear();
    return true;
  }

  void look_on() {
    std::unique_lock lock(mutex_);
    while (!ends_) {
      wake_.wait_for(lock, kLook, [&] { return ends_; });
      if (!ends_) look();
    }
  }

  mutable std::mutex mutex_;  // guards all but truth_
  Truth truth_;
  RedisConnection redis_;
  uint64_t loaded_ = 0;  // of which connection all is known; 0: of none
  int64_t version_ = 0;
  std::string trouble_;
  std::condition_variable wake_;
  bool ends_ = false;
  std::thread looker_;
};

}  // namespace

Result<std::unique_ptr<Store>> redis_store(const std::string& url) {
  Result<RedisAddress> address = parse_redis(url);
  if (!address) return address.error();
  return std::unique_ptr<Store>(std::make_unique<RedisStore>(std::move(*address)));
}

}  // namespace sbx::state
