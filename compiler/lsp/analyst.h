// SPDX-License-Identifier: Apache-2.0
// Looks at documents over all requests on a thread of its own, so that no edit waits for it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "compiler/lsp/documents.h"
#include "compiler/lsp/inbox.h"
#include "compiler/lsp/library.h"

namespace sbx::lsp {

struct AnalysisJob {
  Document document;
  uint64_t generation = 0;
  std::map<std::string, std::string> texts;  // of all open documents
};

/// One at a time; of a document only the newest job is kept. The answers come to the inbox.
class Analyst {
 public:
  Analyst(std::shared_ptr<const Library> library, std::shared_ptr<Inbox> inbox);
  /// Does not wait for a job that is running: it ends with the process.
  ~Analyst();
  Analyst(const Analyst&) = delete;

  void ask(AnalysisJob job);

 private:
  struct Jobs;
  std::shared_ptr<Jobs> jobs_;
};

}  // namespace sbx::lsp
