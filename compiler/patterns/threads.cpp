// SPDX-License-Identifier: Apache-2.0
#include "compiler/patterns/threads.h"

#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/text/characters.h"

namespace sbx::patterns {

Beside beside(char32_t character) {
  if (character == '\n') return Beside::LineEnd;
  const bool is_word = character < 0x80 && text::class_of(character) == text::CharClass::Word;
  return is_word ? Beside::Word : Beside::Other;
}

ThreadStepper::ThreadStepper(const Language& language)
    : language_(language),
      has_tests_(std::ranges::any_of(language.steps, [](const Step& step) { return std::holds_alternative<Test>(step); })),
      starts_once_(false),
      reached_(language.steps.size() * kPromises) {
  starts_once_ = has_tests_ && starts_with_text();
}

bool ThreadStepper::starts_with_text() {
  closed_.clear();
  bool only_there = true;
  reach(language_.start, kFree);
  for (size_t i = 0; i < closed_.size(); ++i) {
    std::visit(overloaded{
                   [&](const Fork& fork) { reach(fork.first, kFree), reach(fork.second, kFree); },
                   [&](const Test& one) {
                     if (one.edge != Edge::Start) reach(one.next, kFree);
                   },
                   [&](const TakeOne&) { only_there = false; },
                   [&](const Matched&) { only_there = false; },
               },
               language_.steps[closed_[i] / kPromises]);
  }
  for (const uint32_t one : closed_) reached_[one] = false;
  return only_there;
}

void ThreadStepper::reach(uint32_t step, uint32_t promise) {
  const uint32_t one = thread(step, promise);
  if (reached_[one]) return;
  reached_[one] = true;
  closed_.push_back(one);
}

void ThreadStepper::test(const Test& test, uint32_t promise, Beside before, Beside next) {
  const bool at_end = next == Beside::Nothing, at_line_end = next == Beside::LineEnd;
  bool holds = false;
  switch (test.edge) {
    case Edge::Start:
      holds = before == Beside::Nothing;
      break;
    case Edge::LineStart:
      holds = before == Beside::Nothing || before == Beside::LineEnd;
      break;
    case Edge::End:
      holds = at_end;
      break;
    case Edge::EndOrLastLineEnd:
      if (at_line_end && promise != kEnd) reach(test.next, kLastLineEnd);
      holds = at_end;
      break;
    case Edge::LineEnd:
      holds = at_end || at_line_end;
      break;
    case Edge::WordEdge:
      holds = (before == Beside::Word) != (next == Beside::Word);
      break;
    case Edge::NoWordEdge:
      holds = (before == Beside::Word) == (next == Beside::Word);
      break;
  }
  if (holds) reach(test.next, promise);
}

void ThreadStepper::close(const Threads& threads, Beside before, Beside next) {
  closed_.clear();
  for (const uint32_t one : threads) reach(one / kPromises, one % kPromises);
  for (size_t i = 0; i < closed_.size(); ++i) {
    const uint32_t promise = closed_[i] % kPromises;
    std::visit(overloaded{
                   [&](const Fork& fork) { reach(fork.first, promise), reach(fork.second, promise); },
                   [&](const Test& one) { test(one, promise, before, next); },
                   [](const TakeOne&) {},
                   [](const Matched&) {},
               },
               language_.steps[closed_[i] / kPromises]);
  }
  work_ += static_cast<int64_t>(closed_.size());
  for (const uint32_t one : closed_) reached_[one] = false;
}

Threads ThreadStepper::after(const Threads& threads, Beside before, Beside character, const std::function<bool(size_t)>& takes) {
  if (have_matched(threads)) return threads;
  close(threads, before, character);
  Threads next;
  if (!starts_once_) next.push_back(thread(language_.start, kFree));
  for (const uint32_t one : closed_) {
    const uint32_t step = one / kPromises, promise = one % kPromises;
    if (promise == kEnd || (promise == kLastLineEnd && character != Beside::LineEnd)) continue;
    const uint32_t kept = promise == kLastLineEnd ? kEnd : kFree;
    if (std::holds_alternative<Matched>(language_.steps[step])) {
      if (promise == kFree) return matched_threads();
      next.push_back(thread(step, kept));
    } else if (const auto* take = std::get_if<TakeOne>(&language_.steps[step]); take != nullptr && takes(take->set)) {
      next.push_back(thread(take->next, kept));
    }
  }
  std::ranges::sort(next);
  next.erase(std::ranges::unique(next).begin(), next.end());
  return next;
}

bool ThreadStepper::matched_at_end(const Threads& threads, Beside before) {
  if (have_matched(threads)) return true;
  close(threads, before, Beside::Nothing);
  return std::ranges::any_of(closed_, [&](uint32_t one) {
    return one % kPromises != kLastLineEnd && std::holds_alternative<Matched>(language_.steps[one / kPromises]);
  });
}

bool matches(const Language& language, std::string_view text) {
  ThreadStepper stepper(language);
  Threads threads = stepper.begin();
  Beside before = Beside::Nothing;
  for (size_t at = 0; at < text.size();) {
    const text::Character character = text::character_at(text, at);
    const Beside now = beside(character.value);
    threads = stepper.after(threads, before, now, [&](size_t set) {
      const text::CharacterSet& ranges = language.sets[set];
      const auto range = std::ranges::lower_bound(ranges, character.value, {}, &std::pair<char32_t, char32_t>::second);
      return range != ranges.end() && range->first <= character.value;
    });
    before = now;
    at += character.bytes;
  }
  return stepper.matched_at_end(threads, before);
}

}  // namespace sbx::patterns
