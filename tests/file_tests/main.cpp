// SPDX-License-Identifier: Apache-2.0
// file_tests [--update] --signalbox PATH --stdlib DIR PATH…   runs the .sbx tests in the files and folders named
// file_tests --coverage --source DIR                          each code has a page and a test
// file_tests --snippets --source DIR --stdlib DIR             the policies in the documentation are as it says
// The last line is `N passed, N failed`.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/file_tests/docs.h"
#include "tests/file_tests/stages.h"

namespace {

namespace fs = std::filesystem;
using namespace sbx::file_tests;

struct Counts {
  size_t passed = 0, failed = 0;
  void add(const std::string& subject, const std::string& reason) {
    if (reason.empty()) {
      ++passed;
      return;
    }
    ++failed;
    std::printf("FAILED %s\n%s", subject.c_str(), reason.c_str());
  }
};

std::vector<fs::path> test_files(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      files.emplace_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.path().extension() == ".sbx") files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void run_file(const fs::path& path, bool update, const World& world, Counts& counts) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  Case test = read_case(path.string(), text.str());
  if (!test.problem.empty()) return counts.add(path.string(), test.problem + "\n");
  Case found = actual(test, world);
  std::string updated = write_case(found);
  if (update && !judge(test, found).empty() && found.problem.empty()) {
    std::ofstream(path, std::ios::binary) << updated;
    std::printf("updated %s\n", path.c_str());
    test = read_case(path.string(), updated);
  }
  counts.add(path.string(), judge(test, found));
}

}  // namespace

int main(int count, char** arguments) {
  World world;
  std::string source;
  std::vector<std::string> paths;
  bool update = false, coverage = false, snippets = false;
  for (int i = 1; i < count; ++i) {
    std::string word = arguments[i];
    auto value = [&] { return i + 1 < count ? std::string(arguments[++i]) : std::string(); };
    if (word == "--update")
      update = true;
    else if (word == "--coverage")
      coverage = true;
    else if (word == "--snippets")
      snippets = true;
    else if (word == "--signalbox")
      world.signalbox = std::filesystem::absolute(value()).string();  // commands run in folders of their own
    else if (word == "--stdlib")
      world.stdlib = value();
    else if (word == "--source")
      source = value();
    else
      paths.push_back(word);
  }
  Counts counts;
  if (coverage) {
    for (const Verdict& verdict : check_coverage(source)) counts.add(verdict.subject, verdict.reason);
  } else if (snippets) {
    for (const Verdict& verdict : check_snippets(source, world)) counts.add(verdict.subject, verdict.reason);
  } else {
    for (const fs::path& path : test_files(paths)) run_file(path, update, world, counts);
  }
  std::printf("%zu passed, %zu failed\n", counts.passed, counts.failed);
  return counts.failed == 0 && counts.passed > 0 ? 0 : 1;
}
