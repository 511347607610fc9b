// What storage can do with no server around it, as one JSON object of rates: appends of 750 bytes to RocksDB, synced,
// by the number of records in a batch; reads of 600-byte values by random keys, from RocksDB's warm cache and from a
// map in memory.
#include <rocksdb/cache.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdio>
#include <random>

#include "bench/limits/answer.hpp"
#include "bench/limits/options.hpp"
#include "bench/limits/synced_log.hpp"

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kKeys = 1'000'000;
constexpr auto kLoopTime = std::chrono::milliseconds(700);

/// How often `work` can be done in a second.
template <class Work>
double rate_of(const Work& work) {
  const auto begin = Clock::now();
  std::uint64_t done = 0;
  while (Clock::now() - begin < kLoopTime) done += work();
  return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - begin).count();
}

double appends(rocksdb::DB& db, std::uint64_t batch_records) {
  const std::string record(750, 'r');
  rocksdb::WriteOptions synced;
  synced.sync = true;
  std::uint64_t position = 0;
  rocksdb::WriteBatch batch;
  return rate_of([&] {
    batch.Clear();
    for (std::uint64_t i = 0; i < batch_records; ++i) batch.Put(limits::big_endian(++position), record);
    return db.Write(synced, &batch).ok() ? batch_records : 0;
  });
}

double rocksdb_reads(const std::string& directory) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(2u << 30);
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::Open(options, directory, &opened).ok()) return 0;
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  const std::string value = limits::fixed_answer();
  for (std::uint64_t key = 0; key < kKeys; ++key) db->Put(unlogged, limits::big_endian(key), value);
  db->CompactRange({}, nullptr, nullptr);
  std::mt19937_64 random(1);
  std::string found;
  const auto read = [&] {
    return db->Get({}, limits::big_endian(random() % kKeys), &found).ok() ? std::uint64_t{1} : std::uint64_t{0};
  };
  for (std::uint64_t i = 0; i < kKeys; ++i) read();  // warms the cache
  return rate_of(read);
}

double map_reads() {
  boost::unordered_flat_map<std::uint64_t, std::string> values;
  for (std::uint64_t key = 0; key < kKeys; ++key) values.emplace(key, limits::fixed_answer());
  std::mt19937_64 random(2);
  std::string found;
  return rate_of([&] {
    found = values.find(random() % kKeys)->second;
    return found.empty() ? std::uint64_t{0} : std::uint64_t{1};
  });
}

}  // namespace

int main(int argc, char** argv) {
  const limits::Options options = limits::read_options(argc, argv);
  const auto db = limits::open_database(options.directory + "/appends");
  std::printf("{");
  for (const std::uint64_t batch : {1, 8, 32, 64, 256})
    std::printf("\"append_%llu\":%.0f,", static_cast<unsigned long long>(batch), appends(*db, batch));
  std::printf("\"rocksdb_get\":%.0f,", rocksdb_reads(options.directory + "/reads"));
  std::printf("\"map_get\":%.0f}\n", map_reads());
}
