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
/// waiting. A bounded number of each platform waits; the platforms take turns. So do the pieces that longer ones
/// consist of, which get every second turn. Thread-safe.
class LongReads {
 public:
  using Read = std::move_only_function<Response()>;
  using Piece = std::move_only_function<void(bool stopping)>;

  LongReads(std::size_t threads, std::size_t per_platform_max);
  /// Lets the reads that run end, and answers those that wait with 503.
  ~LongReads();
  LongReads(const LongReads&) = delete;
  LongReads& operator=(const LongReads&) = delete;

  /// `read` runs on another thread and its answer goes to `later()`; an exception becomes a 500. False: too many of the
  /// platform's wait, and neither is called.
  bool submit(PlatformId platform, Read read, const std::function<Completion()>& later);
  /// `piece` is called on another thread, with `stopping` when it is to do nothing any more; throws nothing. One
  /// connection has one waiting at most, so that connections bound them.
  void submit_piece(PlatformId platform, Piece piece);

 private:
  using Waiting = RoundRobin<PlatformId, Piece>;
  void push(Waiting& waiting, PlatformId platform, Piece piece);
  void run_one();
  static Response answer_of(Read& read);

  const std::size_t per_platform_max_;
  std::mutex mutex_;
  Waiting reads_;
  Waiting pieces_;
  bool pieces_next_ = false;
  bool closed_ = false;
  boost::asio::thread_pool threads_;  ///< is asked for one run_one() for each that waits
};

}  // namespace annals::http
