// SPDX-License-Identifier: Apache-2.0
// Which messages of a conversation may be cut, and which may go together.
#include <algorithm>
#include <iterator>
#include <span>

#include "runtime/effects/conversation.h"

namespace sbx::effects {

namespace {

using Kind = Entry::Kind;

bool can_go(const std::vector<Entry>& entries, Range range) {
  return std::ranges::all_of(std::span(entries).subspan(range.begin, range.end - range.begin), [&](const Entry& entry) {
    return entry.kind == Kind::System || (!entry.stays && entry.tied_from >= range.begin && entry.tied_to < range.end);
  });
}

// Where entries of this kind begin after others; messages of the system are passed by.
std::vector<size_t> starts_of(const std::vector<Entry>& entries, Kind kind) {
  std::vector<size_t> starts;
  Kind last = Kind::System;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].kind == Kind::System) continue;
    if (entries[i].kind == kind && last != kind) starts.push_back(i);
    last = entries[i].kind;
  }
  return starts;
}

// The first entry of the turn of `asked`.
size_t last_turn(const Conversation& conversation) {
  size_t begin = 0;
  for (const size_t start : starts_of(conversation.entries, Kind::User)) {
    if (start <= conversation.asked) begin = start;
  }
  return begin;
}

}  // namespace

std::vector<Said> Conversation::results() const {
  std::vector<Said> found;
  for (const Entry& entry : entries) {
    if (!entry.item->removed) std::ranges::copy_if(entry.texts, std::back_inserter(found), &Said::is_result);
  }
  return found;
}

std::vector<Said> Conversation::history() const {
  size_t end = asked;
  while (end > 0 && entries[end].kind == Kind::User && entries[end - 1].kind == Kind::User) --end;
  std::vector<Said> found;
  for (const Entry& entry : std::span(entries).first(end)) {
    if (entry.kind == Kind::System || entry.item->removed) continue;
    std::ranges::copy_if(entry.texts, std::back_inserter(found), [](const Said& said) { return !said.is_result; });
  }
  return found;
}

std::vector<Range> Conversation::old_turns() const {
  const size_t last = last_turn(*this);
  std::vector<Range> turns;
  size_t begin = 0;
  for (const size_t start : starts_of(entries, Kind::User)) {
    if (start > last) break;
    if (start > begin && can_go(entries, {begin, start})) turns.push_back({begin, start});
    begin = start;
  }
  return turns;
}

std::vector<Range> Conversation::old_steps() const {
  std::vector<Range> steps;
  const std::vector<size_t> starts = starts_of(entries, Kind::Assistant);
  const size_t last = last_turn(*this);
  for (size_t i = 0; i + 1 < starts.size(); ++i) {
    Range step{starts[i], starts[i]};
    bool has_results = false;
    while (step.end < starts[i + 1] && entries[step.end].kind != Kind::User) has_results |= entries[step.end++].kind == Kind::Result;
    const bool is_of_last_turn = step.begin > last;
    const bool has_asked = asked >= step.begin && asked < step.end;
    if (is_of_last_turn && has_results && !has_asked && can_go(entries, step)) steps.push_back(step);
  }
  return steps;
}

}  // namespace sbx::effects
