#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <functional>
#include <mutex>

#include "core/ids.hpp"
#include "core/round_robin.hpp"
#include "http/message.hpp"

namespace annals::http {

/// Reads that may take long, on threads of their own and in the background, so that they keep nobody's quick reads
/// waiting. A bounded number of each platform waits; the platforms take turns. Thread-safe.
class LongReads {
 public:
  using Read = std::move_only_function<Response()>;

  LongReads(std::size_t threads, std::size_t per_platform_max);
  /// Lets the reads that run end, and answers those that wait with 503.
  ~LongReads();
  LongReads(const LongReads&) = delete;
  LongReads& operator=(const LongReads&) = delete;

  /// `read` runs on another thread and its answer goes to `later()`; an exception becomes a 500. False: too many of the
  /// platform's wait, and neither is called.
  bool submit(PlatformId platform, Read read, const std::function<Completion()>& later);

 private:
  struct Waiting {
    Read read;
    Completion completion;
  };
  void run_one();
  static Response answer_of(Read& read);

  const std::size_t per_platform_max_;
  std::mutex mutex_;
  RoundRobin<PlatformId, Waiting> waiting_;
  bool closed_ = false;
  boost::asio::thread_pool threads_;  ///< is asked for one run_one() for each of waiting_
};

}  // namespace annals::http
