// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/database.h"

#include <hs/hs.h>

#include <array>
#include <optional>

#include "runtime/text/database_cache.h"
#include "runtime/text/fold.h"
#include "runtime/text/matching.h"
#include "runtime/text/patterns.h"

namespace sbx::text {
namespace {

struct FreeDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
struct FreeScratch {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

/// What is handed to the library's compiler, one element an expression.
struct Expressions {
  std::vector<std::string> texts;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;

  void add(std::string text, unsigned flag, size_t id) {
    texts.push_back(std::move(text));
    flags.push_back(flag);
    ids.push_back(static_cast<unsigned>(id));
  }
  [[nodiscard]] std::string content() const {
    std::string result;
    for (size_t i = 0; i < texts.size(); ++i) {
      result += std::to_string(ids[i]) + ":" + std::to_string(flags[i]) + ":" + std::to_string(texts[i].size()) + ":" + texts[i];
    }
    return result;
  }
};

std::string literal(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && class_of(byte) == CharClass::Word) {
      result += c;
    } else {
      result += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return result;
}

/// For texts of ASCII, and for folded ones: every anchor and every pattern. Anchors are folded, so without case they match both.
Expressions whole_set(const TextRules& rules, const Anchors& anchors) {
  Expressions result;
  for (size_t i = 0; i < anchors.texts.size(); ++i) result.add(literal(anchors.texts[i]), HS_FLAG_CASELESS, i);
  for (size_t i = 0; i < rules.patterns().size(); ++i) {
    const Pattern& pattern = rules.patterns()[i];
    result.add(pattern.expression, ascii_pattern_flags(pattern.counted), anchors.texts.size() + i);
  }
  return result;
}

/// For other texts as they were written: every pattern.
Expressions pattern_set(const TextRules& rules, const Anchors& anchors) {
  Expressions result;
  for (size_t i = 0; i < rules.patterns().size(); ++i) {
    const Pattern& pattern = rules.patterns()[i];
    result.add(pattern.expression, pattern_flags(pattern.expression, pattern.counted), anchors.texts.size() + i);
  }
  return result;
}

Result<Database> compile(const Expressions& expressions) {
  std::vector<const char*> texts;
  for (const std::string& text : expressions.texts) texts.push_back(text.c_str());
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_error_t status = hs_compile_multi(texts.data(), expressions.flags.data(), expressions.ids.data(), static_cast<unsigned>(texts.size()),
                                       HS_MODE_BLOCK, nullptr, &database, &error);
  if (status == HS_SUCCESS) return Database(database);
  std::string message = error && error->message ? error->message : "unknown reason";
  hs_free_compile_error(error);
  return Error{"R0710", "the keywords and patterns of the policy cannot be compiled together: " + message};
}

std::optional<std::string> serialized(const Database& database) {
  if (!database) return std::string();
  char* bytes = nullptr;
  size_t size = 0;
  if (hs_serialize_database(database.get(), &bytes, &size) != HS_SUCCESS) return std::nullopt;
  std::string result(bytes, size);
  std::free(bytes);
  return result;
}

int match_callback(unsigned id, unsigned long long from, unsigned long long to, unsigned, void* context) {
  on_match(*static_cast<Matching*>(context), id, from, to);
  return 0;
}

}  // namespace

struct TextScratch::Memory {
  std::unique_ptr<hs_scratch_t, FreeScratch> scratch;
  std::shared_ptr<const void>
      ready_for;  // the database that `scratch` was last made ready for; kept alive, so that the address stays its own
  std::string folded;
  std::string repaired;
  FuzzyText fuzzy;
};

struct TextDatabase::Compiled {
  TextRules rules;
  Anchors anchors;
  Database whole;         // none: no anchors and no patterns
  Database for_patterns;  // none: no patterns

  Result<bool> compile_all(const Expressions& all, const Expressions& patterns) {
    for (auto [from, to] : {std::pair{&all, &whole}, std::pair{&patterns, &for_patterns}}) {
      if (from->texts.empty()) continue;
      Result<Database> made = compile(*from);
      if (!made) return made.error();
      *to = std::move(*made);
    }
    return true;
  }

  /// Whether all databases that are wanted came out of `blobs`.
  bool load(const std::vector<std::string>& blobs, const Expressions& all, const Expressions& patterns) {
    if (blobs.size() != 2) return false;
    size_t next = 0;
    for (auto [from, to] : {std::pair{&all, &whole}, std::pair{&patterns, &for_patterns}}) {
      const std::string& blob = blobs[next++];
      if (from->texts.empty()) continue;
      hs_database_t* database = nullptr;
      if (blob.empty() || hs_deserialize_database(blob.data(), blob.size(), &database) != HS_SUCCESS) return false;
      to->reset(database);
    }
    return true;
  }

  void scan(const Database& database, hs_scratch_t* scratch, Matching matching) const {
    if (!database) return;
    hs_scan(database.get(), matching.text.data(), static_cast<unsigned>(matching.text.size()), 0, scratch, match_callback, &matching);
  }
};

TextScratch::TextScratch() : memory_(std::make_unique<Memory>()) {}
TextScratch::~TextScratch() = default;
TextScratch::TextScratch(TextScratch&&) noexcept = default;
TextScratch& TextScratch::operator=(TextScratch&&) noexcept = default;

Result<TextDatabase> TextDatabase::build(TextRules rules, const std::string& cache) {
  if (hs_valid_platform() != HS_SUCCESS)
    return Error{"R0710", "this processor lacks what the pattern matcher needs (SSE4.2 on x86-64, NEON on ARM)"};
  auto compiled = std::make_shared<Compiled>();
  compiled->rules = std::move(rules);
  compiled->anchors = group_anchors(compiled->rules);
  Expressions all = whole_set(compiled->rules, compiled->anchors);
  Expressions patterns = pattern_set(compiled->rules, compiled->anchors);
  if (all.texts.empty()) return TextDatabase(std::move(compiled));

  hs_platform_info_t platform = {};
  hs_populate_platform(&platform);
  std::string content = std::string(hs_version()) + ":" + std::to_string(platform.tune) + ":" + std::to_string(platform.cpu_features) +
                        "\n" + all.content() + "\n" + patterns.content();
  std::string name = content_name(content) + ".hsdb";
  if (!cache.empty()) {
    std::optional<std::vector<std::string>> blobs = load_blobs(cache, name);
    if (blobs && compiled->load(*blobs, all, patterns)) return TextDatabase(std::move(compiled));
  }
  if (Result<bool> made = compiled->compile_all(all, patterns); !made) return made.error();
  std::optional<std::string> first = serialized(compiled->whole), second = serialized(compiled->for_patterns);
  if (!cache.empty() && first && second) store_blobs(cache, name, {std::move(*first), std::move(*second)});
  return TextDatabase(std::move(compiled));
}

const TextRules& TextDatabase::rules() const { return compiled_->rules; }

void TextDatabase::prepare(TextScratch& scratch) const {
  TextScratch::Memory& memory = *scratch.memory_;
  if (memory.ready_for == compiled_) return;
  for (const Database* database : {&compiled_->whole, &compiled_->for_patterns}) {
    if (!*database) continue;
    hs_scratch_t* grown = memory.scratch.release();
    SBX_CHECK(hs_alloc_scratch(database->get(), &grown) == HS_SUCCESS, "out of memory for scanning");
    memory.scratch.reset(grown);
  }
  memory.ready_for = compiled_;
}

void TextDatabase::scan(std::string_view text, TextScratch& scratch, TextHits& hits) const {
  const Compiled& compiled = *compiled_;
  const TextRules& rules = compiled.rules;
  hits.seen.assign(rules.entries() / 64 + 1, 0);
  hits.counts.assign(rules.entries(), 0);
  hits.last.resize(rules.entries());
  hits.sequences.assign(rules.sequences().size(), {});
  prepare(scratch);
  TextScratch::Memory& memory = *scratch.memory_;

  Matching matching{.rules = rules, .anchors = compiled.anchors, .text = text, .hits = hits};
  bool ascii = is_ascii(text);
  if (ascii) {
    compiled.scan(compiled.whole, memory.scratch.get(), matching);
  } else {
    bool folds = !rules.keywords().empty() || !rules.fuzzy().empty();
    bool valid = folds ? fold(text, memory.folded) : is_valid_utf8(text);
    if (!rules.keywords().empty()) {
      matching.text = memory.folded;
      matching.patterns = false;
      compiled.scan(compiled.whole, memory.scratch.get(), matching);
      matching.patterns = true;
    }
    if (!rules.patterns().empty()) {
      if (!valid) repair_utf8(text, memory.repaired);
      matching.text = valid ? text : std::string_view(memory.repaired);
      compiled.scan(compiled.for_patterns, memory.scratch.get(), matching);
    }
  }
  if (rules.fuzzy().empty()) return;
  if (ascii) fold(text, memory.folded);
  memory.fuzzy.assign(memory.folded);
  for (const FuzzyKeyword& keyword : rules.fuzzy()) {
    if (memory.fuzzy.contains(keyword)) hits.set(keyword.entry);
  }
}

}  // namespace sbx::text
