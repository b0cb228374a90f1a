// SPDX-License-Identifier: Apache-2.0
// What finding keywords costs beside the bare scan of the library below: 1,000 keywords and 10 patterns, and one keyword, over a 2 KB
// prompt of ASCII and one that must be folded. Prints figures, asserts nothing (docs/performance.md has the goals).
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "runtime/text/database.h"
#include "runtime/text/fold.h"
#include "runtime/text/vectorscan.h"

namespace {

using namespace sbx::text;

const std::array kPatterns{"\\b\\d{3}-\\d{2}-\\d{4}\\b",
                           "(?i)<system>|begin system prompt",
                           "```[a-z]+",
                           "[a-z0-9._]+@[a-z0-9]+\\.[a-z]{2,}",
                           "(?i)api[_-]?key",
                           "https?://[^ ]+",
                           "\\$\\d+(\\.\\d\\d)?",
                           "(?i)step \\d+",
                           "^\\s*[-*] ",
                           "[A-Z]{3}-\\d+"};

std::vector<std::string> words(size_t count) {
  std::mt19937 random(7);
  std::vector<std::string> result;
  while (result.size() < count) {
    std::string word;
    for (size_t i = 5 + random() % 8; i > 0; --i) word += static_cast<char>('a' + random() % 26);
    if (random() % 5 == 0) word += " now";
    result.push_back(word);
  }
  return result;
}

using Prose = std::array<const char*, 12>;
constexpr Prose kEnglish{"please", "review", "the", "following", "contract", "and", "tell", "me,", "whether", "it", "Covers", "our\n"};
constexpr Prose kGerman{"bitte", "prüfe", "den", "Vertrag", "und", "sage", "mir,", "ob", "Straßen", "für", "immer", "Übersicht\n"};
constexpr Prose kRussian{"пожалуйста,", "проверь", "этот", "Договор", "и", "скажи", "мне,", "что", "в", "нём", "опасно", "для нас\n"};
constexpr Prose kChinese{"请审查", "这份合同,", "并告诉我", "哪些", "条款",   "对我们",
                         "不利。", "API",       "内部文档", "谢谢", "，还有", "保密\n"};

/// About 2 KB of prose, with a keyword in every hundred words or so.
std::string prompt(const std::vector<std::string>& keywords, const std::vector<Prose>& proses) {
  std::mt19937 random(11);
  std::string text;
  while (text.size() < 2048) {
    text += random() % 100 == 0 ? keywords[random() % keywords.size()] : proses[random() % proses.size()][random() % 12];
    text += ' ';
  }
  return text;
}

/// The least of many runs, in nanoseconds a call: what the machine can do when nobody else uses it.
template <class Call>
double nanoseconds(const Call& call) {
  double best = 1e18;
  for (int run = 0; run < 50; ++run) {
    constexpr int kCalls = 200;
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) call();
    std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
    best = std::min(best, spent.count() / kCalls);
  }
  return best;
}

std::string escaped(const std::string& word) {
  std::string result;
  for (char c : word) {
    if (c == ' ') result += '\\';
    result += c;
  }
  return result;
}

struct Raw {
  hs_database_t* database = nullptr;
  hs_scratch_t* scratch = nullptr;

  Raw(const std::vector<std::string>& keywords, bool patterns) {
    std::vector<std::string> texts;
    std::vector<unsigned> flags, ids;
    for (const std::string& keyword : keywords) texts.push_back(escaped(keyword)), flags.push_back(HS_FLAG_CASELESS);
    if (patterns) {
      for (const char* pattern : kPatterns) texts.emplace_back(pattern), flags.push_back(HS_FLAG_SINGLEMATCH);
    }
    std::vector<const char*> pointers;
    for (const std::string& text : texts) pointers.push_back(text.c_str()), ids.push_back(static_cast<unsigned>(ids.size()));
    hs_compile_error_t* error = nullptr;
    hs_error_t status = hs_compile_multi(pointers.data(), flags.data(), ids.data(), static_cast<unsigned>(ids.size()), HS_MODE_BLOCK,
                                         &platform(), &database, &error);
    if (status != HS_SUCCESS) std::printf("cannot compile: %s\n", error->message);
    hs_alloc_scratch(database, &scratch);
  }
  void scan(const std::string& text) const {
    auto ignore = [](unsigned, unsigned long long, unsigned long long, unsigned, void*) { return 0; };
    sbx::text::scan(database, text, scratch, ignore, nullptr);
  }
};

TextDatabase database(const std::vector<std::string>& keywords, bool patterns) {
  TextRules rules;
  for (const std::string& keyword : keywords) static_cast<void>(rules.add_keyword(keyword));
  if (patterns) {
    for (const char* pattern : kPatterns) static_cast<void>(rules.add_pattern(pattern));
  }
  return *TextDatabase::build(std::move(rules), "");
}

void compare(const char* name, const std::vector<std::string>& keywords, bool patterns, const std::string& text) {
  Raw raw(keywords, patterns);
  TextDatabase ours = database(keywords, patterns);
  TextScratch scratch;
  TextHits hits;
  double bare = nanoseconds([&] { raw.scan(text); });
  double full = nanoseconds([&] { ours.scan(text, scratch, hits); });
  std::printf("%-44s raw %8.0f ns   ours %8.0f ns   ratio %.2f   difference %+.0f ns\n", name, bare, full, full / bare, full - bare);
}

}  // namespace

int main() {
  const std::vector<std::string> many = words(1000), one = {"urgent"};
  struct Named {
    const char* name;
    std::string text;
  };
  const std::vector<Named> prompts{{"English (ASCII)", prompt(many, {kEnglish})},
                                   {"German", prompt(many, {kGerman})},
                                   {"Russian", prompt(many, {kRussian})},
                                   {"Chinese", prompt(many, {kChinese})},
                                   {"all mixed", prompt(many, {kEnglish, kGerman, kRussian, kChinese})}};
  for (const Named& one_prompt : prompts) {
    std::string out;
    std::printf("%s, %zu bytes; folding alone %.0f ns\n", one_prompt.name, one_prompt.text.size(),
                nanoseconds([&] { fold(one_prompt.text, out); }));
    compare("  1,000 keywords, 10 patterns", many, true, one_prompt.text);
    compare("  1,000 keywords", many, false, one_prompt.text);
    compare("  1 keyword", one, false, one_prompt.text);
  }
}
