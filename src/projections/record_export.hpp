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

/// How what a record refers to is called; nullopt: nobody knows.
struct ExportNames {
  std::function<std::optional<std::string>(UserId)> username;
  std::function<std::optional<std::string>(OrganizationId)> organization;
};

/// Records as a file that an import reads back: CSV with a header line, each cell guarded against being taken for a
/// formula (core/csv_guard.hpp), or the API's objects, one a line; both with `organization_name` and `owner_username`.
/// One thread.
class RecordExport {
 public:
  RecordExport(std::unique_ptr<RecordStream> records, ExportedKind kind, ExportFormat format, ExportNames names);

  /// Appends the next records, about `bytes` of them and one at least. False: that was all.
  bool append_piece(std::string& out, std::size_t bytes);
  std::uint64_t count() const { return count_; }  ///< records so far

 private:
  /// What was looked up last, so that many records of few owners cost few lookups.
  template <class Id>
  using Known = std::unordered_map<Id, std::optional<std::string>>;
  using Members = std::vector<std::pair<std::string, std::string_view>>;

  bool fetch();
  void append(const std::string& record, std::string& out);
  void append_csv(const Members& members, std::string& out) const;
  /// The name as JSON.
  std::string organization_name(const Members& members);
  std::string owner_username(const Members& members);

  std::unique_ptr<RecordStream> records_;
  ExportedKind kind_;
  ExportFormat format_;
  ExportNames names_;
  Known<UserId> usernames_;
  Known<OrganizationId> organizations_;
  std::vector<std::string> portion_;
  std::size_t at_ = 0;  ///< in the portion
  std::uint64_t count_ = 0;
  bool begun_ = false;
};

}  // namespace annals
