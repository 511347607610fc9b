#pragma once

#include <exception>
#include <utility>

namespace annals {

/// What `run` throws, null when nothing. For handing a failure to another thread: the catching thread has let go of the
/// exception when this returns, so the one that takes the pointer is also the one that frees it.
template <class Run>
std::exception_ptr failure_of(Run&& run) {
  std::exception_ptr failure;
  try {
    std::forward<Run>(run)();
  } catch (...) {
    failure = std::current_exception();
  }
  return failure;
}

}  // namespace annals
