// SPDX-License-Identifier: Apache-2.0
// Readings as the integers that guards are evaluated on: one leaf each, texts interned, labels by index, failures as whole ranges.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/abi/decide.h"
#include "runtime/program/manifest.h"
#include "runtime/program/reading.h"

namespace sbx {

/// Finds by a view what is owned as a string.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using TextIndex = std::unordered_map<std::string, int64_t, TextHash, std::equal_to<>>;

/// What a policy's leaves need of readings. Made once for a policy; immutable.
class FrameLayout {
 public:
  explicit FrameLayout(const Manifest& manifest);  // which must outlive it

  struct Signal {
    std::vector<uint32_t> leaves;
    TextIndex labels;                 // of a label: member → index
    std::optional<Reading> fallback;  // `or else`
  };
  const Manifest& manifest;
  std::vector<Signal> signals;      // by SignalId
  std::vector<TextIndex> literals;  // by LeafId
};

/// The leaves of one request, as the matcher sees them.
class Leaves {
 public:
  explicit Leaves(const Manifest& manifest);  // which must outlive it

  /// All pending.
  void reset();
  /// A value is kept within the leaf's range; without one the leaf is its whole range, in this state.
  void write(uint32_t leaf, std::optional<int64_t> value, uint8_t state);
  [[nodiscard]] std::optional<int64_t> value(uint32_t leaf) const {
    return state_[leaf] == SBX_KNOWN ? std::optional(lo_[leaf]) : std::nullopt;
  }
  [[nodiscard]] bool is_known() const { return unknown_ == 0; }
  /// Valid until the leaves change.
  [[nodiscard]] sbx_frame view() const;

 private:
  std::vector<int64_t> low_, high_;  // the whole ranges
  std::vector<int64_t> lo_, hi_;
  std::vector<uint8_t> state_;
  size_t unknown_ = 0;
};

/// The readings of one request. Reused from request to request: once it has grown, settling allocates nothing of its own.
class Frame {
 public:
  explicit Frame(const FrameLayout& layout);  // which must outlive it

  /// All signals pending again.
  void reset();
  /// Records a reading and sets its leaves. A value outside a closed set is unknown; `or else` then stands in.
  void settle(SignalId signal, Reading reading);
  /// Makes a signal pending again; its reading is kept for `settle_again`.
  void hide(SignalId signal);
  void settle_again(SignalId signal);

  [[nodiscard]] bool is_pending(SignalId signal) const { return pending_[signal.index] != 0; }
  /// Pending: not read.
  [[nodiscard]] const Reading& reading(SignalId signal) const { return readings_[signal.index]; }
  [[nodiscard]] std::span<const Reading> readings() const { return readings_; }
  [[nodiscard]] size_t size() const { return readings_.size(); }
  /// Whether every leaf is known, so that Matcher::known may be used.
  [[nodiscard]] bool is_known() const { return leaves_.is_known(); }
  /// A view for the matcher; valid until the frame changes.
  [[nodiscard]] sbx_frame view() const { return leaves_.view(); }
  [[nodiscard]] const Leaves& leaves() const { return leaves_; }

 private:
  [[nodiscard]] std::optional<int64_t> value_of(uint32_t leaf, const Reading& reading) const;

  const FrameLayout* layout_;
  std::vector<Reading> readings_;
  std::vector<uint8_t> pending_;
  Leaves leaves_;
};

}  // namespace sbx
