// SPDX-License-Identifier: Apache-2.0
#include "compiler/allow_comments.h"

#include <algorithm>
#include <map>
#include <optional>

#include "compiler/syntax/tokens.h"
#include "runtime/diag/render.h"

namespace sbx {
namespace {

constexpr std::string_view kWord = "allow(";
constexpr std::string_view kBlank = " \t\r";

bool is_comment(const syntax::Token& token) {
  return token.kind == syntax::TokenKind::Comment || token.kind == syntax::TokenKind::DocComment;
}

/// `span` without white space at its ends.
Span trimmed(const SourceSet& sources, Span span) {
  const std::string_view text = sources.text(span);
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {span.file, span.begin, span.begin};
  const size_t last = text.find_last_not_of(kBlank);
  return {span.file, span.begin + static_cast<uint32_t>(first), span.begin + static_cast<uint32_t>(last) + 1};
}

/// What follows `allow(` in a comment, if it begins so.
std::optional<Span> arguments(const SourceSet& sources, Span comment) {
  const Span said = trimmed(sources, {comment.file, comment.begin + 2, comment.end});
  if (!sources.text(said).starts_with(kWord)) return std::nullopt;
  return Span{said.file, said.begin + static_cast<uint32_t>(kWord.size()), said.end};
}

void collect_declarations(const std::vector<ast::Decl>& decls, std::vector<Span>& spans) {
  for (const ast::Decl& decl : decls) {
    spans.push_back(decl.span);
    if (const auto* policy = std::get_if<ast::PolicyDecl>(&decl.node)) collect_declarations(policy->body, spans);
    if (const auto* module = std::get_if<ast::ModuleDecl>(&decl.node)) collect_declarations(module->body, spans);
    if (const auto* tier = std::get_if<ast::TierDecl>(&decl.node)) collect_declarations(tier->entries, spans);
    if (const auto* block = std::get_if<ast::BlockDecl>(&decl.node)) collect_declarations(block->entries, spans);
    if (const auto* always = std::get_if<ast::AlwaysDecl>(&decl.node)) collect_declarations(always->rules, spans);
  }
}

class CommentReader {
 public:
  CommentReader(const SourceSet& sources, Diagnostics& diags) : sources_(sources), diags_(diags) {}

  /// The names and the reason; nothing where there are none, which is reported.
  std::optional<AllowComment> read(Span comment, Span arguments) {
    const std::string_view text = sources_.text(arguments);
    const size_t close = text.find(')');
    if (close == std::string_view::npos) {
      report(comment, "a suppression whose `(` is not closed suppresses nothing");
      return std::nullopt;
    }
    AllowComment read{.span = comment, .is_alone = false, .names = names(part(arguments, 0, close)), .reason = {}, .declarations = {}};
    if (read.names.empty()) return std::nullopt;
    const std::string_view rest = text.substr(close + 1);
    const size_t colon = rest.find_first_not_of(kBlank);
    if (colon != std::string_view::npos && rest[colon] == ':')
      read.reason = sources_.text(trimmed(sources_, part(arguments, close + 1 + colon + 1, text.size())));
    if (!read.reason.empty()) return read;
    report(comment, "a suppression without a reason suppresses nothing").help("say why: `// allow(" + read.names.front().text + "): …`");
    return std::nullopt;
  }

 private:
  static Span part(Span whole, size_t begin, size_t end) {
    return {whole.file, whole.begin + static_cast<uint32_t>(begin), whole.begin + static_cast<uint32_t>(end)};
  }

  std::vector<AllowedName> names(Span list) {
    std::vector<AllowedName> found;
    const std::string_view text = sources_.text(list);
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find(',', begin), text.size());
      const Span span = trimmed(sources_, part(list, begin, end));
      if (is_known(span)) found.push_back({std::string(sources_.text(span)), span});
      begin = end + 1;
    }
    return found;
  }

  bool is_known(Span span) {
    const std::string name(sources_.text(span));
    bool exists = false, allowed = false;
    std::vector<std::string> known;
    for (const KindRow& kind : all_kinds()) {
      if (can_be_allowed(kind)) known.emplace_back(kind.name);
      if (name != kind.name && name != kind.code) continue;
      exists = true;
      allowed |= can_be_allowed(kind);
    }
    if (allowed) return true;
    if (exists) {
      report(span, "`" + name + "` cannot be allowed")
          .help("only what the analysis finds, and warnings, can be allowed; this must be mended for the policy to mean anything");
      return false;
    }
    DiagnosticBuilder finding = report(span, name.empty() ? "a suppression names what it allows" : "`" + name + "` is no finding's name");
    const std::string near = did_you_mean(name, known);
    if (near.empty())
      finding.help("name findings as `signalbox explain` does: `conflict`, `W0551`");
    else
      finding.help("did you mean `" + near + "`?").fix("write `" + near + "`", {{span, near}});
    return false;
  }

  DiagnosticBuilder report(Span span, const std::string& message) { return diags_.report(Kind::BadSuppression, span, message); }

  const SourceSet& sources_;
  Diagnostics& diags_;
};

}  // namespace

bool can_be_allowed(const KindRow& kind) {
  if (kind.name == "unused-suppression") return false;  // they are removed, not allowed in turn
  return kind.severity != Severity::Error || kind.code.starts_with("E05");
}

bool is_sound(const Diagnostics& diags) {
  return std::ranges::none_of(
      diags.all(), [](const Diagnostic& finding) { return finding.severity == Severity::Error && !can_be_allowed(row(finding.kind)); });
}

std::vector<AllowComment> allow_comments(const SourceSet& sources, const ast::File& file, Diagnostics& diags) {
  if (sources[file.source].text.find(kWord) == std::string::npos) return {};
  Diagnostics said;  // by the parser, already
  const std::vector<syntax::Token> tokens = syntax::lex(sources, file.source, said).tokens;
  const auto line = [&](Span span) { return sources.position(file.source, span.begin).line; };
  std::vector<Span> declarations;
  collect_declarations(file.decls, declarations);
  std::multimap<uint32_t, Span> by_line;
  for (const Span declaration : declarations) by_line.emplace(line(declaration), declaration);

  CommentReader reader(sources, diags);
  std::vector<AllowComment> found;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != syntax::TokenKind::Comment) continue;
    const std::optional<Span> arguments = sbx::arguments(sources, tokens[i].span);
    if (!arguments) continue;
    std::optional<AllowComment> comment = reader.read(tokens[i].span, *arguments);
    if (!comment) continue;
    comment->is_alone = tokens[i].first_on_line;
    const auto next = std::find_if_not(tokens.begin() + static_cast<std::ptrdiff_t>(i), tokens.end(), is_comment);
    const uint32_t spoken_of = !comment->is_alone ? line(tokens[i].span) : next == tokens.end() ? 0 : line(next->span);
    for (auto [at, end] = by_line.equal_range(spoken_of); at != end; ++at) comment->declarations.push_back(at->second);
    if (!comment->declarations.empty()) {
      found.push_back(std::move(*comment));
      continue;
    }
    diags.report(Kind::BadSuppression, tokens[i].span, "a suppression that stands at no declaration suppresses nothing")
        .at_span(comment->is_alone ? "nothing is declared on the line below" : "nothing is declared on this line")
        .help("put it right above the route, rule or other declaration that it speaks of, or at the end of its first line");
  }
  return found;
}

}  // namespace sbx
