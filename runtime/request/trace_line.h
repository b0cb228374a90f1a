// SPDX-License-Identifier: Apache-2.0
// One line of a trace (docs/cli.md#8-replay): an envelope with its readings, or a decision that was logged. Read as far as a quick replay
// looks, without owning anything; the whole of it where that does not do.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/program/reading.h"
#include "runtime/request/decode.h"

namespace sbx {

/// A reading as it is written: `true`, a number, a text, a list of texts; or why there is none. The views end with the next line.
struct RecordedReading {
  std::string_view name;
  ReadingState state = ReadingState::Known;
  std::variant<std::monostate, bool, int64_t, double, std::string_view, std::span<const std::string_view>> value;
  std::optional<double> confidence;
  bool is_plain = true;  // false: it says more than this, or nothing that is a reading; parse_reading knows
};

/// What a log says in place of a value that it must not tell. As a reading of a text it is a text like no other; of anything else it is none.
inline constexpr std::string_view kMasked = "***";

/// What the answer took, as a decision log tells.
struct Usage {
  std::optional<int64_t> input_tokens, output_tokens;
};

struct TraceLine {
  bool is_decision = false;  // of a log: it has no body, and readings of signals that were asked for
  /// The request asks nothing of a model besides `max_tokens` and its length: no tools, images, audio, formats, in the dialect `chat`.
  bool is_plain = false;
  std::string_view id;
  std::string_view model;   // that the body asks for
  std::string_view policy;  // by whose decision it was
  std::optional<int64_t> max_tokens;
  std::vector<RecordedReading> readings;
  std::vector<std::pair<std::string_view, std::string_view>> user;  // `tier` and the like, where `is_plain`
  Usage usage;
  bool has_demand = false;               // a decision whose `request` says what it asks of a model
  std::optional<int64_t> prompt_tokens;  // that it says
  size_t bytes = 0;  // of the line: its prompt has no more tokens
};

class TraceParser {
 public:
  TraceParser();
  ~TraceParser();

  /// So many bytes behind a line must be readable.
  static constexpr size_t kPadding = 64;

  /// Reads a line. An Error (R0730 …) if it is no JSON object; then `line` holds nothing.
  [[nodiscard]] std::optional<Error> read(std::string_view bytes, TraceLine& line);
  /// The line just read, in full, as decode_request does it; of a decision a request with its id, seed and
  /// readings, and what it asks of a model where the log says it.
  [[nodiscard]] Decoded decode(const DecodeOptions& options) const;
  /// Of a decision what was decided: outcome, route, rules, slots, candidates, effects and how it ends, as JSON on one line, the same for
  /// the same. Nothing: no decision was just read.
  [[nodiscard]] bool recorded(std::string& text) const;

 private:
  struct Document;
  std::unique_ptr<Document> document_;
};

}  // namespace sbx
