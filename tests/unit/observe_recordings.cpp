// SPDX-License-Identifier: Apache-2.0
// Bodies that a policy keeps: how much of each, and of how many requests.
#include "runtime/observe/recording.h"
#include "tests/unit/observe_rig.h"

using namespace sbx;
using namespace sbx::test;

TEST_CASE("what a policy keeps is read from its text") {
  const auto read = [](std::string_view text) {
    const std::optional<observe::Recording> recording = observe::parse_bodies(text);
    return recording ? std::to_string(recording->first) + "/" + std::to_string(recording->keep) : "none";
  };
  CHECK(read("bodies(first: 2048B, keep: 50000)") == "2048/50000");
  CHECK(read("bodies(keep: 5, first: 1)") == "1/5");
  for (const char* wrong : {"", "bodies", "bodies()", "bodies(first: 1)", "bodies(first: 0, keep: 5)", "heads(first: 1, keep: 5)", "bodies(first: x, keep: 5)"})
    CHECK(read(wrong) == "none");
}

TEST_CASE("a body is kept by its beginning, however it comes") {
  observe::RecordedBody body;
  for (const char* piece : {"ab", "", "cde", "f"}) body.add(piece, 4);
  CHECK(body.start == "abcd");
  CHECK(body.bytes == 6);
  CHECK_FALSE(body.is_whole());
}

TEST_CASE("a file of recordings holds no more than are to be kept, whatever comes at once, and counts what is there") {
  const Folder folder;
  const std::string path = folder.file("recordings.jsonl");
  const auto lines = [&] { return lines_of(path).size() + (std::filesystem::exists(path + ".1") ? lines_of(path + ".1").size() : 0); };
  for (int times = 0; times < 3; ++times) {
    Result<observe::RecordingFile> file = observe::RecordingFile::open(path);
    REQUIRE(file.ok());
    for (size_t count : {1, 2, 7, 25}) {
      std::vector<std::string> batch;
      for (size_t i = 0; i < count; ++i) batch.push_back("{\"n\":" + std::to_string(i) + "}\n");
      CHECK(file->write(batch, 10) == count);
      CHECK(lines() <= 10);
      CHECK(lines_of(path).back()["n"] == count - 1);
    }
  }
  CHECK(lines() > 4);
}
