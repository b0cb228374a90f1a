// SPDX-License-Identifier: Apache-2.0
// One mapping of the settings while it is read: each setting is asked for by its name, and what nobody asked for is unknown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diag/diagnostic.h"
#include "runtime/gateway/yaml.h"

namespace sbx::gateway {

/// What all sections are read with.
struct Around {
  Diagnostics& diags;
  std::string folder;  // of the settings: relative paths begin there

  [[nodiscard]] std::string path(std::string_view relative) const;
};

/// Functions that take `to` leave it as it is where the setting is absent or wrong; what is wrong is reported.
class Section {
 public:
  /// `at`: what to underline when something is missing. `name` as in `limits`, `providers.local`; empty for the whole file.
  Section(const Yaml& node, Span at, std::string name, Around& around);

  /// Null if the setting is absent.
  const Yaml* find(std::string_view name);
  /// R0723 if it is absent.
  const Yaml* require(std::string_view name, std::string_view example);
  /// The key of a setting that is there.
  [[nodiscard]] Span key(std::string_view name) const;
  [[nodiscard]] Span at() const { return at_; }
  /// `limits.connections`, for findings.
  [[nodiscard]] std::string full_name(std::string_view name) const;
  [[nodiscard]] Around& around() { return around_; }
  [[nodiscard]] Diagnostics& diags() const { return around_.diags; }

  void text(std::string_view name, std::string& to);
  void texts(std::string_view name, std::vector<std::string>& to);
  void flag(std::string_view name, bool& to);
  void whole(std::string_view name, int64_t& to, int64_t least, int64_t most);
  void duration(std::string_view name, int64_t& to_ms);
  void size(std::string_view name, int64_t& to, int64_t least);
  void share(std::string_view name, double& to);
  /// A file that must be there.
  void file(std::string_view name, std::string& to);
  /// `STEM_env` names a variable or `STEM_file` a file (without a stem: `env`, `file`); one of them. False if neither is there.
  bool secret(std::string_view stem, std::string& to);
  /// R0728 if every user of the machine may read the file that a setting names.
  void warn_if_readable(std::string_view name, const std::string& path);

  /// R0722: the setting is not what it should be.
  DiagnosticBuilder wrong(const Yaml& value, std::string_view name, std::string_view wanted);
  /// R0721 and R0725 for what nobody has asked for.
  void finish();

 private:
  void report_unknown(const Yaml& key);

  const Yaml& node_;
  Span at_;
  std::string name_;
  Around& around_;
  std::vector<std::string> known_;
  std::string secrets_;  // how secrets of this section are said, for help
};

}  // namespace sbx::gateway
