// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/evidence.h"

#include <algorithm>

#include "compiler/driver/console.h"
#include "compiler/replay/chunks.h"
#include "compiler/replay/counts.h"
#include "runtime/request/decode.h"
#include "runtime/request/trace_line.h"

namespace sbx::driver {
namespace {

class Lines {
 public:
  Lines(analysis::Evidence& evidence, std::vector<analysis::Misfit>& misfits) : evidence_(evidence), misfits_(misfits) {}

  void read(std::string_view text) {
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++number_;
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) one(line);
    }
  }

 private:
  void one(std::string_view bytes) {
    if (std::optional<Error> error = parser_.read(bytes, line_)) return misfits_.push_back({number_, std::move(*error)});
    Decoded decoded = parser_.decode({});
    if (!decoded.request) return misfits_.push_back({number_, decoded.request.error()});
    evidence_.requests.push_back({number_, std::string(line_.policy), decoded.request->model, std::move(decoded.request->readings)});
  }

  analysis::Evidence& evidence_;
  std::vector<analysis::Misfit>& misfits_;
  TraceParser parser_;
  TraceLine line_;
  uint64_t number_ = 0;
};

}  // namespace

Result<RecordedEvidence> read_evidence(const std::string& path, double confidence) {
  auto evidence = std::make_shared<analysis::Evidence>(analysis::Evidence{.requests = {}, .confidence = confidence});
  RecordedEvidence recorded;
  Lines lines(*evidence, recorded.misfits);
  replay::Chunks chunks({path}, 0);
  for (replay::Chunk chunk;;) {
    const Result<bool> more = chunks.next(chunk);
    if (!more) return more.error();
    if (!*more) break;
    lines.read(chunk.lines());
  }
  if (evidence->requests.empty() && recorded.misfits.empty()) return Error{"R0708", "`" + path + "` holds no request"};
  recorded.evidence = std::move(evidence);
  return recorded;
}

bool tell_misfits(const std::vector<analysis::Misfit>& misfits, const std::string& path, const Common& common) {
  for (size_t i = 0; i < std::min(misfits.size(), replay::Counts::kMostRemarks); ++i) {
    const analysis::Misfit& one = misfits[i];
    fail(common, {one.error.code, path + " line " + std::to_string(one.line) + ": " + one.error.message});
  }
  if (misfits.size() > replay::Counts::kMostRemarks && !common.quiet)
    std::fputs((std::to_string(misfits.size()) + " lines of `" + path + "` are left out of the sample\n").c_str(), stderr);
  return !misfits.empty();
}

}  // namespace sbx::driver
