// SPDX-License-Identifier: Apache-2.0
// Where readings come from. The engine decides what is read and when; a reader how.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/program/manifest.h"
#include "runtime/program/reading.h"
#include "runtime/request/request.h"
#include "runtime/signals/signal_set.h"

namespace sbx {

/// What a reader is asked. `known` holds all readings so far by SignalId (Pending: none yet).
struct ReadingOrder {
  const Request& request;
  std::span<const SignalId> wanted;
  std::span<const Reading> known;
  int64_t deadline_us = -1;  // from now; negative: none
  const signals::Spending* spending = nullptr;  // null: nobody has spent anything
};

class Reader {
 public:
  virtual ~Reader() = default;
  /// Reads all that is wanted, together; one reading for each, in order. What cannot be read in time, or at all, is Failed or Unknown.
  /// Never throws.
  [[nodiscard]] virtual std::vector<Reading> read(const ReadingOrder& order) = 0;
  /// An estimate of the tokens of the prompt, for whether it fits a model.
  [[nodiscard]] virtual int64_t prompt_tokens(const Request& request) = 0;
  /// Whether several signals that go by models are had sooner together than one after the other. If not, they are asked for one by one, and
  /// fewer of them.
  [[nodiscard]] virtual bool waits() const { return true; }
};

/// Reads the signals that are built in. One for each request that is decided.
class SignalReader final : public Reader {
 public:
  /// Both must outlive it.
  SignalReader(const signals::SignalSet& signals, signals::TextsPool& pool) : signals_(signals), texts_(pool.take()) {}
  [[nodiscard]] std::vector<Reading> read(const ReadingOrder& order) override;
  [[nodiscard]] int64_t prompt_tokens(const Request& request) override;
  [[nodiscard]] bool waits() const override { return signals_.is_slow(); }

 private:
  const signals::SignalSet& signals_;
  signals::TextsPool::Lease texts_;
};

}  // namespace sbx
