// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/database.h"

#include <array>
#include <optional>

#include "runtime/text/database_cache.h"
#include "runtime/text/fold.h"
#include "runtime/text/matching.h"
#include "runtime/text/patterns.h"
#include "runtime/text/vectorscan.h"

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

/// For folded texts: every anchor. They are folded, so without case they match what is in ASCII as well.
Expressions keyword_set(const Anchors& anchors) {
  Expressions result;
  for (size_t i = 0; i < anchors.texts.size(); ++i) result.add(literal(anchors.texts[i]), HS_FLAG_CASELESS, i);
  return result;
}

/// For texts of ASCII: every anchor and every pattern, so that one scan does.
Expressions whole_set(const TextRules& rules, const Anchors& anchors) {
  Expressions result = keyword_set(anchors);
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
                                       HS_MODE_BLOCK, &platform(), &database, &error);
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
  static constexpr size_t kSets = 3;
  enum Set : uint8_t { kWhole, kKeywords, kPatterns };

  TextRules rules;
  Anchors anchors;
  std::array<Database, kSets> databases;  // none where nothing is looked for, and of keywords where they are the whole

  [[nodiscard]] std::array<Expressions, kSets> expressions() const {
    Expressions keywords = rules.patterns().empty() ? Expressions{} : keyword_set(anchors);
    return {whole_set(rules, anchors), std::move(keywords), pattern_set(rules, anchors)};
  }
  [[nodiscard]] const Database& keywords() const { return databases[rules.patterns().empty() ? kWhole : kKeywords]; }

  std::optional<Error> compile_all(const std::array<Expressions, kSets>& from) {
    for (size_t i = 0; i < kSets; ++i) {
      if (from[i].texts.empty()) continue;
      Result<Database> made = compile(from[i]);
      if (!made) return made.error();
      databases[i] = std::move(*made);
    }
    return std::nullopt;
  }

  /// Whether all databases that are wanted came out of `blobs`.
  bool load(const std::vector<std::string>& blobs, const std::array<Expressions, kSets>& from) {
    if (blobs.size() != kSets) return false;
    for (size_t i = 0; i < kSets; ++i) {
      if (from[i].texts.empty()) continue;
      hs_database_t* database = nullptr;
      if (blobs[i].empty() || hs_deserialize_database(blobs[i].data(), blobs[i].size(), &database) != HS_SUCCESS) return false;
      databases[i].reset(database);
    }
    return true;
  }

  void store(const std::string& cache, const std::string& name) const {
    std::vector<std::string> blobs;
    for (const Database& database : databases) {
      std::optional<std::string> blob = serialized(database);
      if (!blob) return;
      blobs.push_back(std::move(*blob));
    }
    store_blobs(cache, name, blobs);
  }

  void scan(const Database& database, hs_scratch_t* scratch, Matching matching) const {
    if (!database) return;
    text::scan(database.get(), matching.text, scratch, match_callback, &matching);
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
  std::array<Expressions, Compiled::kSets> expressions = compiled->expressions();
  if (expressions[Compiled::kWhole].texts.empty()) return TextDatabase(std::move(compiled));

  std::string content = std::string(hs_version()) + ":" + std::to_string(platform().tune) + ":" + std::to_string(platform().cpu_features);
  for (const Expressions& one : expressions) content += "\n" + one.content();
  std::string name = content_name(content) + ".hsdb";
  if (!cache.empty()) {
    std::optional<std::vector<std::string>> blobs = load_blobs(cache, name);
    if (blobs && compiled->load(*blobs, expressions)) return TextDatabase(std::move(compiled));
  }
  if (std::optional<Error> error = compiled->compile_all(expressions)) return *error;
  if (!cache.empty()) compiled->store(cache, name);
  return TextDatabase(std::move(compiled));
}

const TextRules& TextDatabase::rules() const { return compiled_->rules; }

void TextDatabase::prepare(TextScratch& scratch) const {
  TextScratch::Memory& memory = *scratch.memory_;
  if (memory.ready_for == compiled_) return;
  for (const Database& database : compiled_->databases) {
    if (!database) continue;
    hs_scratch_t* grown = memory.scratch.release();
    SBX_CHECK(hs_alloc_scratch(database.get(), &grown) == HS_SUCCESS, "out of memory for scanning");
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
    compiled.scan(compiled.databases[Compiled::kWhole], memory.scratch.get(), matching);
  } else {
    bool folds = !rules.keywords().empty() || !rules.fuzzy().empty();
    bool valid = folds ? fold(text, memory.folded) : is_valid_utf8(text);
    if (!rules.keywords().empty()) {
      matching.text = memory.folded;
      compiled.scan(compiled.keywords(), memory.scratch.get(), matching);
    }
    if (!rules.patterns().empty()) {
      if (!valid) repair_utf8(text, memory.repaired);
      matching.text = valid ? text : std::string_view(memory.repaired);
      compiled.scan(compiled.databases[Compiled::kPatterns], memory.scratch.get(), matching);
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
