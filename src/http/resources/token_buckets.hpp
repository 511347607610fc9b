#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/time.hpp"

namespace annals::http {

/// A token bucket for each name: `burst` requests at once, refilled at `per_second`. Thread-safe. Names that nobody has
/// used for long are forgotten, which changes no verdict: their buckets are full.
class TokenBuckets {
 public:
  struct Verdict {
    bool allowed = true;
    std::uint64_t limit = 0;          ///< requests at once
    std::uint64_t remaining = 0;      ///< of these, now
    std::uint64_t reset_seconds = 0;  ///< until all are there again
    std::uint64_t retry_seconds = 0;  ///< until one is there, when refused; at least 1
  };

  /// `burst` below 1 is taken as one second's worth.
  TokenBuckets(double per_second, double burst);
  Verdict take(std::string_view name, Timestamp now);

 private:
  struct Bucket {
    double tokens;
    Timestamp at;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, Bucket> buckets;
  };
  double refilled(const Bucket& bucket, Timestamp now) const;
  void forget_full(Shard& shard, Timestamp now) const;

  double per_second_;
  double burst_;
  std::array<Shard, 16> shards_;
};

/// What counts as one client: an IPv4 address, or the /64 that an IPv6 one is of.
std::string network_of(std::string_view address);

}  // namespace annals::http
