// SPDX-License-Identifier: Apache-2.0
// The stage on one screen: tokens, brackets, limits, a fast parse that gives up at the first error, and if it did a
// patient one that reports and recovers; then the tree.
#include "compiler/syntax/parse.h"

#include <antlr4-runtime.h>

#include "SignalboxParser.h"
#include "compiler/syntax/build_ast.h"
#include "compiler/syntax/recover.h"
#include "compiler/syntax/tokens.h"

namespace sbx::syntax {
namespace {

using Parser = sbx_antlr::SignalboxParser;

/// Feeds our tokens to the generated parser; a token's "start index" there is its index here.
class Replay : public antlr4::TokenSource {
 public:
  explicit Replay(const std::vector<size_t>& types) : types_(types) {}

  std::unique_ptr<antlr4::Token> nextToken() override {
    size_t type = next_ < types_.size() ? types_[next_] : antlr4::Token::EOF;
    auto token = std::make_unique<antlr4::CommonToken>(type);
    token->setStartIndex(next_);
    token->setStopIndex(next_);
    if (next_ < types_.size()) ++next_;
    return token;
  }
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() override { return 0; }
  antlr4::CharStream* getInputStream() override { return nullptr; }
  std::string getSourceName() override { return ""; }
  antlr4::TokenFactory<antlr4::CommonToken>* getTokenFactory() override { return antlr4::CommonTokenFactory::DEFAULT.get(); }

 private:
  const std::vector<size_t>& types_;
  size_t next_ = 0;
};

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

ast::File parse(const SourceSet& sources, FileId file, Diagnostics& diags) {
  ast::File nothing{file, {}};
  TokenList all = lex(sources, file, diags);
  if (!all.readable) return nothing;
  std::vector<Token> tokens = balance(sources, file, all.tokens, diags);
  if (!within_limits(sources, tokens, diags)) return nothing;

  std::vector<size_t> types = types_of(tokens);
  Replay replay(types);
  antlr4::CommonTokenStream stream(&replay);
  Parser parser(&stream);
  parser.removeErrorListeners();
  Parser::FileContext* tree = nullptr;
  try {
    parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(antlr4::atn::PredictionMode::SLL);
    parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
    tree = parser.file();
  } catch (const antlr4::ParseCancellationException&) {
    stream.seek(0);
    parser.reset();
    parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(antlr4::atn::PredictionMode::LL);
    parser.setErrorHandler(std::make_shared<Recovery>(sources, file, tokens, types, diags));
    tree = parser.file();
  }
  return Builder(sources, file, tokens, all, diags).file(tree);
}

}  // namespace sbx::syntax
