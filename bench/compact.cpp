// Compacts every column family of the RocksDB database in the folder named, as time would.
#include <rocksdb/db.h>
#include <rocksdb/utilities/options_util.h>

#include <cstdio>
#include <memory>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: bench_compact FOLDER\n");
    return 2;
  }
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  auto status = rocksdb::LoadLatestOptions({}, argv[1], &options, &families);
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  if (status.ok()) status = rocksdb::DB::Open(options, argv[1], families, &handles, &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::CompactRangeOptions all;
  all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (auto* family : handles) {
    if (status.ok()) status = db->Flush({}, family);
    if (status.ok()) status = db->CompactRange(all, family, nullptr, nullptr);
    static_cast<void>(db->DestroyColumnFamilyHandle(family));
  }
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
