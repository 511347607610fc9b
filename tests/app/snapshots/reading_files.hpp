#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "app/snapshots/snapshot_writer.hpp"
#include "app/snapshots/sqlite.hpp"

/// The files of a snapshot as somebody finds them who did not write them.
namespace annals::test {

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  REQUIRE(in.is_open());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The rows that a query of a snapshot's database gives, cells joined by `|`, null as `-`.
inline std::vector<std::string> rows_of(const std::filesystem::path& directory, const std::string& query) {
  SqliteDatabase database(directory / kSnapshotDatabase, SqliteDatabase::Open::read_only);
  auto statement = database.prepare(query);
  std::vector<std::string> rows;
  while (statement.next()) {
    std::string row;
    for (int column = 0; column < statement.columns(); ++column) {
      if (column > 0) row += '|';
      const auto cell = statement.cell(column);
      if (const auto* text = std::get_if<std::string>(&cell)) row += *text;
      if (const auto* number = std::get_if<std::int64_t>(&cell)) row += std::to_string(*number);
      if (std::holds_alternative<std::monostate>(cell)) row += '-';
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace annals::test
