// SPDX-License-Identifier: Apache-2.0
// Which store a setting names.
#include "runtime/state/store.h"

namespace sbx::state {

Result<std::unique_ptr<Store>> open_store(const std::string& where) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (where == "memory") return memory_store();
  if (where.starts_with(kSqlite)) return sqlite_store(where.substr(kSqlite.size()));
  if (where.starts_with("redis")) return redis_store(where);
  return Error{"R0780", "`" + where + "` is no store"};
}

}  // namespace sbx::state
