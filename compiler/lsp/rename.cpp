// SPDX-License-Identifier: Apache-2.0
// A rename is tried before it is answered: the edited texts are checked, and what meant the name before, and only that, must mean it after.
#include <algorithm>
#include <map>
#include <set>

#include "compiler/lsp/answers.h"
#include "compiler/lsp/occurrences.h"
#include "compiler/source_loader.h"
#include "compiler/syntax/tokens.h"

namespace sbx::lsp {
namespace {

using Spot = std::pair<std::string, uint32_t>;  // canonical path, byte

/// A document before the rename.
struct Before {
  Document document;
  std::set<Spot> spots;
  size_t count = 0;              // of errors
  std::set<std::string> errors;  // their messages
};

struct Plan {
  Target target;
  std::map<Spot, Occurrence> edits;
  std::vector<Before> documents;
  std::map<std::string, std::string> texts;  // by path as the documents call it
  std::map<std::string, std::string> canonical;
};

[[noreturn]] void refuse(const std::string& why) { throw Refusal(ErrorCode::RequestFailed, why); }

const NameUse& name_to_rename(const Asked& asked, const Json& params) {
  const NameUse* name = asked.snapshot.name_at(asked.snapshot.byte(params));
  if (!name) refuse("there is no name here");
  if (name->kind == NameKind::BuiltIn) refuse("`" + name->built_in->name + "` is built in");
  if (name->kind == NameKind::Label) refuse("a label is renamed by hand: it is also what signals answer");
  if (name->kind == NameKind::Field) refuse("a field cannot be renamed");
  if (name->unit && name->unit->kind != sema::Unit::Kind::Policy) refuse("files and modules are renamed by hand");
  const sema::Unit* home = name->unit ? name->unit : name->declared->unit;
  if (asked.snapshot.canonical(home->file).starts_with(canonical_path(asked.snapshot.library.folder) + "/"))
    refuse("the standard library declares it");
  return *name;
}

struct Words {
  size_t count = 0;
  bool is_name = false;      // identifiers joined by dots
  bool has_keyword = false;  // one of them is a word of the language
};

Words words_of(const std::string& text) {
  SourceSet sources;
  Diagnostics diags;
  const uint16_t plain = syntax::lex(sources, sources.add("", "x"), diags).tokens.front().type;
  const syntax::TokenList list = syntax::lex(sources, sources.add("", text), diags);
  Words words{.is_name = list.readable && diags.all().empty() && list.tokens.size() % 2 == 1};
  uint32_t end = 0;
  for (size_t i = 0; i < list.tokens.size(); ++i) {
    const syntax::Token& token = list.tokens[i];
    const bool fits = token.span.begin == end && token.kind == (i % 2 == 0 ? syntax::TokenKind::Word : syntax::TokenKind::Dot);
    words.is_name = words.is_name && fits;
    words.has_keyword = words.has_keyword || (i % 2 == 0 && token.type != plain);
    words.count += i % 2 == 0;
    end = token.span.end;
  }
  words.is_name = words.is_name && end == text.size();
  return words;
}

void check_new_name(const std::string& before, const std::string& after) {
  const Words words = words_of(after);
  if (!words.is_name) refuse("`" + after + "` is no name");
  if (words.has_keyword) refuse("`" + after + "` is a word of the language");
  if (words.count > 1 && before.find('.') == std::string::npos) refuse("`" + after + "` is more than one name");
}

/// Adds a document to those that the rename is tried out on, with what it shows of the target.
void add_document(const Snapshot& snapshot, const std::vector<Occurrence>& found, Plan& plan) {
  Before before{{snapshot.uri, snapshot.path, snapshot.text(), snapshot.version, snapshot.encoding}};
  for (const Diagnostic& one : snapshot.checked.diags.all()) before.errors.insert(one.message);
  before.count = snapshot.checked.diags.count(Severity::Error);
  for (const Occurrence& one : found) {
    const Spot spot{one.path, one.begin};
    before.spots.insert(spot);
    if (one.is_own || !plan.edits.contains(spot)) plan.edits[spot] = one;
  }
  for (const ast::File& file : snapshot.checked.files) {
    const SourceFile& source = snapshot.checked.sources[file.source];
    plan.texts[source.path] = source.text;
    plan.canonical[source.path] = snapshot.canonical(file.source);
  }
  plan.documents.push_back(std::move(before));
}

bool reads(const Snapshot& snapshot, const std::string& canonical) {
  return std::ranges::any_of(snapshot.checked.files, [&](const ast::File& file) { return snapshot.canonical(file.source) == canonical; });
}

Plan plan_rename(const Asked& asked, const NameUse& name, const std::string& after) {
  Plan plan{.target = *target_of(asked.snapshot, name)};
  std::set<std::string> seen;
  const auto see = [&](const Snapshot& snapshot) {
    if (!reads(snapshot, plan.target.path) || !seen.insert(snapshot.uri).second) return;
    add_document(snapshot, occurrences(snapshot, plan.target), plan);
  };
  asked.each(written(asked.snapshot, name), see);
  asked.each(after, see);  // who has the new name already may see two of them then
  return plan;
}

/// Where a byte is after the edits of its file.
uint32_t moved(const Plan& plan, const Spot& spot, size_t length) {
  int64_t shift = 0;
  for (auto edit = plan.edits.lower_bound({spot.first, 0}); edit != plan.edits.end() && edit->first < spot; ++edit)
    shift += static_cast<int64_t>(length) - (edit->second.end - edit->second.begin);
  return static_cast<uint32_t>(spot.second + shift);
}

std::string edited(const Plan& plan, const std::string& canonical, std::string text, const std::string& after) {
  for (auto edit = plan.edits.rbegin(); edit != plan.edits.rend(); ++edit) {
    const Occurrence& one = edit->second;
    if (one.path == canonical && one.end <= text.size()) text.replace(one.begin, one.end - one.begin, after);
  }
  return text;
}

/// The target after the rename: its declaration holds the name, and perhaps more (`model.region`).
Target moved_target(const Plan& plan, size_t length) {
  Target target = plan.target;
  uint32_t inside = 0;
  for (const auto& [spot, one] : plan.edits) {
    if (one.path == target.path && target.begin <= one.begin && one.end <= target.end) inside = one.end - one.begin;
  }
  const uint32_t size = target.end - target.begin - inside + static_cast<uint32_t>(length);
  target.begin = moved(plan, {target.path, target.begin}, length);
  target.end = target.begin + size;
  return target;
}

/// What is wrong now and was not.
std::string new_error(const Snapshot& then, const Before& before) {
  for (const Diagnostic& one : then.checked.diags.all()) {
    if (one.severity == Severity::Error && !before.errors.contains(one.message)) return one.message;
  }
  return "there would be more errors";
}

void try_out(const Asked& asked, const Plan& plan, const std::string& after) {
  std::map<std::string, std::string> texts;
  for (const auto& [path, text] : plan.texts) texts[path] = edited(plan, plan.canonical.at(path), text, after);
  const Target target = moved_target(plan, after.size());
  for (const Before& before : plan.documents) {
    Document document = before.document;
    document.text = texts.at(document.path);
    const std::shared_ptr<const Snapshot> then = take_snapshot(document, texts, asked.snapshot.library, false);
    std::set<Spot> expected, found;
    for (const Spot& spot : before.spots) expected.emplace(spot.first, moved(plan, spot, after.size()));
    for (const Occurrence& one : occurrences(*then, target)) found.emplace(one.path, one.begin);
    if (then->checked.diags.count(Severity::Error) > before.count) refuse("`" + after + "` does not do: " + new_error(*then, before));
    if (found != expected) refuse("`" + after + "` would clash: it already means something where this name is used");
  }
}

}  // namespace

Json prepare_rename(const Asked& asked, const Json& params) {
  const NameUse& name = name_to_rename(asked, params);
  return {{"range", asked.snapshot.range(name.span)}, {"placeholder", written(asked.snapshot, name)}};
}

Json rename(const Asked& asked, const Json& params) {
  const NameUse& name = name_to_rename(asked, params);
  const std::string after = params.at("newName").get<std::string>();
  const std::string before = written(asked.snapshot, name);
  check_new_name(before, after);
  if (before == after) return {{"changes", Json::object()}};
  const Plan plan = plan_rename(asked, name, after);
  try_out(asked, plan, after);
  Json changes = Json::object();
  for (const auto& [spot, one] : plan.edits) changes[one.uri].push_back({{"range", one.range}, {"newText", after}});
  return {{"changes", std::move(changes)}};
}

}  // namespace sbx::lsp
