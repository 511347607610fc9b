#include "storage/wal_watch.hpp"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <charconv>

#include "storage/log_entry.hpp"

namespace annals {
namespace {

// RocksDB's layout of a write-ahead log: blocks of records, each behind a header; a write batch in the records.
constexpr std::uint64_t kBlockBytes = 32768;
constexpr std::uint64_t kRecordHeaderBytes = 7;
constexpr std::size_t kBatchHeaderBytes = 12;
constexpr std::uint8_t kPutInFamily = 5;

struct LogKeys : rocksdb::WriteBatch::Handler {
  std::uint32_t family;
  std::map<PlatformId, Position>& first;
  LogKeys(std::uint32_t log_family, std::map<PlatformId, Position>& first_seen)
      : family(log_family), first(first_seen) {}

  rocksdb::Status PutCF(std::uint32_t to, const rocksdb::Slice& key, const rocksdb::Slice&) override {
    if (to != family || key.size() != LogKey::kBytes) return {};
    const auto at = LogKey::decode({key.data(), key.size()});
    const auto [it, fresh] = first.emplace(at.platform, at.first);
    if (!fresh) it->second = std::min(it->second, at.first);
    return {};
  }
  rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override { return {}; }
  rocksdb::Status SingleDeleteCF(std::uint32_t, const rocksdb::Slice&) override { return {}; }
  rocksdb::Status DeleteRangeCF(std::uint32_t, const rocksdb::Slice&, const rocksdb::Slice&) override { return {}; }
};

}  // namespace

WalWatch::WalWatch(const Files& files, const std::string& database, OnGap on_gap) : files_(files), on_gap_(on_gap) {
  was_filling_ = files.env().FileExists(database + '/' + std::string(kFillingDirectory)).ok();
  std::vector<std::string> names;
  if (!files.env().GetChildren(database, &names).ok()) return;
  for (const auto& name : names) {
    if (!name.ends_with(".log")) continue;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || std::string_view(end) != ".log") continue;
    File file{database + "/" + name};
    if (files.env().GetFileSize(file.path, &file.size).ok()) wals_[number] = file;
  }
}

void WalWatch::ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>&,
                                        const std::map<std::string, std::uint32_t>& ids) {
  if (const auto it = ids.find("log"); it != ids.end()) log_family_ = it->second;
}

std::uint64_t WalWatch::end_of_record(std::uint64_t offset, std::uint64_t bytes) {
  do {
    auto left = kBlockBytes - offset % kBlockBytes;
    if (left < kRecordHeaderBytes) {
      offset += left;
      left = kBlockBytes;
    }
    const auto fragment = std::min(bytes, left - kRecordHeaderBytes);
    offset += kRecordHeaderBytes + fragment;
    bytes -= fragment;
  } while (bytes > 0);
  return offset;
}

bool WalWatch::continues(const rocksdb::WriteBatch& batch) {
  if (batch.Data().size() < kBatchHeaderBytes) return false;
  ByteReader header(batch.Data());
  const auto sequence = header.u64();
  const auto count = header.u32();
  if (count == 0) return true;
  const bool follows = next_sequence_ == 0 || sequence == next_sequence_ || (was_filling_ && sequence > next_sequence_);
  next_sequence_ = sequence + count;
  return follows;
}

rocksdb::WalFilter::WalProcessingOption WalWatch::LogRecordFound(unsigned long long number, const std::string&,
                                                                 const rocksdb::WriteBatch& batch, rocksdb::WriteBatch*,
                                                                 bool*) {
  if (!continues(batch)) {
    past_gap_ = true;
    // Refused here, before RocksDB has written anything: afterwards nobody could see it any more.
    if (on_gap_ == OnGap::refuse) return WalProcessingOption::kCorruptedRecord;
  }
  if (const auto it = wals_.find(number); it != wals_.end() && !past_gap_) {
    it->second.seen = true;
    it->second.replayed = end_of_record(it->second.replayed, batch.Data().size());
  }
  LogKeys keys(log_family_, first_replayed_);
  return batch.Iterate(&keys).ok() ? WalProcessingOption::kContinueProcessing : WalProcessingOption::kCorruptedRecord;
}

std::vector<std::pair<std::string, std::uint64_t>> WalWatch::unfinished() const {
  std::vector<std::pair<std::string, std::uint64_t>> cut;
  for (const auto& [number, file] : wals_) {
    const bool newest = number == wals_.rbegin()->first;
    if ((file.seen || newest) && file.size > file.replayed) cut.emplace_back(file.path, file.size - file.replayed);
  }
  return cut;
}

std::optional<WalWatch::Commit> WalWatch::stopped_at() const {
  for (const auto& [number, file] : wals_) {
    if (file.replayed >= file.size) continue;
    std::unique_ptr<rocksdb::RandomAccessFile> opened;
    if (!files_.env().NewRandomAccessFile(file.path, &opened, rocksdb::EnvOptions()).ok()) continue;
    constexpr auto kNeeded = kRecordHeaderBytes + kBatchHeaderBytes + 3 + LogKey::kBytes;
    auto offset = file.replayed;
    if (const auto left = kBlockBytes - offset % kBlockBytes; left < kRecordHeaderBytes) offset += left;
    std::string bytes(kNeeded, '\0');
    rocksdb::Slice read;
    if (!opened->Read(offset, kNeeded, &read, bytes.data()).ok() || read.size() != kNeeded) continue;
    ByteReader put({read.data() + kRecordHeaderBytes + kBatchHeaderBytes, 3 + LogKey::kBytes});
    if (put.u8() != kPutInFamily || put.u8() != log_family_ || put.u8() != LogKey::kBytes) continue;
    const auto key = LogKey::decode(put.raw(LogKey::kBytes));
    return Commit{key.platform, key.first};
  }
  return std::nullopt;
}

}  // namespace annals
