// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/atoms.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "runtime/text/vectorscan.h"

namespace sbx::text {
namespace {

constexpr char32_t kSurrogates = 0xD800, kAfterSurrogates = 0xE000, kLast = 0x10FFFF;

/// Every character there is, in order.
std::string all_characters() {
  std::string text;
  text.reserve(4'400'000);
  const auto trail = [](char32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  for (char32_t c = 0; c <= kLast; ++c) {
    if (c == kSurrogates) c = kAfterSurrogates;
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else if (c < 0x800) {
      text += {static_cast<char>(0xC0 | c >> 6), trail(c)};
    } else if (c < 0x10000) {
      text += {static_cast<char>(0xE0 | c >> 12), trail(c >> 6), trail(c)};
    } else {
      text += {static_cast<char>(0xF0 | c >> 18), trail(c >> 12), trail(c >> 6), trail(c)};
    }
  }
  return text;
}

/// The character that ends at this byte of all_characters().
char32_t character_ending_at(uint64_t end) {
  constexpr uint64_t kTwo = 0x80, kThree = kTwo + (0x800 - 0x80) * 2, kBeyond = kThree + (kSurrogates - 0x800) * 3,
                     kFour = kBeyond + (0x10000 - kAfterSurrogates) * 3;
  const uint64_t at = end - 1;
  if (at < kTwo) return static_cast<char32_t>(at);
  if (at < kThree) return static_cast<char32_t>(0x80 + (at - kTwo) / 2);
  if (at < kBeyond) return static_cast<char32_t>(0x800 + (at - kThree) / 3);
  if (at < kFour) return static_cast<char32_t>(kAfterSurrogates + (at - kBeyond) / 3);
  return static_cast<char32_t>(0x10000 + (at - kFour) / 4);
}

void add(CharacterSet& set, char32_t character) {
  if (!set.empty() && set.back().second == character) return;
  const bool follows = !set.empty() && (set.back().second + 1 == character);
  if (follows) {
    set.back().second = character;
  } else {
    set.emplace_back(character, character);
  }
}

int on_character(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
  add((*static_cast<std::vector<CharacterSet>*>(context))[id], character_ending_at(to));
  return 0;
}

using Database = std::unique_ptr<hs_database_t, decltype(&hs_free_database)>;

/// Leaves out what the library refuses.
Database compile(std::span<const Atom> atoms) {
  std::vector<const char*> expressions;
  std::vector<unsigned> flags, ids;
  for (size_t i = 0; i < atoms.size(); ++i) {
    expressions.push_back(atoms[i].expression.c_str());
    flags.push_back(HS_FLAG_UTF8 | (atoms[i].unicode ? HS_FLAG_UCP : 0U));
    ids.push_back(static_cast<unsigned>(i));
  }
  while (!ids.empty()) {
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    const hs_error_t status = hs_compile_multi(expressions.data(), flags.data(), ids.data(), static_cast<unsigned>(ids.size()),
                                               HS_MODE_BLOCK, &platform(), &database, &error);
    if (status == HS_SUCCESS) return {database, hs_free_database};
    const int refused = error != nullptr ? error->expression : -1;
    hs_free_compile_error(error);
    if (refused < 0) break;
    expressions.erase(expressions.begin() + refused);
    flags.erase(flags.begin() + refused);
    ids.erase(ids.begin() + refused);
  }
  return {nullptr, hs_free_database};
}

std::vector<CharacterSet> scan_for(std::span<const Atom> atoms) {
  std::vector<CharacterSet> sets(atoms.size());
  const Database database = compile(atoms);
  if (!database) return sets;
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(database.get(), &scratch) != HS_SUCCESS) return sets;
  const std::string text = all_characters();
  scan(database.get(), text, scratch, on_character, &sets);
  hs_free_scratch(scratch);
  return sets;
}

/// What has been found out: the same for as long as the process lives. Policies ask for the same few classes again and again.
class Known {
 public:
  std::optional<CharacterSet> find(const Atom& atom) {
    const std::lock_guard lock(mutex_);
    const auto found = sets_.find(atom);
    return found == sets_.end() ? std::nullopt : std::optional(found->second);
  }
  void add(const Atom& atom, const CharacterSet& set) {
    const std::lock_guard lock(mutex_);
    if (sets_.size() < kMost) sets_.emplace(atom, set);
  }

 private:
  static constexpr size_t kMost = 256;
  std::mutex mutex_;  // guards sets_
  std::map<Atom, CharacterSet> sets_;
};

}  // namespace

std::vector<CharacterSet> characters_of(std::span<const Atom> atoms) {
  static Known known;
  std::vector<CharacterSet> sets(atoms.size());
  std::vector<Atom> asked;
  std::vector<size_t> places;
  for (size_t i = 0; i < atoms.size(); ++i) {
    if (std::optional<CharacterSet> set = known.find(atoms[i])) {
      sets[i] = std::move(*set);
    } else {
      asked.push_back(atoms[i]);
      places.push_back(i);
    }
  }
  if (asked.empty()) return sets;
  std::vector<CharacterSet> answers = scan_for(asked);
  for (size_t i = 0; i < asked.size(); ++i) {
    known.add(asked[i], answers[i]);
    sets[places[i]] = std::move(answers[i]);
  }
  return sets;
}

}  // namespace sbx::text
