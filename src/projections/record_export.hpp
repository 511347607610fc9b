#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/queries.hpp"

namespace annals {

enum class ExportedKind { persons, organizations };
enum class ExportFormat { csv, ndjson };
std::optional<ExportFormat> export_format_named(std::string_view name);

/// The columns of the CSV, in order: the API's names, and what references are called.
std::span<const std::string_view> export_columns(ExportedKind kind);

/// How a user is called; nullopt: nobody knows.
using UsernameOf = std::function<std::optional<std::string>(UserId)>;

/// Records as a file that an import reads back: CSV with a header line, each cell guarded against being taken for a
/// formula (core/csv_guard.hpp), or the API's objects, one a line; both with `owner_username`. The CSV has the names of
/// `tags` with `|` between them. One thread.
class RecordExport {
 public:
  RecordExport(std::unique_ptr<RecordStream> records, ExportedKind kind, ExportFormat format, UsernameOf username);

  /// Appends the next records, about `bytes` of them and one at least. False: that was all.
  bool append_piece(std::string& out, std::size_t bytes);
  std::uint64_t count() const { return count_; }  ///< records so far

 private:
  /// What was looked up last, so that many records of few owners cost few lookups.
  using Known = std::unordered_map<UserId, std::optional<std::string>>;
  using Members = std::vector<std::pair<std::string, std::string_view>>;

  bool fetch();
  void append(const std::string& record, std::string& out);
  void append_csv(const Members& members, std::string& out) const;
  std::string owner_username(const Members& members);  ///< as JSON

  std::unique_ptr<RecordStream> records_;
  ExportedKind kind_;
  ExportFormat format_;
  UsernameOf username_;
  Known usernames_;
  std::vector<std::string> portion_;
  std::size_t at_ = 0;  ///< in the portion
  std::uint64_t count_ = 0;
  bool begun_ = false;
};

}  // namespace annals
