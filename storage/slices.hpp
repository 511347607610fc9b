#pragma once

#include <rocksdb/slice.h>

#include <string_view>

namespace annals {

/// As RocksDB takes bytes.
inline rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
/// As we read them. It lasts as long as what the slice is of.
inline std::string_view view_of(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace annals
