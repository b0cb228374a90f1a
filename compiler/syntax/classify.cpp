// SPDX-License-Identifier: Apache-2.0
#include "compiler/syntax/classify.h"

#include <set>

#include "compiler/syntax/tree.h"

namespace sbx::syntax {
namespace {

using P = sbx_antlr::SignalboxParser;
using antlr4::tree::ParseTree;

bool holds_names(ParseTree* node) {
  return dynamic_cast<P::NameContext*>(node) || dynamic_cast<P::NotModelContext*>(node) || dynamic_cast<P::HardKeywordContext*>(node) ||
         dynamic_cast<P::SlotContext*>(node);
}

// Where the words begin that the parser took as names.
std::set<uint32_t> names_in(const syntax::ParseTree& tree) {
  std::set<uint32_t> begins;
  std::vector<ParseTree*> work{tree.root};
  while (!work.empty()) {
    ParseTree* node = work.back();
    work.pop_back();
    for (ParseTree* child : node->children) {
      auto* leaf = dynamic_cast<antlr4::tree::TerminalNode*>(child);
      if (!leaf) work.push_back(child);
      if (leaf && holds_names(node)) begins.insert(tree.tokens[leaf->getSymbol()->getStartIndex()].span.begin);
    }
  }
  return begins;
}

TokenClass class_of(const Token& token, bool is_name) {
  switch (token.kind) {
    case TokenKind::Word:
      return token.type == P::IDENTIFIER || is_name ? TokenClass::Name : TokenClass::Keyword;
    case TokenKind::Number:
      return TokenClass::Number;
    case TokenKind::String:
    case TokenKind::LongString:
      return TokenClass::String;
    case TokenKind::Comment:
    case TokenKind::DocComment:
      return TokenClass::Comment;
    case TokenKind::OpenBrace:
    case TokenKind::CloseBrace:
    case TokenKind::OpenParen:
    case TokenKind::CloseParen:
    case TokenKind::OpenBracket:
    case TokenKind::CloseBracket:
      return TokenClass::Bracket;
    case TokenKind::Comma:
    case TokenKind::Colon:
    case TokenKind::Dot:
    case TokenKind::Question:
    case TokenKind::Assign:
    case TokenKind::Operator:
    case TokenKind::Ellipsis:
      return TokenClass::Sign;
  }
  return TokenClass::Sign;
}

}  // namespace

std::string_view name_of(TokenClass of) {
  switch (of) {
    case TokenClass::Keyword:
      return "keyword";
    case TokenClass::Name:
      return "name";
    case TokenClass::Number:
      return "number";
    case TokenClass::String:
      return "string";
    case TokenClass::Comment:
      return "comment";
    case TokenClass::Bracket:
      return "bracket";
    case TokenClass::Sign:
      return "sign";
  }
  return "";
}

std::vector<ClassifiedToken> classify(const SourceSet& sources, FileId file, Diagnostics& diags) {
  const syntax::ParseTree tree(sources, file, diags);
  const std::set<uint32_t> names = tree.root ? names_in(tree) : std::set<uint32_t>{};
  std::vector<ClassifiedToken> classified;
  for (const Token& token : tree.all.tokens) classified.push_back({token.span, class_of(token, names.contains(token.span.begin))});
  return classified;
}

}  // namespace sbx::syntax
