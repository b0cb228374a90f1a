// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/tokenizer_added.h"

#include <algorithm>

namespace sbx::models {
namespace {

std::vector<std::pair<std::u32string, uint32_t>> contents_of(const std::vector<AddedToken>& tokens) {
  std::vector<std::pair<std::u32string, uint32_t>> result;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].content.empty()) result.emplace_back(tokens[i].content, i);
  }
  return result;
}

}  // namespace

std::vector<AddedToken> read_added_tokens(const JsonNode& document) {
  std::vector<AddedToken> result;
  if (!document.has("added_tokens")) return result;
  for (const JsonNode& node : document.items("added_tokens")) {
    result.push_back({.content = characters_of(node.text("content")), .id = node.number("id"), .whole_word = node.flag("single_word", false),
                      .takes_left = node.flag("lstrip", false), .takes_right = node.flag("rstrip", false),
                      .normalized = node.flag("normalized", !node.flag("special", false))});
  }
  return result;
}

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)), trie_(contents_of(tokens_)) {}

std::vector<AddedTokens::Part> AddedTokens::split(PlacedSpan text) const {
  std::vector<Part> result;
  size_t done = 0;
  const auto rest = [&](size_t until) {
    if (until > done) result.push_back({done, until, nullptr});
  };
  for (size_t from = 0; from < text.size();) {
    Part found = find(text, from);
    if (found.token == nullptr) break;
    from = found.end;
    const bool within = (found.begin > 0 && is_word(text[found.begin - 1].value)) || (found.end < text.size() && is_word(text[found.end].value));
    if ((found.token->whole_word && within) || found.begin < done) continue;
    while (found.token->takes_left && found.begin > done && is_white(text[found.begin - 1].value)) --found.begin;
    while (found.token->takes_right && found.end < text.size() && is_white(text[found.end].value)) ++found.end;
    rest(found.begin);
    result.push_back(found);
    done = found.end;
  }
  rest(text.size());
  return result;
}

AddedTokens::Part AddedTokens::find(PlacedSpan text, size_t from) const {
  Part found;
  for (size_t begin = from; begin < text.size() && found.token == nullptr; ++begin) {
    Trie::Place place = Trie::kRoot;
    for (size_t end = begin; end < text.size() && place != Trie::kNowhere; ++end) {
      place = trie_.step(place, text[end].value);
      if (const auto token = trie_.id(place)) found = {begin, end + 1, &tokens_[*token]};
    }
  }
  return found;
}

TokenFrame::TokenFrame(const JsonNode& post_processor) { read(post_processor); }

void TokenFrame::read(const JsonNode& node) {
  if (!node.is_object()) return;
  const std::string type = node.text("type");
  if (type == "Sequence") {
    for (const JsonNode& part : node.items("processors")) read(part);
    return;
  }
  if (type == "ByteLevel") {
    trims_ |= node.flag("trim_offsets", true);
    return;
  }
  if (framed_) node.not_supported("a second processor that adds tokens");
  framed_ = true;
  if (type == "TemplateProcessing") return read_template(node);
  if (type == "BertProcessing" || type == "RobertaProcessing") return read_ends(node);
  node.not_supported("the post-processor `" + type + "`");
}

void TokenFrame::read_template(const JsonNode& node) {
  bool text_seen = false;
  for (const JsonNode& part : node.items("single")) {
    if (part.has("Sequence")) {
      if (text_seen || part.at("Sequence").text("id", "A") != "A") part.not_supported("a text that stands in its template twice");
      type_ = part.at("Sequence").number("type_id", 0);
      text_seen = true;
      continue;
    }
    const JsonNode special = part.at("SpecialToken");
    const JsonNode token = node.at("special_tokens").at(special.text("id"));
    for (const JsonNode& id : token.items("ids")) (text_seen ? after_ : before_).push_back({id.as_number(), special.number("type_id", 0)});
  }
  if (!text_seen) node.wrong("has no place for the text");
}

void TokenFrame::read_ends(const JsonNode& node) {
  const auto put = [&](std::string_view key, std::vector<Put>& where) {
    const std::vector<JsonNode> pair = node.items(key);
    if (pair.size() != 2) node.at(key).wrong("is not a token and its number");
    if (pair.size() == 2) where.push_back({pair[1].as_number(), 0});
  };
  put("cls", before_);
  put("sep", after_);
  if (node.text("type") == "RobertaProcessing") trims_ |= node.flag("trim_offsets", true);
}

}  // namespace sbx::models
