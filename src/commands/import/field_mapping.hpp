#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/body.hpp"
#include "commands/import/record_kind.hpp"

namespace annals {

/// Which columns of a file, or members of its objects, are read as which fields. The others go by their own names.
class FieldMapping {
 public:
  /// Each `column=field`: a field of some kind of record, `type`, `metadata.<key>`, or nothing for a column that is not
  /// read. The error is a sentence without its full stop.
  static std::expected<FieldMapping, std::string> parse(std::span<const std::string> pairs);

  /// Empty: not to be read. nullopt: the column is not mapped. Case and white space around do not count.
  std::optional<std::string_view> field_of(std::string_view column) const;
  /// Of the columns that are mapped, the first that is not among these; nullopt: all are there.
  std::optional<std::string> missing_from(std::span<const std::string> columns) const;
  /// The first field that no record of this kind has.
  std::optional<std::string> foreign_to(RecordKind kind) const;
  /// What of it concerns records of this kind, as parse takes it.
  std::vector<std::string> pairs_for(RecordKind kind) const;

 private:
  struct Pair {
    std::string column;
    std::string field;
  };
  std::vector<Pair> pairs_;
};

/// A record's body, put together field by field, with metadata's keys that come one by one.
class RecordBody {
 public:
  /// A cell of CSV. An empty one is no JSON, and no key of metadata.
  void add(std::string_view field, std::string cell);
  void add(std::string_view field, JsonText value);
  /// The error is a sentence: a field came twice.
  std::expected<Body, std::string> take() &&;

 private:
  void add_metadata(std::string_view key, std::string_view json);
  void put(std::string_view field, Body::Value value);

  Body body_;
  std::string metadata_;  ///< an object without its closing brace; empty: no keys
  std::optional<std::string> twice_;
};

/// The members under the fields' names. The error is a sentence.
std::expected<Body, std::string> mapped(Body body, const FieldMapping& mapping);

}  // namespace annals
