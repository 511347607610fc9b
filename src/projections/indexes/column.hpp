#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace annals {

/// One value a row. Grows by whole chunks, so that a row more never moves more than a chunk: who waits for it waits
/// microseconds. Different chunks may be written by different threads once the size stands.
template <class T>
class Column {
 public:
  static constexpr std::size_t kChunkRows = 1 << 16;

  T& operator[](std::size_t row) { return chunks_[row / kChunkRows][row % kChunkRows]; }
  const T& operator[](std::size_t row) const { return chunks_[row / kChunkRows][row % kChunkRows]; }
  std::size_t size() const { return size_; }

  void push_back(const T& value) {
    if (size_ % kChunkRows == 0) chunks_.emplace_back();
    chunks_.back().push_back(value);
    ++size_;
  }
  /// Only ever to more rows.
  void resize(std::size_t size) {
    chunks_.resize((size + kChunkRows - 1) / kChunkRows);
    for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
      chunks_[chunk].resize(std::min(kChunkRows, size - chunk * kChunkRows));
    }
    size_ = size;
  }
  bool operator==(const Column&) const = default;

 private:
  std::vector<std::vector<T>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace annals
