#include "app/snapshots/sqlite.hpp"

#include <stdexcept>

namespace annals {
namespace {

[[noreturn]] void fail_with(sqlite3* database) {
  throw std::runtime_error(std::string("SQLite: ") + (database == nullptr ? "no memory" : sqlite3_errmsg(database)));
}

constexpr std::string_view kReadOnly = "mode=ro&immutable=1";

std::string uri_of(const std::filesystem::path& file, std::string_view parameters) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%') {
      uri += "%25";
    } else if (c == '?') {
      uri += "%3f";
    } else if (c == '#') {
      uri += "%23";
    } else {
      uri += c;
    }
  }
  return uri.append("?").append(parameters);
}

}  // namespace

SqliteDatabase::SqliteDatabase(const std::filesystem::path& file, Open how) {
  const bool create = how == Open::create;
  const auto uri = uri_of(file, create ? "mode=rwc" : kReadOnly);
  // ATTACH can do no more than the flags of the database that it is attached to.
  const int flags = create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(uri.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  handle_.reset(handle);
  if (opened != SQLITE_OK) fail_with(handle);
  // What a file brings along is data, never something to run.
  run("PRAGMA trusted_schema = OFF");
}

void SqliteDatabase::run(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail_with(handle_.get());
}

SqliteStatement SqliteDatabase::prepare(const std::string& sql) {
  return {handle_.get(), sql};
}

void SqliteDatabase::attach(const std::filesystem::path& file, std::string_view name) {
  const auto uri = uri_of(file, kReadOnly);
  auto statement = prepare("ATTACH ? AS " + sql_name(name));
  statement.bind(1, uri);
  statement.next();
}

void SqliteDatabase::close() {
  if (sqlite3_close(handle_.get()) != SQLITE_OK) fail_with(handle_.get());
  static_cast<void>(handle_.release());
}

SqliteStatement::SqliteStatement(sqlite3* database, const std::string& sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  const int prepared = sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  statement_.reset(statement);
  require(prepared);
}

void SqliteStatement::require(int result) const {
  if (result != SQLITE_OK) fail_with(database_);
}

void SqliteStatement::bind(int parameter, const std::string& text) {
  require(sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void SqliteStatement::bind(const SnapshotRow& row) {
  int parameter = 0;
  for (const auto& cell : row) {
    ++parameter;
    if (const auto* text = std::get_if<std::string>(&cell)) {
      bind(parameter, *text);
    } else if (const auto* number = std::get_if<std::int64_t>(&cell)) {
      require(sqlite3_bind_int64(statement_.get(), parameter, *number));
    } else {
      require(sqlite3_bind_null(statement_.get(), parameter));
    }
  }
}

bool SqliteStatement::next() {
  const int stepped = sqlite3_step(statement_.get());
  if (stepped == SQLITE_ROW) return true;
  if (stepped != SQLITE_DONE) fail_with(database_);
  require(sqlite3_reset(statement_.get()));
  return false;
}

SnapshotCell SqliteStatement::cell(int column) const {
  auto* const statement = statement_.get();
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_NULL:
      return std::monostate();
    default:
      break;
  }
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  if (bytes == nullptr) return std::string();
  return std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

std::string sql_name(std::string_view name) {
  return '"' + std::string(name) + '"';
}

}  // namespace annals
