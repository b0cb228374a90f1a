// SPDX-License-Identifier: Apache-2.0
#include "tests/file_tests/stages.h"

#include <algorithm>

#include "compiler/pipeline.h"
#include "compiler/syntax/parse.h"
#include "tests/file_tests/findings.h"
#include "tests/file_tests/process.h"

namespace sbx::file_tests {
namespace {

std::vector<std::string> output_lines(std::string text, const ScratchFolder& folder) {
  for (size_t at; (at = text.find(folder.path() + "/")) != std::string::npos;) text.erase(at, folder.path().size() + 1);
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

void write_parts(const Case& test, const ScratchFolder& folder) {
  for (const Part& part : test.parts) folder.write(part.name, part.text());
}

bool only_comments(const Part& part) {
  return std::all_of(part.lines.begin(), part.lines.end(),
                     [](const std::string& line) { return line.empty() || line.rfind("//", 0) == 0; });
}

Case parsed(const Case& test) {
  SourceSet sources;
  Diagnostics diags;
  for (const Part& part : test.parts) {
    FileId file = sources.add(part.name, part.text());
    static_cast<void>(syntax::parse(sources, file, diags));
  }
  return with_findings(test, diags, sources);
}

Case checked(const Case& test, const World& world) {
  CompileOptions options{.stdlib = world.stdlib};
  ScratchFolder folder;
  std::vector<std::string> paths;
  if (test.parts.size() > 1) {
    write_parts(test, folder);
    bool all = only_comments(test.parts.front());
    for (const Part& part : test.parts) {
      bool policy = part.name.size() > 4 && part.name.ends_with(".sbx");
      if (all ? policy && &part != &test.parts.front() : &part == &test.parts.front()) paths.push_back(folder.path() + "/" + part.name);
    }
  }
  Result<Checked> result = paths.empty() ? check_text(test.name, test.parts.front().text(), options) : check(paths, options);
  if (!result) {
    Case failed = test;
    for (Part& part : failed.parts) part.expected.clear();
    failed.parts.front().expected[0].push_back({"error[" + result.error().code + "]: " + result.error().message, {}});
    return failed;
  }
  result->diags.sort();
  return with_findings(test, result->diags, result->sources);
}

/// Runs one command on the test's files and takes its output as the `//=` block.
Case with_output_of(Case test, const std::string& command, bool status_must_be_0, const World& world) {
  ScratchFolder folder;
  write_parts(test, folder);
  Finished finished = run_shell(command, folder.path(), world.signalbox);
  test.output = output_lines(finished.output, folder);
  test.has_output = true;
  if (status_must_be_0 && finished.status != 0)
    test.problem = "`" + command + "` ended with status " + std::to_string(finished.status) + ":\n" + finished.output;
  return test;
}

Case formatted(const Case& test, const World& world) {
  Case result = with_output_of(test, "signalbox fmt --stdin < '" + test.name + "'", true, world);
  bool unchanged = result.output == test.parts.front().lines;
  if (unchanged && !test.has_output) {
    result.output.clear();
    result.has_output = false;
  }
  return result;
}

/// The policy's own tests must pass; their output is compared only if the file shows one.
Case ran(const Case& test, const World& world) {
  Case result = checked(test, world);
  bool errors = false;
  for (Part& part : result.parts) {
    for (auto& [line, groups] : part.expected) {
      std::erase_if(groups, [](const Expected& e) { return e.head.rfind("note", 0) == 0; });  // these tests are about what is decided
      errors |= std::any_of(groups.begin(), groups.end(), [](const Expected& e) { return e.head.rfind("error", 0) == 0; });
    }
  }
  if (errors || test.must_fail()) return result;
  Case run = with_output_of(result, "signalbox test '" + test.name + "'", true, world);
  if (!test.has_output) {
    run.has_output = false;
    run.output.clear();
  }
  return run;
}

Case commands_run(Case test, const World& world) {
  ScratchFolder folder;
  write_parts(test, folder);
  test.output.clear();
  test.has_output = true;
  if (test.runs.empty()) test.problem = "a test in cli/ needs a `// run: COMMAND` line";
  for (const std::string& command : test.runs) {
    Finished finished = run_shell(command, folder.path(), world.signalbox);
    test.output.push_back("$ " + command);
    for (std::string& line : output_lines(finished.output, folder)) test.output.push_back(std::move(line));
    test.output.push_back("[status " + std::to_string(finished.status) + "]");
  }
  return test;
}

bool expects_errors(const Case& test) {
  for (const Part& part : test.parts) {
    for (const auto& [line, groups] : part.expected) {
      for (const Expected& expected : groups) {
        if (expected.head.rfind("error", 0) == 0) return true;
      }
    }
  }
  return false;
}

/// The codes in the first line must be among what is expected: an updated expectation may not lose what the test is about.
std::string missing_codes(const Case& test) {
  std::string all;
  for (const Part& part : test.parts) {
    for (const auto& [line, groups] : part.expected) {
      for (const Expected& expected : groups) all += expected.head + "\n";
    }
  }
  for (const std::string& line : test.output) all += line + "\n";
  std::string missing;
  for (const std::string& word : test.about) {
    bool code = word.size() == 5 && (word[0] == 'E' || word[0] == 'W' || word[0] == 'R') &&
                word.find_first_not_of("0123456789", 1) == std::string::npos;
    if (code && all.find(word) == std::string::npos) missing += " " + word;
  }
  return missing;
}

}  // namespace

Case actual(const Case& test, const World& world) {
  if (test.stage == "syntax") return parsed(test);
  if (test.stage == "format") return formatted(test, world);
  if (test.stage == "dump")
    return with_output_of(test, "signalbox dump --after='" + test.dump_stage + "' '" + test.name + "'", true, world);
  if (test.stage == "run") return ran(test, world);
  if (test.stage == "cli") return commands_run(test, world);
  return checked(test, world);
}

std::string judge(const Case& test, const Case& actual) {
  if (!test.problem.empty()) return test.problem + "\n";
  if (!actual.problem.empty()) return actual.problem + "\n";
  std::string reasons = compare_findings(test, actual);
  if (test.output != actual.output) {
    size_t line = 0;
    while (line < test.output.size() && line < actual.output.size() && test.output[line] == actual.output[line]) ++line;
    auto at = [&](const Case& one) { return line < one.output.size() ? "`" + one.output[line] + "`" : std::string("the end"); };
    reasons += "    the output differs at line " + std::to_string(line + 1) + ": expected " + at(test) + ", got " + at(actual) + "\n";
    constexpr size_t kMostFollowing = 12;  // a report of a sanitizer or a crash is many lines
    for (size_t i = line + 1; i < actual.output.size() && i <= line + kMostFollowing; ++i) reasons += "      | " + actual.output[i] + "\n";
  }
  if (test.stage != "cli" && test.must_fail() != expects_errors(test)) {
    reasons += test.must_fail() ? "    the name begins with fail_ but no error is expected\n"
                                : "    an error is expected, so the name must begin with fail_\n";
  }
  if (std::string missing = missing_codes(test); !missing.empty())
    reasons += "    the first line names what is not expected:" + missing + "\n";
  return reasons;
}

}  // namespace sbx::file_tests
