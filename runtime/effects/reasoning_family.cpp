// SPDX-License-Identifier: Apache-2.0
#include "runtime/effects/reasoning_family.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace sbx::effects {

namespace {

using Says = ReasoningFamily::Says;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

// `claude-3-7-sonnet-20250219` → 3, 7; `claude-sonnet-4-20250514` → 4, 0; none: 99, newer than what we know.
std::pair<int, int> version_of_claude(std::string_view name) {
  std::vector<int> numbers;
  while (!name.empty()) {
    const size_t end = name.find_first_of("-@.:");
    const std::string_view word = name.substr(0, end);
    const bool is_number = !word.empty() && word.size() <= 2 && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
    if (is_number) {
      numbers.push_back(std::stoi(std::string(word)));
    } else if (!numbers.empty()) {
      break;
    }
    name.remove_prefix(end == std::string_view::npos ? name.size() : end + 1);
  }
  return {numbers.empty() ? 99 : numbers[0], numbers.size() < 2 ? 0 : numbers[1]};
}

ReasoningFamily claude(std::string_view name) {
  const auto version = version_of_claude(name);
  if (version < std::pair(3, 7)) return {.says = Says::Nothing};
  if (version < std::pair(4, 6)) return {.says = Says::Budget};
  return {.says = Says::Adaptive};
}

// The first row whose word begins the name counts.
ReasoningFamily openai(std::string_view name) {
  struct Row {
    std::string_view begins;
    ReasoningFamily family;
  };
  constexpr ReasoningFamily kNever{.says = Says::Nothing};
  constexpr ReasoningFamily kAlways{.off = "low", .minimal = "low", .can_be_off = false};
  static constexpr std::array kRows = {
      Row{"gpt-5-chat", kNever},
      Row{"gpt-5.", {.off = "none", .minimal = "low"}},
      Row{"gpt-5", {.off = "minimal", .minimal = "minimal", .can_be_off = false}},
      Row{"gpt-oss", kAlways},
      Row{"o1-mini", kNever},
      Row{"o1", kAlways},
      Row{"o3", kAlways},
      Row{"o4", kAlways},
      Row{"gpt-4", kNever},
      Row{"gpt-3", kNever},
      Row{"chatgpt-", kNever},
  };
  for (const Row& row : kRows) {
    if (name.starts_with(row.begins)) return row.family;
  }
  return {.is_known = false};
}

ReasoningFamily vllm(std::string_view name) {
  if (name.find("gpt-oss") != std::string_view::npos) return {.off = "low", .minimal = "low", .can_be_off = false};
  for (const std::string_view word : {"deepseek", "granite", "kimi"}) {
    if (name.find(word) != std::string_view::npos) return {.says = Says::Switch, .key = "thinking"};
  }
  return {.says = Says::Switch, .key = "enable_thinking"};
}

}  // namespace

ReasoningFamily reasoning_family(Provider provider, std::string_view served_name) {
  const std::string name = lower(served_name);
  // `openai/gpt-5`, `anthropic/claude-sonnet-4.5`: what serves many makers names them first.
  const std::string_view bare = std::string_view(name).substr(name.rfind('/') + 1);
  switch (provider) {
    case Provider::Anthropic:
      return claude(bare);
    case Provider::OpenAi:
    case Provider::Azure:
      return bare.starts_with("claude") ? claude(bare) : openai(bare);
    case Provider::Vllm:
      return vllm(bare);
  }
  return {};
}

}  // namespace sbx::effects
