// SPDX-License-Identifier: Apache-2.0
// One function a request, each in the file of its name: from a snapshot and the parameters to the result. A Refusal is the error.
#pragma once

#include <functional>
#include <string>

#include "compiler/lsp/snapshot.h"

namespace sbx::lsp {

/// What the client can take.
struct Client {
  bool knows_snippets = false;
  bool reads_markdown = false;
  bool watches_files = false;
};

/// Calls `see` with every document that may hold `word`: the open ones, and those in the workspace's folders.
using EachSnapshot = std::function<void(const std::string& word, const std::function<void(const Snapshot&)>& see)>;

struct Asked {
  const Snapshot& snapshot;
  const Client& client;
  EachSnapshot each;
};

Json hover(const Asked& asked, const Json& params);
Json complete(const Asked& asked, const Json& params);
Json find_definition(const Asked& asked, const Json& params);
Json find_references(const Asked& asked, const Json& params);
Json highlight(const Asked& asked, const Json& params);
Json prepare_rename(const Asked& asked, const Json& params);
Json rename(const Asked& asked, const Json& params);
Json list_symbols(const Asked& asked, const Json& params);
Json paint_tokens(const Asked& asked, const Json& params);
Json format_document(const Asked& asked, const Json& params);
Json list_code_actions(const Asked& asked, const Json& params);
Json list_code_lenses(const Asked& asked, const Json& params);
Json list_folds(const Asked& asked, const Json& params);
Json list_inlay_hints(const Asked& asked, const Json& params);

/// The legend of paint_tokens, for `initialize`.
[[nodiscard]] Json token_legend();

// Commands; editors run them by these names, from code lenses and code actions.
inline constexpr const char* kRunTest = "signalbox.runTest";
inline constexpr const char* kShowWitness = "signalbox.showWitness";

/// `[uri, title]` or `[uri, title, policy]`: what came of the test, as text that begins with `passed`, `failed` or `error`.
Json run_test_command(const Snapshot& snapshot, const Json& arguments);
/// `[uri, position]`: the request that shows the finding at `position`, as JSON text.
Json show_witness_command(const Snapshot& snapshot, const Json& arguments);

}  // namespace sbx::lsp
