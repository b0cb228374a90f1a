// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/frame.h"

#include <algorithm>

#include "runtime/request/readings.h"

namespace sbx {

namespace {

bool has_type(const Reading& reading, TypeKind kind) {
  switch (kind) {
    case TypeKind::Bool:
      return std::holds_alternative<bool>(reading.value);
    case TypeKind::Text:
    case TypeKind::Label:
      return std::holds_alternative<std::string>(reading.value);
    case TypeKind::Set:
      return std::holds_alternative<std::vector<std::string>>(reading.value);
    default:
      return std::holds_alternative<int64_t>(reading.value);
  }
}

}  // namespace

FrameLayout::FrameLayout(const Manifest& policy) : manifest(policy), signals(policy.signals.size()), literals(policy.leaves.size()) {
  for (size_t i = 0; i < policy.leaves.size(); ++i) {
    const Leaf& leaf = policy.leaves[policy.leaves.id_at(i)];
    signals[leaf.signal.index].leaves.push_back(static_cast<uint32_t>(i));
    for (size_t text = 0; text < leaf.literals.size(); ++text) literals[i].emplace(leaf.literals[text], static_cast<int64_t>(text));
  }
  for (size_t i = 0; i < policy.signals.size(); ++i) {
    const SignalInfo& info = policy.signals[policy.signals.id_at(i)];
    if (info.type.kind == TypeKind::Label) {
      for (size_t m = 0; m < info.type.members.size(); ++m) signals[i].labels.emplace(info.type.members[m], static_cast<int64_t>(m));
    }
    if (!info.or_else) continue;
    const auto fallback = to_reading(*info.or_else, std::nullopt, info.type);
    SBX_CHECK(fallback.ok(), "an `or else` that is not of its signal's type");
    signals[i].fallback = *fallback;
    signals[i].fallback->source = ReadingSource::OrElse;
  }
}

Leaves::Leaves(const Manifest& manifest) : state_(manifest.leaves.size()) {
  for (const Leaf& leaf : manifest.leaves) {
    low_.push_back(leaf.range.low);
    high_.push_back(leaf.range.high);
  }
  reset();
}

void Leaves::reset() {
  lo_ = low_;
  hi_ = high_;
  std::ranges::fill(state_, uint8_t{SBX_PENDING});
  unknown_ = state_.size();
}

void Leaves::write(uint32_t leaf, std::optional<int64_t> value, uint8_t state) {
  const bool was_known = state_[leaf] == SBX_KNOWN;
  lo_[leaf] = value ? std::clamp(*value, low_[leaf], high_[leaf]) : low_[leaf];
  hi_[leaf] = value ? lo_[leaf] : high_[leaf];
  state_[leaf] = value ? static_cast<uint8_t>(SBX_KNOWN) : state;
  unknown_ += static_cast<size_t>(was_known) - static_cast<size_t>(value.has_value());
}

sbx_frame Leaves::view() const {
  return {SBX_ABI_VERSION,     sizeof(sbx_frame), lo_.data(), hi_.data(), state_.data(), static_cast<uint32_t>(state_.size()),
          is_known() ? 1u : 0u};
}

Frame::Frame(const FrameLayout& layout)
    : layout_(&layout), readings_(layout.signals.size()), pending_(layout.signals.size(), 1), leaves_(layout.manifest) {}

void Frame::reset() {
  for (Reading& reading : readings_) reading = Reading{};
  std::ranges::fill(pending_, uint8_t{1});
  leaves_.reset();
}

void Frame::settle(SignalId signal, Reading reading) {
  const FrameLayout::Signal& layout = layout_->signals[signal.index];
  const TypeKind kind = layout_->manifest.signals[signal].type.kind;
  if (reading.state == ReadingState::Known && !has_type(reading, kind)) {
    reading.state = ReadingState::Failed;
    reading.error = "the reading is of another type";
  }
  if (reading.state == ReadingState::Known && kind == TypeKind::Label && !layout.labels.contains(std::get<std::string>(reading.value))) {
    reading.state = ReadingState::Unknown;
  }
  if (reading.state == ReadingState::Pending) reading.state = ReadingState::Unknown;
  if (reading.state != ReadingState::Known) {
    reading.confidence.reset();
    reading.value = std::monostate{};
    if (layout.fallback) {
      reading.value = layout.fallback->value;
      reading.state = ReadingState::Known;
      reading.source = ReadingSource::OrElse;
    }
  }
  readings_[signal.index] = std::move(reading);
  settle_again(signal);
}

void Frame::hide(SignalId signal) {
  pending_[signal.index] = 1;
  for (const uint32_t leaf : layout_->signals[signal.index].leaves) leaves_.write(leaf, std::nullopt, SBX_PENDING);
}

void Frame::settle_again(SignalId signal) {
  pending_[signal.index] = 0;
  const Reading& reading = readings_[signal.index];
  for (const uint32_t leaf : layout_->signals[signal.index].leaves) leaves_.write(leaf, value_of(leaf, reading), SBX_FAILED);
}

std::optional<int64_t> Frame::value_of(uint32_t leaf, const Reading& reading) const {
  if (reading.state != ReadingState::Known) return std::nullopt;
  const Leaf& info = layout_->manifest.leaves[LeafId{leaf}];
  const Type& type = layout_->manifest.signals[info.signal].type;
  if (info.facet == Facet::Confidence) return reading.confidence;
  if (info.facet == Facet::Has) {
    const auto& members = std::get<std::vector<std::string>>(reading.value);
    return std::ranges::find(members, info.member) != members.end();
  }
  switch (type.kind) {
    case TypeKind::Bool:
      return std::get<bool>(reading.value);
    case TypeKind::Set:
      return !std::get<std::vector<std::string>>(reading.value).empty();
    case TypeKind::Label:
      return layout_->signals[info.signal.index].labels.find(std::get<std::string>(reading.value))->second;
    case TypeKind::Text: {
      const TextIndex& literals = layout_->literals[leaf];
      const auto found = literals.find(std::string_view(std::get<std::string>(reading.value)));
      return found == literals.end() ? -1 : found->second;
    }
    default:
      return std::get<int64_t>(reading.value);
  }
}

}  // namespace sbx
