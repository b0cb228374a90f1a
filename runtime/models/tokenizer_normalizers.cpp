// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokenizer_normalizers.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "runtime/models/tokenizer_regex.h"

namespace sbx::models {
namespace {

// Each character by itself, as the only one that is longer in lower case is.
void lower(PlacedText& text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t capital = text[i].value;
    if (capital < 0x80) {
      text[i].value = capital >= 'A' && capital <= 'Z' ? capital + 32 : capital;
      continue;
    }
    text[i].value = static_cast<char32_t>(u_tolower(static_cast<UChar32>(capital)));
    if (capital != 0x130) continue;
    const PlacedChar dot{0x307, text[i].start, text[i].end};
    text.insert(text.begin() + static_cast<ptrdiff_t>(++i), dot);
  }
}

class Lowercase : public Normalizer {
 public:
  void apply(PlacedText& text) const override { lower(text); }
};

class StripAccents : public Normalizer {
 public:
  void apply(PlacedText& text) const override {
    std::erase_if(text, [](const PlacedChar& c) { return is_mark(c.value); });
  }
};

// BERT, tokenization.py: BasicTokenizer, with the ranges of Hugging Face's library.
class Bert : public Normalizer {
 public:
  explicit Bert(const JsonNode& node)
      : cleans_(node.flag("clean_text", true)), spaces_chinese_(node.flag("handle_chinese_chars", true)), lowers_(node.flag("lowercase", true)),
        strips_(node.flag("strip_accents", lowers_)) {}

  void apply(PlacedText& text) const override {
    if (cleans_) clean(text);
    if (spaces_chinese_) space_chinese(text);
    if (strips_) {
      decompose_->apply(text);
      std::erase_if(text, [](const PlacedChar& c) { return is_nonspacing_mark(c.value); });
    }
    if (lowers_) lower(text);
  }

 private:
  static bool is_line(char32_t c) { return c == '\t' || c == '\n' || c == '\r'; }
  static bool is_chinese(char32_t c) {
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F) ||
           (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
  }
  static void clean(PlacedText& text) {
    std::erase_if(text, [](const PlacedChar& c) { return c.value == 0 || c.value == 0xFFFD || (is_invisible(c.value) && !is_line(c.value)); });
    for (PlacedChar& c : text) {
      if (is_white(c.value)) c.value = ' ';
    }
  }
  static void space_chinese(PlacedText& text) {
    if (std::ranges::none_of(text, is_chinese, &PlacedChar::value)) return;
    PlacedText result;
    for (const PlacedChar& c : text) {
      if (!is_chinese(c.value)) {
        result.push_back(c);
      } else {
        append_made(U" ", {&c, 1}, result);
        result.push_back(c);
        append_made(U" ", {&c, 1}, result);
      }
    }
    text = std::move(result);
  }

  bool cleans_, spaces_chinese_, lowers_, strips_;
  std::unique_ptr<const Normalizer> decompose_ = unicode_form("NFD");
};

class Replace : public Normalizer {
 public:
  explicit Replace(const JsonNode& node) : pattern_(Pattern::read(node.at("pattern"))), content_(characters_of(node.text("content"))) {}

  void apply(PlacedText& text) const override {
    PlacedText result;
    size_t done = 0;
    for (const Match& match : pattern_.find(text)) {
      result.insert(result.end(), text.begin() + static_cast<ptrdiff_t>(done), text.begin() + static_cast<ptrdiff_t>(match.begin));
      const size_t from = std::min(match.begin, text.size() - 1), to = std::max(match.end, from + 1);
      append_made(content_, PlacedSpan(text).subspan(from, to - from), result);
      done = match.end;
    }
    result.insert(result.end(), text.begin() + static_cast<ptrdiff_t>(done), text.end());
    text = std::move(result);
  }

 private:
  Pattern pattern_;
  std::u32string content_;
};

class Prepend : public Normalizer {
 public:
  explicit Prepend(const JsonNode& node) : what_(characters_of(node.text("prepend"))) {}
  void apply(PlacedText& text) const override {
    PlacedText made;
    append_made(what_, PlacedSpan(text).first(1), made);
    text.insert(text.begin(), made.begin(), made.end());
  }

 private:
  std::u32string what_;
};

class Strip : public Normalizer {
 public:
  explicit Strip(const JsonNode& node) : left_(node.flag("strip_left", true)), right_(node.flag("strip_right", true)) {}
  void apply(PlacedText& text) const override {
    const auto seen = [](const PlacedChar& c) { return !is_white(c.value); };
    if (right_) text.erase(std::find_if(text.rbegin(), text.rend(), seen).base(), text.end());
    if (left_) text.erase(text.begin(), std::ranges::find_if(text, seen));
  }

 private:
  bool left_, right_;
};

// Of sentencepiece's `nmt` rules what Hugging Face's library has.
class Nmt : public Normalizer {
 public:
  void apply(PlacedText& text) const override {
    std::erase_if(text, [](const PlacedChar& c) {
      const char32_t v = c.value;
      return (v >= 1 && v <= 8) || v == 0xB || (v >= 0xE && v <= 0x1F) || v == 0x7F || v == 0x8F || v == 0x9F;
    });
    for (PlacedChar& c : text) {
      const char32_t v = c.value;
      const bool space = v == 9 || v == 0xA || v == 0xC || v == 0xD || v == 0x1680 || (v >= 0x200B && v <= 0x200F) || v == 0x2028 || v == 0x2029 ||
                         v == 0x2581 || v == 0xFEFF || v == 0xFFFD;
      if (space) c.value = ' ';
    }
  }
};

class Bytes : public Normalizer {
 public:
  void apply(PlacedText& text) const override {
    PlacedText result;
    append_bytes(text, result);
    text = std::move(result);
  }
};

class Chain : public Normalizer {
 public:
  explicit Chain(const JsonNode& node) {
    for (const JsonNode& part : node.items("normalizers")) {
      if (auto normalizer = read_normalizer(part)) parts_.push_back(std::move(normalizer));
    }
  }
  void apply(PlacedText& text) const override {
    const size_t most = most_normalized(text.size());
    for (const auto& part : parts_) {
      if (!text.empty()) part->apply(text);
      if (text.size() > most) text.resize(most);
    }
  }

 private:
  std::vector<std::unique_ptr<const Normalizer>> parts_;
};

}  // namespace

std::unique_ptr<const Normalizer> read_normalizer(const JsonNode& node) {
  if (!node.is_object()) return nullptr;
  const std::string type = node.text("type");
  if (auto form = unicode_form(type)) return form;
  if (type == "BertNormalizer") return std::make_unique<Bert>(node);
  if (type == "Lowercase") return std::make_unique<Lowercase>();
  if (type == "StripAccents") return std::make_unique<StripAccents>();
  if (type == "Replace") return std::make_unique<Replace>(node);
  if (type == "Prepend") return std::make_unique<Prepend>(node);
  if (type == "Strip") return std::make_unique<Strip>(node);
  if (type == "Nmt") return std::make_unique<Nmt>();
  if (type == "ByteLevel") return std::make_unique<Bytes>();
  if (type == "Precompiled") return read_precompiled(node);
  if (type == "Sequence") return std::make_unique<Chain>(node);
  node.not_supported("the normalizer `" + type + "`");
  return nullptr;
}

}  // namespace sbx::models
