#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "commands/import/import_records.hpp"

namespace annals {

/// Rows in their order, cut into commands: each a commit, so far below what a commit may hold.
class ImportPieces {
 public:
  static constexpr std::size_t kBytesMax = 4u << 20;

  explicit ImportPieces(std::size_t rows_per_piece) : rows_per_piece_(rows_per_piece) {}

  /// `bytes`: how long its text was.
  void add(ImportRow row, std::size_t bytes) {
    if (pieces_.empty() || pieces_.back().rows.size() == rows_per_piece_ || bytes_ >= kBytesMax) {
      pieces_.emplace_back().rows.reserve(rows_per_piece_);
      bytes_ = 0;
    }
    pieces_.back().rows.push_back(std::move(row));
    bytes_ += bytes;
    ++rows_;
  }
  std::size_t rows() const { return rows_; }
  std::vector<ImportRecords> take() { return std::move(pieces_); }

 private:
  std::size_t rows_per_piece_;
  std::size_t bytes_ = 0;  ///< of the last piece
  std::size_t rows_ = 0;
  std::vector<ImportRecords> pieces_;
};

}  // namespace annals
