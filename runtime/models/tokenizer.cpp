// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokenizer.h"

#include <algorithm>
#include <fstream>

#include "runtime/models/tokenizer_added.h"
#include "runtime/models/tokenizer_models.h"
#include "runtime/models/tokenizer_normalizers.h"
#include "runtime/models/tokenizer_splits.h"

namespace sbx::models {
namespace {

constexpr size_t kLargestFile = size_t{256} << 20;

void trim(PlacedSpan text, std::vector<Token>& tokens) {
  for (Token& token : tokens) {
    while (token.start < token.end && text[token.start].value == ' ') ++token.start;
    while (token.start < token.end && text[token.end - 1].value == ' ') --token.end;
  }
}

}  // namespace

Tokenizer::Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Tokenizer> Tokenizer::open(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return Error{"R0785", "cannot read `" + path + "`"};
  const auto size = static_cast<std::streamoff>(file.tellg());
  if (size < 0 || static_cast<size_t>(size) > kLargestFile) return Error{"R0785", "`" + path + "` is larger than a tokenizer may be"};
  std::string bytes(static_cast<size_t>(size), '\0');
  if (!file.seekg(0).read(bytes.data(), size)) return Error{"R0785", "cannot read `" + path + "`"};
  auto result = parse(bytes);
  if (!result) return Error{result.error().code, path + ": " + result.error().message};
  return result;
}

Result<Tokenizer> Tokenizer::parse(std::string_view json) {
  if (json.size() > kLargestFile) return Error{"R0785", "it is larger than a tokenizer may be"};
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (const auto error = parser.parse(json.data(), json.size()).get(document)) return Error{"R0785", std::string("it is not JSON: ") + simdjson::error_message(error)};
  std::optional<Error> problem;
  const JsonNode root(document, "tokenizer", problem);

  Tokenizer result;
  result.normalizer_ = read_normalizer(root.at("normalizer"));
  result.pre_tokenizer_ = read_pre_tokenizer(root.at("pre_tokenizer"));
  result.model_ = read_token_model(root.at("model"));
  result.frame_ = std::make_unique<TokenFrame>(root.at("post_processor"));
  std::vector<AddedToken> raw = read_added_tokens(root), normalized;
  const auto later = std::ranges::stable_partition(raw, [](const AddedToken& token) { return !token.normalized; });
  normalized.assign(later.begin(), later.end());
  raw.erase(later.begin(), later.end());
  if (problem) return *problem;
  for (AddedToken& token : normalized) {
    PlacedText text;
    for (const char32_t c : token.content) text.push_back({c});
    if (result.normalizer_ && !text.empty()) result.normalizer_->apply(text);
    token.content.clear();
    for (const PlacedChar& c : text) token.content.push_back(c.value);
  }
  result.raw_added_ = std::make_unique<AddedTokens>(std::move(raw));
  result.normalized_added_ = std::make_unique<AddedTokens>(std::move(normalized));

  if (const JsonNode truncation = root.at("truncation"); truncation.is_object()) {
    result.most_tokens_ = truncation.number("max_length");
    result.keeps_end_ = truncation.text("direction", "Right") == "Left";
    if (*result.most_tokens_ <= result.added()) truncation.wrong("leaves no place for the text");
  }
  if (const JsonNode padding = root.at("padding"); padding.is_object()) result.padding_id_ = padding.number("pad_id", 0);
  if (problem) return *problem;
  return result;
}

std::vector<Token> Tokenizer::tokenize(std::string_view text) const {
  const PlacedText all = placed(text);
  std::vector<Token> result;
  for (const AddedTokens::Part& part : raw_added_->split(all)) {
    const PlacedSpan characters = PlacedSpan(all).subspan(part.begin, part.end - part.begin);
    if (part.token != nullptr) {
      result.push_back(token_of(part.token->id, characters));
    } else {
      tokenize_part(characters, result);
    }
  }
  if (frame_->trims()) trim(all, result);
  return result;
}

void Tokenizer::tokenize_part(PlacedSpan part, std::vector<Token>& out) const {
  PlacedText text(part.begin(), part.end());
  if (normalizer_) normalizer_->apply(text);
  text.resize(std::min(text.size(), most_normalized(part.size())));
  Pieces pieces;
  for (const AddedTokens::Part& piece : normalized_added_->split(text)) {
    const PlacedSpan characters = PlacedSpan(text).subspan(piece.begin, piece.end - piece.begin);
    if (piece.token != nullptr) {
      out.push_back(token_of(piece.token->id, characters));
    } else if (!pre_tokenizer_) {
      model_->tokenize(characters, out);
    } else {
      pieces = {};
      pre_tokenizer_->split(characters, pieces);
      for (size_t i = 0; i < pieces.size(); ++i) model_->tokenize(pieces[i], out);
    }
  }
}

uint32_t Tokenizer::added() const { return static_cast<uint32_t>(frame_->before().size() + frame_->after().size()); }

Encoding Tokenizer::framed(std::span<const Token> tokens) const {
  Encoding result;
  result.tokens.assign(tokens.begin(), tokens.end());
  result.first = frame_->before().size();
  const auto put = [&](int64_t id, int64_t type) {
    result.ids.push_back(id);
    result.type_ids.push_back(type);
  };
  for (const auto& [id, type] : frame_->before()) put(id, type);
  for (const Token& token : tokens) put(token.id, frame_->type());
  for (const auto& [id, type] : frame_->after()) put(id, type);
  return result;
}

Encoding Tokenizer::encode(std::string_view text) const {
  const std::vector<Token> tokens = tokenize(text);
  const size_t most = most_tokens_ ? *most_tokens_ - added() : SIZE_MAX;
  const size_t kept = std::min(tokens.size(), most);
  Encoding result = framed(std::span(tokens).subspan(keeps_end_ ? tokens.size() - kept : 0, kept));
  result.truncated = kept < tokens.size();
  return result;
}

}  // namespace sbx::models
