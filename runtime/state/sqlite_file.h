// SPDX-License-Identifier: Apache-2.0
// The file of a SQLite store: one row a cell. Only for runtime/state; the one door to SQLite.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/state/store.h"

struct sqlite3;

namespace sbx::state {

/// What is to be written: a cell; without a line, that an entry is dropped; without a key, that a state of a policy is forgotten.
struct Row {
  std::string policy, state;
  std::optional<std::string> key;
  std::string member, line;
};

/// One thread at a time.
class SqliteFile {
 public:
  /// R0780.
  [[nodiscard]] static Result<SqliteFile> open(const std::string& path, bool writes);
  SqliteFile(SqliteFile&&) noexcept = default;
  SqliteFile& operator=(SqliteFile&&) noexcept = default;

  /// R0780 where it is no such file, or a line is damaged.
  [[nodiscard]] Result<std::shared_ptr<const Snapshot>> read() const;
  /// All in one transaction; when it returns they are on the disk. R0782.
  [[nodiscard]] Result<bool> write(const std::vector<Row>& rows);

 private:
  struct Close {
    void operator()(sqlite3* file) const;
  };
  explicit SqliteFile(sqlite3* file, std::string path) : file_(file), path_(std::move(path)) {}
  [[nodiscard]] bool run(const char* statement) const;
  [[nodiscard]] bool write_row(const Row& row) const;

  std::unique_ptr<sqlite3, Close> file_;
  std::string path_;
};

}  // namespace sbx::state
