// SPDX-License-Identifier: Apache-2.0
// One multi-pattern database for all keywords and patterns of a policy, and one scan for all of them over a text.
// Built when a policy is loaded, never while a request is decided; kept on disk by the hash of what it holds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/text/edits.h"
#include "runtime/text/hits.h"
#include "runtime/text/rules.h"

namespace sbx::text {

/// What a scan needs to write in; one for each scan that runs at a time. Keeps its memory, so that after the first scans nothing is
/// allocated. May be used with any number of databases.
class TextScratch {
 public:
  TextScratch();
  ~TextScratch();
  TextScratch(TextScratch&&) noexcept;
  TextScratch& operator=(TextScratch&&) noexcept;

 private:
  friend class TextDatabase;
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

/// Immutable; may be used from several threads at once.
class TextDatabase {
 public:
  /// R0710 if it cannot be compiled. `cache` is a folder for compiled databases, made if absent; empty: none is kept. A file there that
  /// cannot be read or is damaged is built anew.
  [[nodiscard]] static Result<TextDatabase> build(TextRules rules, const std::string& cache);

  /// Finds everything in `text` and says so in `hits`. Never fails; bytes that are no UTF-8 match nothing but `.`.
  void scan(std::string_view text, TextScratch& scratch, TextHits& hits) const;

  [[nodiscard]] const TextRules& rules() const;
  /// Makes `scratch` ready for this database, so that the first scan allocates nothing for it. scan() does it where it was not done.
  void prepare(TextScratch& scratch) const;

 private:
  struct Compiled;
  explicit TextDatabase(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

/// $SIGNALBOX_CACHE, else signalbox in $XDG_CACHE_HOME or ~/.cache; empty if none of these is set.
[[nodiscard]] std::string default_cache_folder();

}  // namespace sbx::text
