// SPDX-License-Identifier: Apache-2.0
// A policy whose file changes is loaded again, however editors and operators replace it.
#include <condition_variable>
#include <mutex>

#include "runtime/gateway/file_watch.h"
#include "tests/unit/gateway_policies_rig.h"

using namespace sbx;
using namespace sbx::test;
namespace fs = std::filesystem;

namespace {

/// Waits for a number of calls, for at most so long that a slow machine is none of our concern.
class Calls {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool reach(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return count_ >= count; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

void replace(const Folder& folder, const std::string& name, const std::string& text) {
  fs::rename(folder.write(name + ".swp", text), folder.path + "/" + name);
}

}  // namespace

TEST_CASE("a file that is written, replaced, removed and made again") {
  Folder folder;
  Calls calls;
  const std::string path = folder.write("p.sbx", "one");
  gateway::FileWatch watch({path}, [&] { calls.add(); });
  folder.write("p.sbx", "two, in place");
  CHECK(calls.reach(1));
  replace(folder, "p.sbx", "three, by a rename");
  CHECK(calls.reach(2));
  fs::remove(path);
  folder.write("p.sbx", "four, made anew");
  CHECK(calls.reach(3));
  folder.write("other.sbx", "of no interest");
  replace(folder, "p.sbx", "five");
  CHECK(calls.reach(4));
  CHECK(calls.count() == 4);
}

TEST_CASE("links that are swapped, as Kubernetes does") {
  Folder folder;
  fs::create_directory(folder.path + "/v1");
  fs::create_directory(folder.path + "/v2");
  folder.write("v1/p.sbx", "one");
  folder.write("v2/p.sbx", "two");
  fs::create_directory_symlink("v1", folder.path + "/..data");
  fs::create_symlink("..data/p.sbx", folder.path + "/p.sbx");
  Calls calls;
  gateway::FileWatch watch({folder.path + "/p.sbx"}, [&] { calls.add(); });
  fs::create_directory_symlink("v2", folder.path + "/..data_tmp");
  fs::rename(folder.path + "/..data_tmp", folder.path + "/..data");
  CHECK(calls.reach(1));
  folder.write("v2/p.sbx", "two, in place");
  CHECK(calls.reach(2));
}

TEST_CASE("other files are watched from now on") {
  Folder folder, other;
  Calls calls;
  gateway::FileWatch watch({folder.write("a", "1")}, [&] { calls.add(); });
  watch.look_at({folder.path + "/a", other.write("b", "1")});
  other.write("b", "22");
  CHECK(calls.reach(1));
}

TEST_CASE("a policy is loaded again when its file changes, or one that it uses") {
  Gateway gateway("use \"models.sbx\"\npolicy p serves \"auto\"\nroute r when tokens >= 0 { model = a }\notherwise { deny 404 \"-\" }\n",
                  {.watch = true});
  gateway.folder.write("models.sbx", "model a { provider: one }\n");
  Calls active, rejected;
  gateway.policies->on_load = [&](const gateway::LoadedPolicy& loaded, bool) { (loaded.generation ? active : rejected).add(); };
  const gateway::LoadedPolicy first = gateway.policies->load_path();
  INFO(first.document);
  REQUIRE(first.generation);
  const auto provider = [&] { return gateway.policies->pick({}).generation->manifest().models[ModelId{0}].provider; };

  replace(gateway.folder, "models.sbx", "model a { provider: two }\n");
  REQUIRE(active.reach(2));
  CHECK(provider() == "two");
  replace(gateway.folder, "models.sbx", "model a {\n");
  REQUIRE(rejected.reach(1));
  CHECK(provider() == "two");
  replace(gateway.folder, "models.sbx", "model a { provider: three }\n");  // what was refused is watched too
  REQUIRE(active.reach(3));
  CHECK(provider() == "three");
}

TEST_CASE("tables, and files that are not there yet, are watched too") {
  Gateway gateway(
      "policy p serves \"auto\"\nuse \"models.sbx\"\n"
      "input user.team: text or else \"none\"\n"
      "table desks by user.team { room: text } from \"desks.csv\"\n"
      "route r when desks.room == \"attic\" { model = a }\notherwise { deny 404 \"-\" }\n",
      {.watch = true});
  Calls active, rejected;
  gateway.policies->on_load = [&](const gateway::LoadedPolicy& loaded, bool) { (loaded.generation ? active : rejected).add(); };
  CHECK(gateway.policies->load_path().generation == nullptr);
  gateway.folder.write("models.sbx", "model a { provider: one }\n");
  REQUIRE(rejected.reach(2));
  replace(gateway.folder, "desks.csv", "user.team,room\nblue,attic\n");
  REQUIRE(active.reach(1));
  replace(gateway.folder, "desks.csv", "user.team,room\nblue,attic\ngreen,attic\n");
  REQUIRE(active.reach(2));
}
