// SPDX-License-Identifier: Apache-2.0
// Which store a setting names.
#include <unistd.h>

#include <filesystem>

#include "runtime/state/store.h"

namespace sbx::state {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

Result<bool> check_file(const std::string& path) {
  if (std::error_code none; std::filesystem::exists(path, none)) {
    const auto read = read_sqlite(path);
    return read ? Result<bool>(true) : read.error();
  }
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return true;
  return Error{"R0780", "cannot open the state `" + path + "`: no file can be made in `" + folder.string() + "`"};
}

}  // namespace

Result<bool> check_store(const std::string& where) {
  if (where.starts_with(kSqlite)) return check_file(where.substr(kSqlite.size()));
  const Result<std::unique_ptr<Store>> store = open_store(where);
  return store ? Result<bool>(true) : store.error();
}

Result<std::unique_ptr<Store>> open_store(const std::string& where) {
  if (where == "memory") return memory_store();
  if (where.starts_with(kSqlite)) return sqlite_store(where.substr(kSqlite.size()));
  if (where.starts_with("redis")) return redis_store(where);
  return Error{"R0780", "`" + where + "` is no store"};
}

}  // namespace sbx::state
