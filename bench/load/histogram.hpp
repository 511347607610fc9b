#pragma once

#include <cstdint>
#include <vector>

namespace load {

/// Counts of durations in buckets that grow with them: 64 to each doubling, so a figure read from it is at most 1.6 %
/// too high. Its size does not depend on how many are recorded.
class Histogram {
 public:
  Histogram();
  void record(std::uint64_t duration_ns);
  std::uint64_t count() const { return count_; }
  std::uint64_t max_ns() const { return max_ns_; }
  /// The duration that the given part (0 to 1) of all did not exceed; 0 when there are none.
  std::uint64_t quantile_ns(double part) const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ns_ = 0;
};

}  // namespace load
