// SPDX-License-Identifier: Apache-2.0
// What a grammar for highlighting cannot know: what each name means.
#include "compiler/lsp/answers.h"

namespace sbx::lsp {
namespace {

enum class TokenType : uint8_t { Namespace, Type, Class, EnumMember, Variable, Parameter, Property, Function, Event };
constexpr const char* kTypes[] = {"namespace", "type", "class", "enumMember", "variable", "parameter", "property", "function", "event"};
enum Modifier : uint32_t { Declaration = 1, DefaultLibrary = 2 };
constexpr const char* kModifiers[] = {"declaration", "defaultLibrary"};

TokenType type_of_space(const NameUse& name) {
  using sema::Space;
  switch (name.space) {
    case Space::Value:
      return name.declared->parameter >= 0 ? TokenType::Parameter : TokenType::Variable;
    case Space::Model:
    case Space::Provider:
    case Space::Target:
      return TokenType::Class;
    case Space::Slot:
    case Space::Attribute:
      return TokenType::Property;
    case Space::Entry:
    case Space::Rule:
    case Space::Later:
      return TokenType::Function;
    case Space::Tier:
      return TokenType::Namespace;
  }
  return TokenType::Variable;
}

TokenType type_of(const NameUse& name) {
  switch (name.kind) {
    case NameKind::Declared:
      return type_of_space(name);
    case NameKind::Unit:
      return TokenType::Namespace;
    case NameKind::BuiltIn:
      return name.built_in->kind == "input"    ? TokenType::Variable
             : name.built_in->kind == "signal" ? TokenType::Function
                                               : TokenType::Property;
    case NameKind::Label:
      return TokenType::EnumMember;
    case NameKind::Field:
      return TokenType::Property;
  }
  return TokenType::Variable;
}

}  // namespace

Json token_legend() { return {{"tokenTypes", Json(kTypes)}, {"tokenModifiers", Json(kModifiers)}}; }

Json paint_tokens(const Asked& asked, const Json&) {
  const Snapshot& snapshot = asked.snapshot;
  Json data = Json::array();
  Place last;
  uint32_t end = 0;
  for (const NameUse& name : snapshot.names()) {
    if (name.span.file != snapshot.file || name.span.begin < end || name.span.begin == name.span.end) continue;
    const std::string_view text = snapshot.checked.sources.text(name.span);
    if (text.front() == '"' || text.find('\n') != std::string_view::npos) continue;  // a file, or a path over two lines
    const Place at = snapshot.lines.position(name.span.begin);
    const uint32_t modifiers = (name.is_declaration ? Declaration : 0u) | (name.kind == NameKind::BuiltIn ? DefaultLibrary : 0u);
    data.push_back(at.line - last.line);
    data.push_back(at.line == last.line ? at.character - last.character : at.character);
    data.push_back(snapshot.lines.length(text));
    data.push_back(static_cast<int>(type_of(name)));
    data.push_back(modifiers);
    last = at;
    end = name.span.end;
  }
  return {{"data", std::move(data)}};
}

}  // namespace sbx::lsp
