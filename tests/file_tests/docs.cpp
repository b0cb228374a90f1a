// SPDX-License-Identifier: Apache-2.0
#include "tests/file_tests/docs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "compiler/pipeline.h"
#include "runtime/diag/render.h"

namespace sbx::file_tests {
namespace fs = std::filesystem;
namespace {

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> files_below(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> found;
  if (!fs::is_directory(folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == extension) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// A fenced block: what follows the three ticks, the heading it stands under, its text.
struct Snippet {
  std::string info;
  std::string heading;
  size_t line = 0;
  std::string text;
};

std::vector<Snippet> snippets(const std::string& page) {
  std::vector<Snippet> found;
  std::istringstream lines(page);
  std::string heading;
  bool inside = false;
  size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.rfind("```", 0) == 0) {
      if (!inside) found.push_back({line.substr(3), heading, number, {}});
      inside = !inside;
    } else if (inside) {
      found.back().text += line + "\n";
    } else if (line.rfind("## ", 0) == 0) {
      heading = line.substr(3);
    }
  }
  return found;
}

struct Outcome {
  std::set<std::string> codes;
  bool clean = true;  // notes apart
  std::string text;
};

Outcome outcome(const Snippet& snippet, const World& world) {
  Result<Checked> checked = check_text("snippet.sbx", snippet.text, CompileOptions{.stdlib = world.stdlib});
  if (!checked) return {{checked.error().code}, false, checked.error().message};
  Outcome result;
  for (const Diagnostic& diagnostic : checked->diags.all()) {
    if (diagnostic.suppressed) continue;
    result.codes.insert(std::string(row(diagnostic.kind).code));
    result.clean = result.clean && row(diagnostic.kind).severity == Severity::Note;
    result.text += render(diagnostic, checked->sources);
  }
  return result;
}

/// `wanted`: the code it must give; empty: it must be clean.
Verdict judge_snippet(const std::string& page, const Snippet& snippet, const std::string& wanted, const World& world) {
  Verdict verdict{page + ":" + std::to_string(snippet.line), {}};
  Outcome got = outcome(snippet, world);
  if (wanted.empty() && !got.clean) verdict.reason = "must be clean, but gives\n" + got.text;
  if (!wanted.empty() && !got.codes.contains(wanted))
    verdict.reason = "must give " + wanted + ", but gives\n" + (got.text.empty() ? "nothing\n" : got.text);
  return verdict;
}

/// A finding about files or the command line, or about sheer size, has no policy that a page could show.
bool has_policy_snippets(const KindRow& row) { return row.code[0] != 'R' && row.name != "limit"; }

void check_error_page(const fs::path& path, const KindRow& kind, const World& world, std::vector<Verdict>& verdicts) {
  std::string page = slurp(path), name = "docs/errors/" + path.filename().string();
  std::string title = "# " + std::string(kind.code) + " ";
  verdicts.push_back({name, page.rfind(title, 0) == 0 ? "" : "must begin with `" + title + "…`\n"});
  bool wrong = false, right = false;
  for (const Snippet& snippet : snippets(page)) {
    if (snippet.info != "sbx") continue;
    if (snippet.heading == "Wrong") wrong = true, verdicts.push_back(judge_snippet(name, snippet, std::string(kind.code), world));
    if (snippet.heading == "Right") right = true, verdicts.push_back(judge_snippet(name, snippet, "", world));
  }
  bool headings = page.find("\n## Wrong") != std::string::npos && page.find("\n## Right") != std::string::npos &&
                  page.find("\n## Why") != std::string::npos;
  if (!headings) verdicts.push_back({name, "needs the headings Wrong, Right and Why\n"});
  if (has_policy_snippets(kind) && !(wrong && right)) verdicts.push_back({name, "needs an ```sbx block under Wrong and one under Right\n"});
}

}  // namespace

std::vector<Verdict> check_coverage(const std::string& source_folder) {
  std::set<std::string> tested;
  for (const fs::path& path : files_below(fs::path(source_folder) / "tests/lang", ".sbx")) {
    Case test = read_case(path.string(), slurp(path));
    tested.insert(test.about.begin(), test.about.end());
  }
  // What no command line can bring about is tested by a unit test that names the code in a `// tests:` line.
  for (const fs::path& path : files_below(fs::path(source_folder) / "tests/unit", ".cpp")) {
    std::istringstream lines(slurp(path));
    for (std::string line; std::getline(lines, line) && line.rfind("//", 0) == 0;) {
      std::istringstream words(line.rfind("// tests: ", 0) == 0 ? line.substr(10) : "");
      for (std::string word; words >> word;) tested.insert(word.substr(0, word.find('.')));
    }
  }
  std::vector<Verdict> verdicts;
  std::set<std::string_view> seen;
  for (const KindRow& kind : all_kinds()) {
    std::string code(kind.code);
    if (!seen.insert(kind.code).second) verdicts.push_back({code, "stands in kinds.def twice\n"});
    bool page = fs::exists(fs::path(source_folder) / "docs/errors" / (code + ".md"));
    verdicts.push_back({code + " has a page", page ? "" : "docs/errors/" + code + ".md is missing\n"});
    verdicts.push_back(
        {code + " has a test", tested.contains(code) ? "" : "no file below tests/lang names it in its first line, and no unit test\n"});
  }
  for (const fs::path& path : files_below(fs::path(source_folder) / "docs/errors", ".md")) {
    if (!seen.contains(path.stem().string())) verdicts.push_back({path.filename().string(), "is a page for a code that kinds.def lacks\n"});
  }
  return verdicts;
}

std::vector<Verdict> check_snippets(const std::string& source_folder, const World& world) {
  std::vector<Verdict> verdicts;
  fs::path docs = fs::path(source_folder) / "docs";
  for (const KindRow& kind : all_kinds()) {
    fs::path path = docs / "errors" / (std::string(kind.code) + ".md");
    if (fs::exists(path)) check_error_page(path, kind, world, verdicts);
  }
  std::vector<fs::path> pages = files_below(docs, ".md");
  pages.push_back(fs::path(source_folder) / "README.md");
  for (const fs::path& path : pages) {
    if (path.parent_path().filename() == "errors" || !fs::exists(path)) continue;
    for (const Snippet& snippet : snippets(slurp(path))) {
      if (snippet.info != "sbx" && snippet.info.rfind("sbx fail=", 0) != 0) continue;
      std::string wanted = snippet.info == "sbx" ? "" : snippet.info.substr(9);
      verdicts.push_back(judge_snippet(fs::relative(path, source_folder).string(), snippet, wanted, world));
    }
  }
  return verdicts;
}

}  // namespace sbx::file_tests
