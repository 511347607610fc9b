#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "projections/tables.hpp"
#include "storage/byte_store.hpp"

namespace annals {

/// Says now and then how many of all rows are read. `tell` is called on one thread only.
class LoadProgress {
 public:
  using Tell = std::function<void(std::uint64_t done, std::uint64_t of)>;
  LoadProgress(Tell tell, std::uint64_t of) : tell_(std::move(tell)), of_(of) {}
  void add(std::uint64_t rows) { done_.fetch_add(rows, std::memory_order_relaxed); }
  void say() const;

 private:
  const Tell tell_;
  std::atomic<std::uint64_t> done_ = 0;
  const std::uint64_t of_;
};

/// How many rows the tables of a platform will have.
std::uint64_t rows_of(const ViewReader& views, PlatformId platform);

/// Fills empty tables from the views on that many threads; as many of the newest texts as the budget bears.
void load_tables(const ViewReader& views, PlatformId platform, PlatformTables& tables, unsigned threads,
                 LoadProgress& progress);

}  // namespace annals
