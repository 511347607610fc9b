#include "bench/limits/synced_log.hpp"

#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <boost/asio/post.hpp>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace limits {
namespace {

void end_unless(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::_Exit(1);
}

}  // namespace

std::string big_endian(std::uint64_t number) {
  std::string key(8, '\0');
  for (std::size_t i = 8; i-- > 0; number >>= 8) key[i] = static_cast<char>(number & 0xFF);
  return key;
}

std::unique_ptr<rocksdb::DB> open_database(const std::string& directory) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  options.bytes_per_sync = 1u << 20;
  rocksdb::DB* opened = nullptr;
  end_unless(rocksdb::DB::Open(options, directory, &opened));
  return std::unique_ptr<rocksdb::DB>(opened);
}

SyncedLog::SyncedLog(boost::asio::io_context& context, const std::string& directory)
    : context_(context), db_(open_database(directory)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

SyncedLog::~SyncedLog() {
  thread_.request_stop();
  arrived_.notify_all();
}

void SyncedLog::append(std::string record, Told synced) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back({std::move(record), std::move(synced)});
  if (waiting_.size() == 1) arrived_.notify_one();
}

std::vector<SyncedLog::Append> SyncedLog::take(const std::stop_token& stop) {
  std::vector<Append> group;
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return !waiting_.empty() || stop.stop_requested(); });
  group.swap(waiting_);
  return group;
}

void SyncedLog::run(const std::stop_token& stop) {
  rocksdb::WriteBatch batch;
  rocksdb::WriteOptions synced;
  synced.sync = true;
  while (!stop.stop_requested()) {
    auto group = take(stop);
    if (group.empty()) continue;
    batch.Clear();
    for (const Append& append : group) batch.Put(big_endian(++position_), append.record);
    end_unless(db_->Write(synced, &batch));
    boost::asio::post(context_, [group = std::move(group)] {
      for (const Append& append : group) append.synced();
    });
  }
}

}  // namespace limits
