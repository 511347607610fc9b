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
  if (reads_.waiting(platform) >= per_platform_max_) return false;
  push(reads_, platform, [read = std::move(read), completion = later()](bool stopping) mutable {
    completion(stopping ? respond(Problem(ProblemCode::stopping)) : answer_of(read));
  });
  return true;
}

void LongReads::submit_piece(PlatformId platform, Piece piece) {
  const std::scoped_lock lock(mutex_);
  push(pieces_, platform, std::move(piece));
}

void LongReads::push(Waiting& waiting, PlatformId platform, Piece piece) {
  boost::asio::post(threads_, [this] { run_one(); });
  waiting.push(platform, std::move(piece));
}

void LongReads::run_one() {
  static thread_local std::once_flag begun;
  std::call_once(begun, run_in_background);
  std::unique_lock lock(mutex_);
  if (reads_.empty() && pieces_.empty()) return;  // what was to come failed on its way into the queue
  auto& turn = reads_.empty() || (pieces_next_ && !pieces_.empty()) ? pieces_ : reads_;
  pieces_next_ = &turn == &reads_;
  auto next = turn.take();
  const bool closed = closed_;
  lock.unlock();
  next(closed);
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
