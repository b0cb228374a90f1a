// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <thread>

#include "runtime/text/database.h"

using namespace sbx;
using namespace sbx::text;

namespace {

std::atomic<uint64_t> allocations{0};

std::string fresh_folder() {
  static int number = 0;
  std::string path =
      (std::filesystem::temp_directory_path() / ("sbx_text_" + std::to_string(getpid()) + "_" + std::to_string(number++))).string();
  std::filesystem::remove_all(path);
  return path;
}

struct Example {
  TextRules rules;
  EntryId urgent, german, digits, fuzzy;
};

Example example() {
  Example result;
  result.urgent = *result.rules.add_keyword("urgent");
  result.german = *result.rules.add_keyword("straße");
  result.digits = *result.rules.add_pattern("\\d{3}");
  result.fuzzy = *result.rules.add_keyword("database", 1);
  return result;
}

}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

TEST_CASE("one scan finds keywords and patterns, each entry once") {
  Example one = example();
  CHECK(*one.rules.add_keyword("URGENT") == one.urgent);
  CHECK(*one.rules.add_pattern("\\d{3}") == one.digits);
  CHECK(one.rules.entries() == 4);
  TextDatabase database = *TextDatabase::build(one.rules, "");
  TextScratch scratch;
  TextHits hits;
  database.scan("URGENT: 123 Strasse", scratch, hits);
  CHECK(hits.has(one.urgent));
  CHECK(hits.has(one.german));
  CHECK(hits.has(one.digits));
  CHECK(!hits.has(one.fuzzy));
  database.scan("Straße der dattabase", scratch, hits);
  CHECK(!hits.has(one.urgent));
  CHECK(hits.has(one.german));
  CHECK(!hits.has(one.digits));
  CHECK(hits.has(one.fuzzy));
  EntrySet set;
  set.add(one.urgent);
  set.add(one.german);
  CHECK(set.count(hits) == 1);
  CHECK(set.size() == 2);
}

TEST_CASE("a database of nothing finds nothing") {
  TextDatabase database = *TextDatabase::build({}, "");
  TextScratch scratch;
  TextHits hits;
  database.scan("text", scratch, hits);
  CHECK(EntrySet().count(hits) == 0);
}

TEST_CASE("a sequence wants its steps in order and apart") {
  TextRules rules;
  EntryId first = *rules.add_keyword("first"), then = *rules.add_keyword("and then"), last = *rules.add_keyword("last");
  SequenceId sequence = rules.add_sequence({first, then, last});
  SequenceId twice = rules.add_sequence({first, first});
  TextDatabase database = *TextDatabase::build(rules, "");
  TextScratch scratch;
  TextHits hits;
  auto steps = [&](std::string_view in, SequenceId which) {
    database.scan(in, scratch, hits);
    return hits.sequences[which.index].steps;
  };
  CHECK(steps("first this and then that, last", sequence) == 3);
  CHECK(steps("last, and then first", sequence) == 1);
  CHECK(steps("FIRST ü and\nthen Last", sequence) == 3);
  CHECK(steps("first", twice) == 1);
  CHECK(steps("first first", twice) == 2);
}

TEST_CASE("databases are kept on disk; a damaged one is built anew") {
  std::string folder = fresh_folder();
  Example one = example();
  auto works = [&] {
    TextDatabase database = *TextDatabase::build(one.rules, folder);
    TextScratch scratch;
    TextHits hits;
    database.scan("urgent 999 Straße", scratch, hits);
    return hits.has(one.urgent) && hits.has(one.digits) && hits.has(one.german);
  };
  CHECK(works());
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  REQUIRE(files.size() == 1);
  auto size = std::filesystem::file_size(files[0]);
  CHECK(works());
  for (auto damage : {uintmax_t{0}, uintmax_t{5}, size / 2, size - 1}) {
    std::filesystem::resize_file(files[0], damage);
    CHECK(works());
    CHECK(std::filesystem::file_size(files[0]) == size);
  }
  {
    std::fstream file(files[0], std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(size / 2));
    file.put('\x55');
    file.put('\xAA');
  }
  CHECK(works());
  std::filesystem::remove_all(folder);
  CHECK(TextDatabase::build(one.rules, "/dev/null/no").ok());
}

TEST_CASE("a scan allocates nothing once it is warm") {
  Example one = example();
  TextDatabase database = *TextDatabase::build(one.rules, "");
  TextScratch scratch;
  TextHits hits;
  std::string ascii = "This is URGENT, 123 times; the databse is down", other = "Ｕｒｇｅｎｔ: 12 Straßen, 987 不要发到云端 ÄÖÜ";
  for (int i = 0; i < 3; ++i) database.scan(ascii, scratch, hits), database.scan(other, scratch, hits);
  uint64_t before = allocations;
  for (int i = 0; i < 100; ++i) database.scan(ascii, scratch, hits), database.scan(other, scratch, hits);
  CHECK(allocations == before);
  CHECK(hits.has(one.urgent));
}

TEST_CASE("threads share a database, each with its scratch") {
  Example one = example();
  TextDatabase database = *TextDatabase::build(one.rules, "");
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      TextScratch scratch;
      TextHits hits;
      for (int i = 0; i < 200; ++i) {
        database.scan((i + t) % 2 ? "urgent" : "calm ä", scratch, hits);
        if (hits.has(one.urgent) != ((i + t) % 2 == 1)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}
