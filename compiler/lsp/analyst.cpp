// SPDX-License-Identifier: Apache-2.0
#include "compiler/lsp/analyst.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "compiler/lsp/snapshot.h"

namespace sbx::lsp {

/// The mutex guards `waiting` and `is_over`.
struct Analyst::Jobs {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, AnalysisJob> waiting;  // by URI
  bool is_over = false;

  bool next(AnalysisJob& job) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return is_over || !waiting.empty(); });
    if (is_over) return false;
    job = std::move(waiting.begin()->second);
    waiting.erase(waiting.begin());
    return true;
  }
};

Analyst::Analyst(std::shared_ptr<const Library> library, std::shared_ptr<Inbox> inbox) : jobs_(std::make_shared<Jobs>()) {
  std::thread([jobs = jobs_, library = std::move(library), inbox = std::move(inbox)] {
    AnalysisJob job;
    while (jobs->next(job)) {
      Analyzed done{job.document.uri, job.generation, nullptr};
      try {
        done.snapshot = take_snapshot(job.document, job.texts, *library, true);
      } catch (const std::exception&) {  // memory, a folder that went away: without these findings
      }
      inbox->put(std::move(done));
    }
  }).detach();
}

Analyst::~Analyst() {
  {
    const std::lock_guard lock(jobs_->mutex);
    jobs_->is_over = true;
  }
  jobs_->changed.notify_one();
}

void Analyst::ask(AnalysisJob job) {
  {
    const std::lock_guard lock(jobs_->mutex);
    std::string uri = job.document.uri;
    jobs_->waiting.insert_or_assign(std::move(uri), std::move(job));
  }
  jobs_->changed.notify_one();
}

}  // namespace sbx::lsp
