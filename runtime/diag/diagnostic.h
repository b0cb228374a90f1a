// SPDX-License-Identifier: Apache-2.0
// What a policy author is told: one coded finding with a place, the other half of the story as labels,
// and what to do. Kinds are the rows of kinds.def; a code is never reused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/source/source.h"

namespace sbx {

enum class Severity { Error, Warning, Note };

/// One enumerator for each row of kinds.def.
enum class Kind : uint16_t {
#define SBX_DIAGNOSTIC(enumerator, code, name, severity, title) enumerator,
#include "runtime/diag/kinds.def"
#undef SBX_DIAGNOSTIC
};

/// A row of kinds.def.
struct KindRow {
  Kind kind;
  std::string_view code;  // "E0201"
  std::string_view name;  // docs/cli.md#3-check: "unknown-name", "type", "syntax", …
  Severity severity;
  std::string_view title;  // for `explain` without a code
};
[[nodiscard]] const KindRow& row(Kind kind);
[[nodiscard]] const std::vector<KindRow>& all_kinds();

struct Label {
  Span span;
  std::string message;
};

struct Edit {
  Span span;
  std::string text;
};

struct Fix {
  std::string title;
  std::vector<Edit> edits;
};

/// How sure a finding is (docs/cli.md#3-check).
enum class Level : uint8_t { Proved, Geometric, Bounded, Assumed };

/// How often something occurred in a recorded sample, and the interval of Clopper and Pearson for how often it does: shares of one.
struct Measured {
  uint64_t occurred = 0, of = 0;
  double low = 0, high = 1, confidence = 0;
};

/// What a finding rests on. `why` says it to people; empty where it is proved.
struct Ground {
  Level level = Level::Proved;
  std::optional<Measured> measured;  // Bounded
  std::string why;
};

/// A vector that an encoder might make of a text, of length one, and the signals that are read from it.
struct ShownVector {
  std::vector<std::string> signals;
  std::vector<double> vector;
};

/// A request that shows a finding, run before it is shown: an envelope in JSON (docs/cli.md#2-requests-and-readings), and the routes and
/// rules that hold on it.
struct ShownRequest {
  std::string request;
  std::vector<std::string> fires;
  std::vector<ShownVector> vectors;
  Ground ground;
};

/// A promise of the policy that holds for every request.
struct Proved {
  Span span;
  std::string text;
  std::string policy;
  Level level = Level::Proved;
};

/// One finding. `message` is in the author's words: lower case, no final period, their text in backticks.
struct Diagnostic {
  Kind kind;
  Severity severity;
  Span span;
  std::string message;
  std::string label;  // under the primary span; may be empty
  std::vector<Label> labels;
  std::vector<std::string> notes;
  std::vector<std::string> help;
  std::vector<Fix> fixes;
  std::string policy;              // its name, where the finding is about one
  std::vector<std::string> rules;  // names of the routes and rules it is about, the subject first
  std::vector<std::string> slots;
  std::vector<std::string> blockers;  // the smallest set of routes that take all of the subject's requests
  Ground ground;
  std::optional<ShownRequest> witness;
  std::optional<std::string> suppressed;  // why it does not count: the reason its author gives, or that of a baseline
};

/// Adds labels and help to a diagnostic just reported: `diags.report(...).label(...).help(...)`.
class DiagnosticBuilder {
 public:
  explicit DiagnosticBuilder(Diagnostic& diagnostic) : diagnostic_(diagnostic) {}
  DiagnosticBuilder& at_span(std::string text);  // text under the primary span
  DiagnosticBuilder& label(Span span, std::string message);
  DiagnosticBuilder& note(std::string text);
  DiagnosticBuilder& help(std::string text);
  DiagnosticBuilder& fix(std::string title, std::vector<Edit> edits);
  DiagnosticBuilder& about(std::string policy, std::vector<std::string> rules = {});
  DiagnosticBuilder& slots(std::vector<std::string> names);
  DiagnosticBuilder& blockers(std::vector<std::string> names);
  DiagnosticBuilder& witness(ShownRequest shown);  // the finding rests on what the request does
  DiagnosticBuilder& rests_on(Ground ground);

 private:
  Diagnostic& diagnostic_;
};

/// Collects findings in the order they are reported. Not thread-safe.
class Diagnostics {
 public:
  DiagnosticBuilder report(Kind kind, Span span, std::string message);
  void add(Diagnostic diagnostic);
  void prove(Proved proved) { proved_.push_back(std::move(proved)); }

  /// Suppressed findings do not count.
  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] size_t count(Severity severity) const;
  [[nodiscard]] size_t count_suppressed() const;
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return diagnostics_; }
  [[nodiscard]] std::vector<Diagnostic>& all() { return diagnostics_; }
  [[nodiscard]] const std::vector<Proved>& proved() const { return proved_; }
  [[nodiscard]] std::vector<Proved>& proved() { return proved_; }
  /// Stable order: file, first byte, code; exact duplicates removed.
  void sort();
  void append(Diagnostics other);

 private:
  std::vector<Diagnostic> diagnostics_;
  std::vector<Proved> proved_;
};

}  // namespace sbx
