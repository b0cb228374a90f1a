// SPDX-License-Identifier: Apache-2.0
#include "runtime/state/sqlite_file.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>

namespace sbx::state {

namespace {

constexpr int kBusyMs = 5'000;
constexpr int kFormat = 1;               // of user_version
constexpr int kApplication = 0x53'42'58'31;  // of application_id: "SBX1"

constexpr const char* kCreate =
    "BEGIN; CREATE TABLE cells(policy TEXT, state TEXT, key TEXT, member TEXT, line TEXT NOT NULL, "
    "PRIMARY KEY(policy, state, key, member)) WITHOUT ROWID; PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT";

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Statement prepare(sqlite3* file, const char* text) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(file, text, -1, &statement, nullptr);
  return Statement(statement);
}

void bind(const Statement& statement, std::initializer_list<const std::string*> texts) {
  int at = 0;
  for (const std::string* text : texts)
    sqlite3_bind_text(statement.get(), ++at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
}

std::string text_of(const Statement& row, int column) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(row.get(), column));
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(row.get(), column)));
}

// The number that a statement asks for; -1 where it cannot be told.
int ask(sqlite3* file, const char* text) {
  const Statement row = prepare(file, text);
  return row && sqlite3_step(row.get()) == SQLITE_ROW ? sqlite3_column_int(row.get(), 0) : -1;
}

bool is_new(sqlite3* file) {
  return ask(file, "PRAGMA application_id") == 0 && ask(file, "PRAGMA user_version") == 0 && ask(file, "SELECT count(*) FROM sqlite_schema") == 0;
}

}  // namespace

void SqliteFile::Close::operator()(sqlite3* file) const { sqlite3_close(file); }

bool SqliteFile::run(const char* statement) const { return sqlite3_exec(file_.get(), statement, nullptr, nullptr, nullptr) == SQLITE_OK; }

Result<SqliteFile> SqliteFile::open(const std::string& path, bool writes) {
  sqlite3* raw = nullptr;
  const int flags = (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
  const int status = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  SqliteFile file(raw, path);
  const auto cannot = [&](const std::string& why) { return Error{"R0780", "cannot open the state `" + path + "`: " + why}; };
  if (status != SQLITE_OK) return cannot(raw == nullptr ? "out of memory" : sqlite3_errmsg(raw));
  sqlite3_busy_timeout(raw, kBusyMs);
  // Nothing is written to a file before it is known to be ours.
  const bool is_empty = is_new(raw);
  if (!is_empty && ask(raw, "PRAGMA application_id") != kApplication) return cannot("it is no file of states");
  if (ask(raw, "PRAGMA user_version") > kFormat) return cannot("a newer version wrote it");
  // A commit is on the disk before it returns; readers go on while it is written.
  if (writes && (!file.run("PRAGMA journal_mode = WAL") || !file.run("PRAGMA synchronous = FULL"))) return cannot(sqlite3_errmsg(raw));
  if (writes && is_empty && !file.run(fmt::format(kCreate, kApplication, kFormat).c_str())) return cannot(sqlite3_errmsg(raw));
  if (ask(raw, "PRAGMA user_version") != kFormat) return cannot("it is no file of states");
  return file;
}

Result<std::shared_ptr<const Snapshot>> SqliteFile::read() const {
  const auto damaged = [&](const std::string& why) { return Error{"R0780", "cannot read the state `" + path_ + "`: " + why}; };
  const Statement rows = prepare(file_.get(), "SELECT policy, state, key, member, line FROM cells ORDER BY policy, state, key, member");
  if (!rows) return damaged(sqlite3_errmsg(file_.get()));
  std::map<std::array<std::string, 3>, std::shared_ptr<Cells>> entries;
  int status = 0;
  while ((status = sqlite3_step(rows.get())) == SQLITE_ROW) {
    auto& cells = entries[{text_of(rows, 0), text_of(rows, 1), text_of(rows, 2)}];
    if (cells == nullptr) cells = std::make_shared<Cells>();
    if (!decode(text_of(rows, 4), (*cells)[text_of(rows, 3)])) return damaged("`" + text_of(rows, 4) + "` is no cell");
  }
  if (status != SQLITE_DONE) return damaged(sqlite3_errmsg(file_.get()));
  std::vector<Change> changes;
  for (const auto& [name, cells] : entries) changes.push_back({{name[0], name[1], name[2]}, cells});
  return Snapshot().with(changes);
}

bool SqliteFile::write_row(const Row& row) const {
  const Statement statement = prepare(file_.get(), !row.key           ? "DELETE FROM cells WHERE policy = ? AND state = ?"
                                                   : row.line.empty() ? "DELETE FROM cells WHERE policy = ? AND state = ? AND key = ?"
                                                                      : "INSERT OR REPLACE INTO cells VALUES(?, ?, ?, ?, ?)");
  if (!statement) return false;
  bind(statement, {&row.policy, &row.state});
  if (row.key) bind(statement, {&row.policy, &row.state, &*row.key});
  if (row.key && !row.line.empty()) bind(statement, {&row.policy, &row.state, &*row.key, &row.member, &row.line});
  return sqlite3_step(statement.get()) == SQLITE_DONE;
}

Result<bool> SqliteFile::write(const std::vector<Row>& rows) {
  bool good = run("BEGIN IMMEDIATE");
  for (const Row& row : rows) good = good && write_row(row);
  if (good && run("COMMIT")) return true;
  const Error error{"R0782", "cannot write the state `" + path_ + "`: " + sqlite3_errmsg(file_.get())};
  if (sqlite3_get_autocommit(file_.get()) == 0) static_cast<void>(run("ROLLBACK"));
  return error;
}

Result<std::shared_ptr<const Snapshot>> read_sqlite(const std::string& path) {
  const Result<SqliteFile> file = SqliteFile::open(path, false);
  if (!file) return file.error();
  return file->read();
}

}  // namespace sbx::state
