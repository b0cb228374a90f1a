// SPDX-License-Identifier: Apache-2.0
// `prompt_tokens at most N`: what the model reads is cut where it is longer. What matters least goes first; the last message of the user,
// what the system says, and descriptions of tools stay as they are.
#include <algorithm>
#include <span>

#include "runtime/effects/action.h"
#include "runtime/effects/conversation.h"
#include "runtime/effects/extract.h"
#include "runtime/request/decode.h"
#include "runtime/signals/prompt_tokens.h"
#include "runtime/text/tokens.h"

namespace sbx::effects {

namespace {

// What is left of texts at first, in tokens: of a result its best passages, of what was said a sentence or two.
struct Least {
  int64_t of_result, of_history;
};
Least least_of(int64_t limit) { return {std::min<int64_t>(256, limit / 4), std::min<int64_t>(64, limit / 16)}; }

// The prompt as it is now, by the count that the input `tokens` reads; what a persona adds comes on top.
int64_t tokens_now(const Call& call, const JsonDocument& document) {
  const Decoded now = decode_body({}, document.finish(), {.dialect = call.request.dialect});
  const std::string* said = said_by_persona(call);
  return now.request ? signals::prompt_tokens(*now.request) + (said == nullptr ? 0 : text::estimate_tokens(*said)) : 0;
}

// Takes `excess` tokens out of texts, the first first, and leaves each `least`. `excess`: what is still too much.
void cut(const std::vector<Said>& texts, const Question& question, int64_t least, int64_t& excess) {
  // The line breaks between texts may cost two tokens more when a text is cut: what saves less saves nothing for sure.
  constexpr int64_t kWorthwhile = 3;
  for (const Said& said : texts) {
    if (excess <= 0) return;
    const std::string whole = said.holder->text(said.item).value_or(std::string());
    const int64_t tokens = text::estimate_tokens(whole);
    if (tokens <= least) continue;
    const std::string kept = extract(whole, question, std::max(least, tokens - std::max(excess, kWorthwhile)));
    std::string json = json_text(kept);
    const int64_t saved = tokens - text::estimate_tokens(kept);
    if (saved < kWorthwhile || json.size() >= said.holder->json(*said.item).size()) continue;
    said.item->replacement = std::move(json);
    excess -= saved;
  }
}

// As prompt_tokens counts: 4 for a message, 1 for the line break between texts.
int64_t tokens_of(const Entry& entry) {
  int64_t tokens = 4 + entry.call_tokens;
  for (const Said& said : entry.texts) tokens += 1 + text::estimate_tokens(said.holder->text(said.item).value_or(std::string()));
  return tokens;
}

// Takes out whole ranges, the first first; what the system says between them stays.
void drop(Conversation& conversation, const std::vector<Range>& ranges, int64_t& excess) {
  for (const Range& range : ranges) {
    if (excess <= 0) return;
    for (Entry& entry : std::span(conversation.entries).subspan(range.begin, range.end - range.begin)) {
      if (entry.kind == Entry::Kind::System || entry.item->removed) continue;
      excess -= tokens_of(entry);
      entry.item->removed = true;
    }
  }
}

// Takes about `excess` tokens out; whether it took any.
bool shorten(Conversation& conversation, const Question& question, Least least, const int64_t excess) {
  int64_t left = excess;
  cut(conversation.results(), question, least.of_result, left);
  cut(conversation.history(), question, least.of_history, left);
  drop(conversation, conversation.old_turns(), left);
  cut(conversation.results(), question, 0, left);
  cut(conversation.history(), question, 0, left);
  drop(conversation, conversation.old_steps(), left);
  return left < excess;
}

}  // namespace

void compress(Call& call, const JsonDocument& document) {
  const Constant* value = call.slot("prompt_tokens");
  const auto* most = value == nullptr ? nullptr : std::get_if<Decimal>(&value->value);
  if (most == nullptr) return;
  const int64_t limit = scaled(*most, 0, Rounding::Down).value_or(INT64_MAX);
  int64_t tokens = tokens_now(call, document);
  if (tokens <= limit) return;
  if (call.request.dialect == Dialect::Embeddings) return call.leave_out("prompt_tokens", "what is embedded is not cut");
  Conversation conversation = conversation_of(call.body, call.request.dialect);
  const Question question(call.request.text);
  // Counts of parts add up to a little more or less than the count of all.
  while (tokens > limit && shorten(conversation, question, least_of(limit), tokens - limit)) tokens = tokens_now(call, document);
  if (tokens > limit) call.leave_out("prompt_tokens", std::to_string(tokens) + " tokens are left, which cannot be cut further");
}

}  // namespace sbx::effects
