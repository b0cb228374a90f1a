// SPDX-License-Identifier: Apache-2.0
// The stage on one screen: tokens, limits, brackets, a fast parse that gives up at the first error, and if it did a
// patient one that reports and recovers.
#include "compiler/syntax/tree.h"

#include "compiler/syntax/recover.h"

namespace sbx::syntax {
namespace {

using Parser = sbx_antlr::SignalboxParser;

std::vector<size_t> types_of(const std::vector<Token>& tokens) {
  std::vector<size_t> types;
  types.reserve(tokens.size());
  for (const Token& token : tokens) {
    size_t put_in = token.kind == TokenKind::CloseBrace   ? Parser::RBRACE
                    : token.kind == TokenKind::CloseParen ? Parser::RPAREN
                                                          : Parser::RBRACKET;
    types.push_back(token.synthetic ? put_in : token.type);
  }
  return types;
}

}  // namespace

std::unique_ptr<antlr4::Token> Replay::nextToken() {
  size_t type = next_ < types_.size() ? types_[next_] : antlr4::Token::EOF;
  auto token = std::make_unique<antlr4::CommonToken>(type);
  token->setStartIndex(next_);
  token->setStopIndex(next_);
  if (next_ < types_.size()) ++next_;
  return token;
}

ParseTree::ParseTree(const SourceSet& sources, FileId file, Diagnostics& diags) : all(lex(sources, file, diags)) {
  if (!all.readable || !within_limits(sources, all.tokens, diags)) return;
  tokens = balance(sources, file, all.tokens, diags);
  types = types_of(tokens);
  replay_ = std::make_unique<Replay>(types);
  stream_ = std::make_unique<antlr4::CommonTokenStream>(replay_.get());
  parser_ = std::make_unique<Parser>(stream_.get());
  parser_->removeErrorListeners();
  auto* simulator = parser_->getInterpreter<antlr4::atn::ParserATNSimulator>();
  try {
    simulator->setPredictionMode(antlr4::atn::PredictionMode::SLL);
    parser_->setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
    root = parser_->file();
  } catch (const antlr4::ParseCancellationException&) {
    stream_->seek(0);
    parser_->reset();
    simulator->setPredictionMode(antlr4::atn::PredictionMode::LL);
    parser_->setErrorHandler(std::make_shared<Recovery>(sources, file, tokens, types, diags));
    root = parser_->file();
  }
}

}  // namespace sbx::syntax
