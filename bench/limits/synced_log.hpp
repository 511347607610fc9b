#pragma once

#include <rocksdb/db.h>

#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace limits {

/// Eight bytes, so that the order of keys is that of numbers.
std::string big_endian(std::uint64_t number);

/// Opens or makes it as the limit programs all do; ends the process when it cannot.
std::unique_ptr<rocksdb::DB> open_database(const std::string& directory);

/// Records in RocksDB, appended by one thread: what waits is one batch with one sync, and all who waited are told by
/// one wake-up of `context`.
class SyncedLog {
 public:
  using Told = std::function<void()>;

  SyncedLog(boost::asio::io_context& context, const std::string& directory);
  ~SyncedLog();

  /// From any thread. `synced` runs on the thread of the context.
  void append(std::string record, Told synced);

 private:
  struct Append {
    std::string record;
    Told synced;
  };

  void run(const std::stop_token& stop);
  std::vector<Append> take(const std::stop_token& stop);

  boost::asio::io_context& context_;
  std::unique_ptr<rocksdb::DB> db_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Append> waiting_;
  std::uint64_t position_ = 0;
  std::jthread thread_;
};

}  // namespace limits
