#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace annals::http {

/// Requests counted by (route, method, status), with how long they took. Counting takes no lock and touches no cache
/// line of another thread: every thread has a stripe of its own, added up only when somebody asks.
class RequestTallies {
 public:
  static constexpr std::size_t kBuckets = 15;  ///< the last one for everything longer

  struct Taken {
    std::string route;
    std::string method;
    unsigned status;
    double count;
    double seconds;
    std::vector<double> buckets;
  };

  RequestTallies();
  ~RequestTallies();

  /// Upper ends of all buckets but the last, in seconds.
  static const std::vector<double>& boundaries();

  void count(std::string_view route, std::string_view method, unsigned status, double seconds);
  /// What was counted since the last call.
  std::vector<Taken> take();

 private:
  static constexpr std::size_t kSlots = 4096;  ///< far more than routes × methods × statuses
  static constexpr std::size_t kStripes = 8;

  struct alignas(64) Stripe {
    std::array<std::atomic<std::uint64_t>, kBuckets> buckets{};
    std::atomic<std::uint64_t> nanoseconds{0};
  };
  struct Series {
    std::string route;
    std::string_view method;
    unsigned status;
    std::array<Stripe, kStripes> stripes;
  };

  Series* find(std::string_view route, std::string_view method, unsigned status);
  Series* add(std::string_view route, std::string_view method, unsigned status, std::size_t slot);

  std::vector<std::atomic<Series*>> slots_;
  std::mutex adding_;
  std::size_t series_count_ = 0;
};

}  // namespace annals::http
