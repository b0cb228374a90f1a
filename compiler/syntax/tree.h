// SPDX-License-Identifier: Apache-2.0
// Inside the room only: one file's parse tree and what it stands on. Sees ANTLR.
#pragma once

#include <antlr4-runtime.h>

#include <memory>
#include <vector>

#include "SignalboxParser.h"
#include "compiler/syntax/tokens.h"

namespace sbx::syntax {

/// Feeds our tokens to the generated parser; a token's "start index" there is its index here.
class Replay : public antlr4::TokenSource {
 public:
  explicit Replay(const std::vector<size_t>& types) : types_(types) {}

  std::unique_ptr<antlr4::Token> nextToken() override;
  size_t getLine() const override { return 0; }
  size_t getCharPositionInLine() override { return 0; }
  antlr4::CharStream* getInputStream() override { return nullptr; }
  std::string getSourceName() override { return ""; }
  antlr4::TokenFactory<antlr4::CommonToken>* getTokenFactory() override { return antlr4::CommonTokenFactory::DEFAULT.get(); }

 private:
  const std::vector<size_t>& types_;
  size_t next_ = 0;
};

/// Reads a file on construction, reporting every error. Nothing in it moves: the tree points into it.
class ParseTree {
 public:
  ParseTree(const SourceSet& sources, FileId file, Diagnostics& diags);
  ParseTree(const ParseTree&) = delete;

  TokenList all;              // with comments
  std::vector<Token> tokens;  // without, brackets paired
  std::vector<size_t> types;  // of `tokens`
  /// Null when the file was refused unread.
  sbx_antlr::SignalboxParser::FileContext* root = nullptr;

 private:
  std::unique_ptr<Replay> replay_;
  std::unique_ptr<antlr4::CommonTokenStream> stream_;
  std::unique_ptr<sbx_antlr::SignalboxParser> parser_;
};

}  // namespace sbx::syntax
