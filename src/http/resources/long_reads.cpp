#include "http/resources/long_reads.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "core/background.hpp"
#include "http/problems.hpp"
#include "http/transport/answer.hpp"

namespace annals::http {

LongReads::LongReads(std::size_t threads, std::size_t per_platform_max)
    : per_platform_max_(per_platform_max), threads_(threads) {}

LongReads::~LongReads() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  threads_.join();
}

bool LongReads::submit(PlatformId platform, Read read, const std::function<Completion()>& later) {
  const std::scoped_lock lock(mutex_);
  if (waiting_.waiting(platform) >= per_platform_max_) return false;
  boost::asio::post(threads_, [this] { run_one(); });
  waiting_.push(platform, Waiting{std::move(read), later()});
  return true;
}

void LongReads::run_one() {
  static thread_local std::once_flag begun;
  std::call_once(begun, run_in_background);
  std::unique_lock lock(mutex_);
  if (waiting_.empty()) return;  // what was to come failed on its way into the queue
  Waiting next = waiting_.take();
  const bool closed = closed_;
  lock.unlock();
  next.completion(closed ? respond(Problem(ProblemCode::stopping)) : answer_of(next.read));
}

Response LongReads::answer_of(Read& read) {
  try {
    return read();
  } catch (const std::exception& error) {
    spdlog::error("A long read failed: {}", error.what());
  } catch (...) {
    spdlog::error("A long read failed.");
  }
  return internal_error();
}

}  // namespace annals::http
