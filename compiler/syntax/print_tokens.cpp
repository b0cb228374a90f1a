// SPDX-License-Identifier: Apache-2.0
// Tokens as text.
#include "compiler/syntax/classify.h"
#include "compiler/syntax/print.h"

namespace sbx::syntax {

std::string print_tokens(const SourceSet& sources, FileId file, Diagnostics& diags) {
  std::string lines;
  for (const ClassifiedToken& token : classify(sources, file, diags)) {
    lines += std::to_string(token.span.begin) + "-" + std::to_string(token.span.end) + " ";
    lines += std::string(name_of(token.of)) + " " + quoted(sources.text(token.span)) + "\n";
  }
  return lines;
}

}  // namespace sbx::syntax
