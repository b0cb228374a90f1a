// SPDX-License-Identifier: Apache-2.0
// Inside the room only: how a parse goes on after an error, and how the error is worded. Sees ANTLR.
#pragma once

#include <antlr4-runtime.h>

#include <set>
#include <string>
#include <vector>

#include "SignalboxParser.h"
#include "compiler/syntax/tokens.h"

namespace sbx::syntax {

/// The token types that can stand at `at` after the tokens [begin, at), when `rule` starts at `begin`. Empty: too much to find out.
[[nodiscard]] std::set<size_t> expected_tokens(const antlr4::atn::ATN& atn, size_t rule, const std::vector<size_t>& types, size_t begin,
                                               size_t at);

/// "`{` or `when`", "an expression", "a name": token types in the author's words. Empty for an empty set.
[[nodiscard]] std::string describe_expected(std::set<size_t> types);

/// Reports one error for each broken declaration, action or field and skips to the next one. Tokens must be balanced.
class Recovery : public antlr4::DefaultErrorStrategy {
 public:
  Recovery(const SourceSet& sources, FileId file, const std::vector<Token>& tokens, const std::vector<size_t>& types, Diagnostics& diags)
      : sources_(sources), file_(file), tokens_(tokens), types_(types), diags_(diags) {
    find_firm_starts();
  }

  void reset(antlr4::Parser*) override {}
  bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }
  void reportMatch(antlr4::Parser*) override {}
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void sync(antlr4::Parser* parser) override;
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;

 private:
  [[nodiscard]] Span span_at(size_t index) const;
  [[nodiscard]] std::string text_at(size_t index) const;
  [[nodiscard]] std::string found_at(size_t index) const;
  void find_firm_starts();
  [[nodiscard]] size_t firm_start_within(size_t begin, size_t at) const;
  void report(antlr4::Parser* parser, size_t at);
  void word(antlr4::Parser* parser, size_t rule, size_t begin, size_t at);
  void report_unknown_start(size_t at, bool declaration);
  [[nodiscard]] size_t next_start(size_t rule, size_t begin, size_t from) const;
  [[nodiscard]] bool starts(size_t rule, size_t index) const;
  void skip_to(antlr4::Parser* parser, size_t index);
  void enter_body(antlr4::Parser* parser, size_t begin, size_t from);

  const SourceSet& sources_;
  FileId file_;
  const std::vector<Token>& tokens_;
  const std::vector<size_t>& types_;
  Diagnostics& diags_;
  bool reported_ = false;  // the exception on its way up has been worded
  size_t error_at_ = 0;
  std::vector<bool> firm_;  // surely the first word of a declaration, whatever the words before it made of it
  size_t resume_at_ = 0;    // a firm start that the broken declaration ran into; 0: none
  size_t reports_ = 0;
  size_t resumed_ = 0;  // the last one gone back to: never go back twice
};

}  // namespace sbx::syntax
