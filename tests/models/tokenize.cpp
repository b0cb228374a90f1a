// SPDX-License-Identifier: Apache-2.0
// Tokens of texts, for tests/models/tokenizers.mjs: `tokenize TOKENIZER.json` reads a JSON text a line, and prints its ids and places a line.
#include <simdjson.h>

#include <iostream>

#include "runtime/models/tokenizer.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto tokenizer = sbx::models::Tokenizer::open(argv[1]);
  if (!tokenizer) {
    std::cout << "{\"code\":\"" << tokenizer.error().code << "\"}\n";
    std::cerr << tokenizer.error().message << "\n";
    return 1;
  }
  simdjson::dom::parser parser;
  for (std::string line; std::getline(std::cin, line);) {
    std::string_view text;
    if (parser.parse(line).get(text)) return 2;
    const sbx::models::Encoding encoding = tokenizer->encode(text);
    std::cout << "{\"ids\":[";
    for (size_t i = 0; i < encoding.ids.size(); ++i) std::cout << (i == 0 ? "" : ",") << encoding.ids[i];
    std::cout << "],\"types\":[";
    for (size_t i = 0; i < encoding.type_ids.size(); ++i) std::cout << (i == 0 ? "" : ",") << encoding.type_ids[i];
    std::cout << "],\"first\":" << encoding.first << ",\"places\":[";
    for (size_t i = 0; i < encoding.tokens.size(); ++i) {
      std::cout << (i == 0 ? "" : ",") << "[" << encoding.tokens[i].start << "," << encoding.tokens[i].end << "]";
    }
    std::cout << "],\"count\":" << tokenizer->count(text) << "}\n";
  }
}
