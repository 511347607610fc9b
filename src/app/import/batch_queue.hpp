#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "commands/import/import_records.hpp"

namespace annals {

/// Rows for one commit, with their texts in the file.
struct ImportBatch {
  ImportRecords command;
  std::vector<std::string> texts;
  std::size_t text_bytes = 0;
  std::uint64_t bytes_consumed = 0;  ///< of the input, up to the end of this batch
};

/// From the thread that reads to the one that writes; a few batches wait at most.
class BatchQueue {
 public:
  /// Waits for room. False: nobody takes any more.
  bool push(ImportBatch batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < kWaitingMax || closed_; });
    if (closed_) return false;
    waiting_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }
  /// nullopt: there will be no more. Throws what reading ended with.
  std::optional<ImportBatch> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || ended_; });
    if (waiting_.empty()) {
      if (failure_) std::rethrow_exception(failure_);
      return std::nullopt;
    }
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return batch;
  }
  /// By the reading thread, once.
  void end(std::exception_ptr failure) {
    const std::scoped_lock lock(mutex_);
    failure_ = std::move(failure);
    ended_ = true;
    changed_.notify_all();
  }
  /// By the taking thread: what is pushed from now on is of no use.
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr std::size_t kWaitingMax = 4;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ImportBatch> waiting_;
  bool ended_ = false;
  bool closed_ = false;
  std::exception_ptr failure_;
};

}  // namespace annals
