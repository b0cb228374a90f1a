// SPDX-License-Identifier: Apache-2.0
// A part that begins where the whole begins has the same edge there, so that what stands beside the whole may stand beside it.
#include "runtime/text/parts.h"

#include <vector>

#include "runtime/text/matching.h"

namespace sbx::text {
namespace {

Edge edge(Character character) { return {class_of(character.value), character.value}; }

}  // namespace

void for_each_part(const Keyword& whole, const std::function<void(std::string_view)>& say) {
  const std::string_view text = whole.text;
  std::vector<size_t> begins, ends;
  for (size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    const size_t after = at + character.bytes;
    if (character.value != ' ') {
      if (may_stand_beside(edge(character), character_before(text, at))) begins.push_back(at);
      if (after == text.size() || may_stand_beside(edge(character), character_at(text, after))) ends.push_back(after);
    }
    at = after;
  }
  for (const size_t begin : begins) {
    for (const size_t end : ends) {
      if (end > begin && end - begin < text.size()) say(text.substr(begin, end - begin));
    }
  }
}

}  // namespace sbx::text
