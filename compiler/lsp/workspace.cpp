// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/workspace.h"

#include <algorithm>
#include <set>

#include "compiler/lsp/policy_files.h"
#include "compiler/lsp/uri.h"
#include "compiler/source_loader.h"
#include "runtime/source/read_file.h"

namespace sbx::lsp {
namespace {

constexpr std::chrono::milliseconds kPause{150};  // since the last edit, before the analysis begins

bool uses(const Snapshot& snapshot, const std::string& canonical) {
  for (size_t i = 1; i < snapshot.checked.files.size(); ++i) {
    if (canonical_path(snapshot.checked.sources[snapshot.checked.files[i].source].path) == canonical) return true;
  }
  // The file may be the one that could not be read.
  return std::ranges::any_of(snapshot.checked.diags.all(), [](const Diagnostic& one) { return one.kind == Kind::UnreadableUse; });
}

bool holds(const std::string& text, const std::string& word) {
  const bool is_ascii = std::ranges::all_of(word, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return !is_ascii || text.find(word) != std::string::npos;  // other words may be written in several ways
}

}  // namespace

Workspace::Workspace(std::shared_ptr<const Library> library, std::shared_ptr<Inbox> inbox)
    : library_(library), analyst_(std::move(library), std::move(inbox)) {}

void Workspace::outdate(State& state) {
  state.snapshot = nullptr;
  state.generation = ++generation_;
  state.is_published = false;
  state.analysis_due = std::nullopt;
}

void Workspace::touch(const std::string& uri) {
  const std::string canonical = canonical_path(path_of(uri));
  for (auto& [other, state] : states_) {
    if (other != uri && state.snapshot && uses(*state.snapshot, canonical)) outdate(state);
  }
  if (documents_.find(uri))
    outdate(states_[uri]);
  else
    states_.erase(uri);
}

void Workspace::touch_all() {
  for (auto& [uri, state] : states_) outdate(state);
}

const Snapshot& Workspace::snapshot(const std::string& uri) {
  const Document* document = documents_.find(uri);
  if (!document) throw Refusal(ErrorCode::InvalidParams, "`" + uri + "` is not open");
  State& state = states_[uri];
  if (!state.snapshot) state.snapshot = take_snapshot(*document, documents_.texts(), *library_, false);
  return *state.snapshot;
}

const Snapshot* Workspace::next_to_publish() {
  for (auto& [uri, state] : states_) {
    if (state.is_published) continue;
    state.is_published = true;
    const Snapshot& made = snapshot(uri);
    if (!made.checked.diags.has_errors() && !made.checked.policies.empty()) state.analysis_due = Clock::now() + kPause;
    return &made;
  }
  return nullptr;
}

std::optional<Clock::time_point> Workspace::start_analyses() {
  std::optional<Clock::time_point> next;
  const Clock::time_point now = Clock::now();
  for (auto& [uri, state] : states_) {
    if (!state.analysis_due) continue;
    if (*state.analysis_due <= now) {
      analyst_.ask({*documents_.find(uri), state.generation, documents_.texts()});
      state.analysis_due = std::nullopt;
    } else if (!next || *state.analysis_due < *next) {
      next = state.analysis_due;
    }
  }
  return next;
}

const Snapshot* Workspace::take(Analyzed analyzed) {
  auto found = states_.find(analyzed.uri);
  if (!analyzed.snapshot || found == states_.end() || found->second.generation != analyzed.generation) return nullptr;
  found->second.snapshot = std::move(analyzed.snapshot);
  return found->second.snapshot.get();
}

void Workspace::each(const std::string& word, const std::function<void(const Snapshot&)>& see) {
  std::set<std::string> open;
  std::vector<std::string> folders = folders_;
  for (const auto& [uri, document] : documents_.all()) {
    open.insert(canonical_path(document.path));
    if (folders_.empty() && uri.starts_with("file:")) folders.push_back(folder_of(document.path));
    see(snapshot(uri));
  }
  const std::map<std::string, std::string> texts = documents_.texts();
  std::set<std::string> seen;
  for (const std::string& path : policy_files(folders, !folders_.empty())) {
    const std::string canonical = canonical_path(path);
    if (open.contains(canonical) || !seen.insert(canonical).second) continue;
    Result<std::string> text = read_file(path, kLargestFile);
    if (!text || !holds(*text, word)) continue;
    const Document document{uri_of(path), path, std::move(*text), 0, documents_.encoding()};
    see(*take_snapshot(document, texts, *library_, false));
  }
}

}  // namespace sbx::lsp
