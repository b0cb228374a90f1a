// SPDX-License-Identifier: Apache-2.0
#include "runtime/engine/quick.h"

#include <algorithm>
#include <cmath>

#include "runtime/engine/finish.h"
#include "runtime/engine/relevant.h"
#include "runtime/request/readings.h"

namespace sbx {

namespace {

constexpr size_t kSlots = 1 << 16;
constexpr size_t kMostEntries = kSlots / 2;
constexpr size_t kMostFields = 4096;  // texts of one field that are remembered

// A number in the raw unit of its type; nothing where rounding could come out otherwise than that of the decimal it was written as.
std::optional<int64_t> raw_number(double value, int places) {
  constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
  constexpr double kNear = 1e-3;
  const double scaled = value * kPowers[places];
  if (!(std::abs(scaled) < 1e12)) return std::nullopt;
  const auto whole = static_cast<int64_t>(scaled);  // towards 0
  const double part = std::abs(scaled - static_cast<double>(whole));
  if (std::abs(part - 0.5) < kNear) return std::nullopt;
  if (part < 0.5) return whole;
  return scaled < 0 ? whole - 1 : whole + 1;
}

std::optional<int64_t> raw_number(int64_t value, int places) {
  constexpr int64_t kPowers[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};
  if (value > 1'000'000'000'000 || value < -1'000'000'000'000) return std::nullopt;
  return value * kPowers[places];
}

// Written in seconds, held in microseconds.
int written_places(TypeKind kind) { return kind == TypeKind::Duration ? 6 : decimal_places(kind); }

bool has_choice(const Outcome& outcome) {
  return std::ranges::any_of(outcome.candidates, [](const Candidate& one) {
    return std::holds_alternative<Selection>(one.target) || std::holds_alternative<SplitChoice>(one.target);
  });
}

// Most labels have few members: comparing them takes less than hashing the text.
std::optional<int64_t> label_of(const Type& type, const TextIndex& labels, std::string_view text) {
  constexpr size_t kFew = 16;
  if (type.members.size() <= kFew) {
    for (size_t i = 0; i < type.members.size(); ++i) {
      if (type.members[i] == text) return static_cast<int64_t>(i);
    }
    return std::nullopt;
  }
  const auto found = labels.find(text);
  return found == labels.end() ? std::nullopt : std::optional(found->second);
}

std::string_view field_of(std::string_view kind) {
  for (const std::string_view field : {"id", "tier", "region", "team"}) {
    if (kind.starts_with("user.") && kind.substr(5) == field) return field;
  }
  return {};
}

uint64_t hash_of(const std::vector<uint64_t>& words) {
  uint64_t hash = 0x9E3779B97F4A7C15;
  for (const uint64_t word : words) {
    hash = (hash ^ word) * 0xFF51AFD7ED558CCD;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

QuickDecider::QuickDecider(const Engine& engine, const signals::SignalSet& signals, std::set<std::string, std::less<>> derived)
    : engine_(engine),
      manifest_(engine.program().module.manifest),
      signals_(signals),
      derived_(std::move(derived)),
      fields_(manifest_.signals.size()),
      tokens_(),
      scratch_(engine.layout()),
      leaves_(manifest_),
      settled_(manifest_.signals.size()),
      must_(std::max<uint32_t>(1, manifest_.words())),
      may_(must_.size()),
      table_(kSlots) {
  match_ = {SBX_ABI_VERSION, sizeof(sbx_match), must_.data(), may_.data(), manifest_.words(), SBX_NO_ROUTE};
  const FrameLayout& layout = engine.layout();
  for (uint32_t i = 0; i < manifest_.signals.size(); ++i) {
    const SignalInfo& info = manifest_.signals[SignalId{i}];
    Source source{.kind = info.type.kind, .type = &info.type, .range = full_range(info.type), .labels = &layout.signals[i].labels};
    scratch_.settle({i}, unknown_reading());
    for (const uint32_t leaf : layout.signals[i].leaves) {
      const Leaf& of = manifest_.leaves[LeafId{leaf}];
      source.leaves.push_back({leaf, of.facet, &of.member, &layout.literals[leaf]});
      source.without.push_back(scratch_.leaves().value(leaf));
    }
    source.is_needed_first = info.cost == CostClass::Free && !source.leaves.empty();
    if (info.cost == CostClass::Free) source.field = field_of(info.kind);
    sources_.push_back(std::move(source));
  }
  if (const auto tokens = engine.find_signal("tokens")) tokens_ = tokens->index;
  for (const Model& model : manifest_.models) {
    if (model.context_tokens) contexts_.push_back(*model.context_tokens);
  }
  std::ranges::sort(contexts_);
}

QuickDecision* QuickDecider::decide(const TraceLine& line) {
  if (!line.is_plain) return nullptr;
  leaves_.reset();
  std::ranges::fill(settled_, uint8_t{0});
  read_tokens_.reset();
  for (size_t i = 0; i < line.readings.size(); ++i) {
    const RecordedReading& reading = line.readings[i];
    const Place& place = find(i, reading.name);
    if (place.is_derived) return nullptr;
    if (place.signal && !settle(*place.signal, reading)) return nullptr;
  }
  for (uint32_t i = 0; i < sources_.size(); ++i) {
    if (!settled_[i] && sources_[i].is_needed_first && !settle_field(i, line)) return nullptr;
  }
  const std::optional<uint64_t> asked = demand(line);
  if (!asked) return nullptr;
  is_known_ = leaves_.is_known();
  const sbx_frame view = leaves_.view();
  if (is_known_)
    engine_.program().matcher->known(view, match_);
  else
    engine_.program().matcher->partial(view, match_);
  make_key(*asked);
  for (size_t slot = hash_of(key_);; ++slot) {
    uint32_t& at = table_[slot % kSlots];
    if (at == 0) {
      if (entries_.size() == kMostEntries) {
        entries_.clear();
        std::ranges::fill(table_, 0);
      }
      entries_.push_back({.key = key_});
      at = static_cast<uint32_t>(entries_.size());
      conclude(line, entries_.back());
    }
    Entry& entry = entries_[at - 1];
    if (entry.key == key_) return entry.is_certain ? &entry.decision : nullptr;
  }
}

// Lines of one trace name their readings in the same order.
const QuickDecider::Place& QuickDecider::find(size_t position, std::string_view name) {
  if (position < places_.size() && places_[position].name == name) return places_[position];
  if (position >= places_.size()) places_.resize(position + 1);
  const auto signal = engine_.find_signal(name);
  places_[position] = {std::string(name), signal ? std::optional(signal->index) : std::nullopt, !signal && derived_.contains(name)};
  return places_[position];
}

bool QuickDecider::settle(uint32_t signal, const RecordedReading& reading) {
  if (!reading.is_plain) return false;
  if (reading.state == ReadingState::Skipped) return true;
  settled_[signal] = 1;
  const Source& source = sources_[signal];
  if (signal == tokens_) read_tokens_.reset();
  if (reading.confidence && !(*reading.confidence >= 0 && *reading.confidence <= 1)) return false;
  if (reading.state == ReadingState::Known) return settle_known(source, reading);
  if (signal == tokens_ && manifest_.signals[SignalId{signal}].or_else) return false;
  write(source, source.without);
  return true;
}

bool QuickDecider::settle_known(const Source& source, const RecordedReading& reading) {
  const auto* text = std::get_if<std::string_view>(&reading.value);
  const auto* members = std::get_if<std::span<const std::string_view>>(&reading.value);
  std::optional<int64_t> value;
  switch (source.kind) {
    case TypeKind::Bool:
      if (const auto* truth = std::get_if<bool>(&reading.value)) value = *truth;
      break;
    case TypeKind::Label:
      if (text == nullptr) return false;
      value = label_of(*source.type, *source.labels, *text);
      break;
    case TypeKind::Text:
      if (text != nullptr) value = -1;
      break;
    case TypeKind::Set:
      if (members == nullptr) return false;
      for (const std::string_view member : *members) {
        if (!source.type->members.empty() && std::ranges::find(source.type->members, member) == source.type->members.end()) return false;
      }
      value = !members->empty();
      break;
    default:
      if (const auto* whole = std::get_if<int64_t>(&reading.value)) value = raw_number(*whole, written_places(source.kind));
      if (const auto* number = std::get_if<double>(&reading.value)) value = raw_number(*number, written_places(source.kind));
      if (value && (*value < source.range.low || *value > source.range.high)) return false;
  }
  if (!value) return false;
  if (tokens_ && &source == &sources_[*tokens_]) read_tokens_ = value;
  for (const LeafOf& of : source.leaves) {
    if (of.facet == Facet::Confidence) {
      const auto confidence = reading.confidence ? raw_number(*reading.confidence, 6) : std::nullopt;
      if (reading.confidence && !confidence) return false;
      leaves_.write(of.leaf, confidence, SBX_FAILED);
    } else if (of.facet == Facet::Has) {
      leaves_.write(of.leaf, std::ranges::find(*members, *of.member) != members->end(), SBX_FAILED);
    } else if (source.kind == TypeKind::Text) {
      const auto found = of.literals->find(*text);
      leaves_.write(of.leaf, found == of.literals->end() ? -1 : found->second, SBX_FAILED);
    } else {
      leaves_.write(of.leaf, value, SBX_FAILED);
    }
  }
  return true;
}

// A free signal that is not recorded: who the user is stands in the envelope, and its reading depends on that text alone.
bool QuickDecider::settle_field(uint32_t signal, const TraceLine& line) {
  const Source& source = sources_[signal];
  if (source.field.empty() || line.is_decision) return false;
  std::optional<std::string_view> text;
  for (const auto& [name, value] : line.user) {
    if (name == source.field) text = value;
  }
  auto& known = fields_[signal];
  // Absent and empty are not the same.
  const std::string_view key = text ? *text : std::string_view("\0", 1);
  auto found = known.find(key);
  if (found == known.end()) {
    if (known.size() == kMostFields) known.clear();
    Request request;
    std::optional<std::string> value;
    if (text) value.emplace(*text);
    (source.field == "id"       ? request.user.id
     : source.field == "tier"   ? request.user.tier
     : source.field == "region" ? request.user.region
                                : request.user.team) = value;
    signals::TextsPool::Lease texts = pool_.take();
    scratch_.settle({signal}, signals_.read({signal}, request, *texts));
    Written values;
    for (const LeafOf& of : source.leaves) values.push_back(scratch_.leaves().value(of.leaf));
    found = known.emplace(key, std::move(values)).first;
  }
  write(source, found->second);
  return true;
}

void QuickDecider::write(const Source& source, const Written& values) {
  for (size_t i = 0; i < values.size(); ++i) leaves_.write(source.leaves[i].leaf, values[i], SBX_FAILED);
}

// What the policy read as `tokens`, else what a log says, at least what a decision was charged for; of a body no more than the line has bytes.
std::optional<int64_t> QuickDecider::prompt_tokens(const TraceLine& line) const {
  if (read_tokens_) return read_tokens_;
  if (line.is_decision) return line.prompt_tokens ? *line.prompt_tokens : line.usage.input_tokens.value_or(0);
  return std::nullopt;
}

// What of the request decides which models fit, as one number; nothing: the request must be looked at.
std::optional<uint64_t> QuickDecider::demand(const TraceLine& line) const {
  const uint64_t bodiless = line.is_decision && !line.has_demand ? 1 : 0;
  if (contexts_.empty()) return bodiless;
  const auto prompt = prompt_tokens(line);
  constexpr int64_t kSlack = 16, kMost = int64_t{1} << 40;
  const int64_t most = prompt.value_or(static_cast<int64_t>(line.bytes) + kSlack);
  const int64_t output = line.max_tokens.value_or(0);
  if (output < 0 || output > kMost || most > kMost) return std::nullopt;
  if (line.max_tokens && output == 0) return std::nullopt;  // a rule's limit stands in for it
  if (most + output <= contexts_.front()) return bodiless;
  if (!prompt || line.max_tokens) return std::nullopt;
  const auto rank = std::ranges::lower_bound(contexts_, *prompt) - contexts_.begin();
  return static_cast<uint64_t>(rank) * 2 + bodiless;
}

// Which guards hold, and what the request demands. A match of known readings leaves the routes' own words alone.
void QuickDecider::make_key(uint64_t demand) {
  key_.clear();
  key_.push_back(demand * 2 + (is_known_ ? 1 : 0));
  if (is_known_) {
    key_.push_back(match_.route);
    key_.insert(key_.end(), must_.begin() + std::min<ptrdiff_t>(manifest_.rule_bits() / 64, std::ssize(must_)), must_.end());
  } else {
    key_.insert(key_.end(), must_.begin(), must_.end());
    key_.insert(key_.end(), may_.begin(), may_.end());
  }
}

// As Stepper::step decides; nothing where it would ask for more.
std::optional<std::optional<RouteId>> QuickDecider::winner() const {
  std::optional<RouteId> route;
  if (is_known_) {
    if (match_.route != SBX_NO_ROUTE) route = manifest_.order[match_.route];
    return route;
  }
  const auto bit_of = [](const std::vector<uint64_t>& words, uint32_t bit) { return (words[bit / 64] >> (bit % 64) & 1) != 0; };
  const auto first = first_route(may_, static_cast<uint32_t>(manifest_.order.size()));
  if (first && !bit_of(must_, *first)) return std::nullopt;
  if (first) route = manifest_.order[*first];
  bool is_open = false;
  for_each_relevant_bit(
      manifest_, route, [&](uint32_t bit) { return bit_of(may_, bit); },
      [&](uint32_t bit) { is_open |= bit_of(may_, bit) && !bit_of(must_, bit); });
  if (is_open) return std::nullopt;
  return route;
}

void QuickDecider::conclude(const TraceLine& line, Entry& entry) {
  const auto route = winner();
  if (!route) return;
  const Outcome* outcome = outcome_of(manifest_, *route);
  if (outcome != nullptr && has_choice(*outcome)) return;
  Request request;
  request.has_body = !line.is_decision;
  request.has_demand = line.has_demand;
  request.max_tokens = line.max_tokens;
  const Holds holds = [this](uint32_t bit) { return (must_[bit / 64] >> (bit % 64) & 1) != 0; };
  const Finish from{manifest_, request, holds, {}, [&] { return prompt_tokens(line).value_or(static_cast<int64_t>(line.bytes)); }};
  Decision decision;
  finish(from, *route, decision);
  if (decision.unserved && manifest_.unserved && has_choice(*manifest_.unserved)) return;
  entry.is_certain = true;
  entry.decision.outcome = decision.outcome;
  entry.decision.route = decision.route;
  if (!decision.attempts.empty()) entry.decision.model = decision.attempts.front().model;
}

}  // namespace sbx
