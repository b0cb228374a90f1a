// SPDX-License-Identifier: Apache-2.0
// What a kind of signal is: how it is bound to its arguments once, and how it is read from a request.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/program/manifest.h"
#include "runtime/program/reading.h"
#include "runtime/request/request.h"
#include "runtime/signals/questions.h"
#include "runtime/signals/texts.h"

namespace sbx::signals {

class SignalSet;
class Spending;

/// What a signal may look at: the request, its texts (each scanned once), and readings of other signals where they are known already.
struct Observation {
  const Request& request;
  Texts& texts;
  const SignalSet& signals;
  std::span<const Reading> known;  // by SignalId; may be empty
  const Spending* spending = nullptr;  // null: nobody has spent anything
};

/// A signal with its arguments. Immutable; read from several threads, each with an Observation of its own.
class Extractor {
 public:
  virtual ~Extractor() = default;
  /// Never throws; what it cannot say is an Unknown or Failed reading. Waits for nobody if its question has been asked.
  [[nodiscard]] virtual Reading read(const Observation& observation) const = 0;
  /// What it asks of models, if it goes by one.
  [[nodiscard]] virtual std::span<const QuestionId> questions() const { return {}; }
};

/// What a kind may ask for while it is bound.
struct Binding {
  const SignalInfo& info;
  const Manifest* manifest = nullptr;  // none: only the arguments are checked
  text::TextRules& rules;              // where keywords and patterns are added
  Questions* questions = nullptr;      // none: there are no models, and only the arguments are checked
};

/// Which part of a request a kind looks at: what precedes the body; the body; the one where that says it, else the other; what the
/// signals that it goes by look at.
enum class Reads : uint8_t { Body, Head, Dialect, Model, Metadata, Table, Budget };

/// A row of builtin.cpp. `bind` fails where the arguments cannot mean anything.
struct SignalKind {
  std::string_view name;  // as stdlib/ declares it
  Result<std::unique_ptr<Extractor>> (*bind)(const Binding& binding);
  Reads reads = Reads::Body;
};

// Readings.
[[nodiscard]] Reading known(bool value);
[[nodiscard]] Reading known(int64_t raw);
[[nodiscard]] Reading known(std::string value);
[[nodiscard]] Reading known(std::vector<std::string> members);
[[nodiscard]] Reading unknown(std::string why = {});
[[nodiscard]] Reading failed(std::string why);

}  // namespace sbx::signals
