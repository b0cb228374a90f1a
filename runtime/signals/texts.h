// SPDX-License-Identifier: Apache-2.0
// The texts of one request, each scanned at most once for all signals.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/request/request.h"
#include "runtime/text/database.h"

namespace sbx::signals {

/// `text`, `text.all`, `text.system`.
enum class Source : uint8_t { LastUser, All, System };
inline constexpr size_t kSources = 3;
[[nodiscard]] std::optional<Source> parse_source(std::string_view name);
[[nodiscard]] std::string_view text_of(const Request& request, Source source);

/// Working memory for reading signals; kept from request to request. One thread at a time.
class Texts {
 public:
  /// Forgets the last request. Must be called before the signals of a new one are read.
  void start() { done_ = {}; }

  [[nodiscard]] const text::TextHits& hits(const text::TextDatabase& database, const Request& request, Source source);
  /// How many words the text has.
  [[nodiscard]] uint32_t words(const Request& request, Source source);

 private:
  struct Done {
    bool hits = false, words = false;
  };
  text::TextScratch scratch_;
  std::array<text::TextHits, kSources> hits_;
  std::array<uint32_t, kSources> words_{};
  std::array<Done, kSources> done_{};
};

}  // namespace sbx::signals
