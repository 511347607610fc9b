#include "app/stop_signals.hpp"

#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <ctime>

namespace annals {
namespace {

constexpr int kSecondSignal = 130;

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

/// The signal that came within a tenth of a second; 0: none.
int next_signal(const sigset_t& set) {
  constexpr timespec kTenth{0, 100'000'000};
  const int signal = sigtimedwait(&set, nullptr, &kTenth);
  return signal > 0 ? signal : 0;
}

}  // namespace

StopSignals::StopSignals(std::chrono::milliseconds patience) {
  const auto set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watcher_ = std::jthread([this, patience](const std::stop_token& done) { watch(done, patience); });
}

StopSignals::~StopSignals() = default;

void StopSignals::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return requested_.load(); });
}

void StopSignals::watch(const std::stop_token& done, std::chrono::milliseconds patience) {
  const auto set = stop_signals();
  while (next_signal(set) == 0) {
    if (done.stop_requested()) return;
  }
  {
    const std::scoped_lock lock(mutex_);
    requested_ = true;
  }
  changed_.notify_all();
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!done.stop_requested()) {
    if (next_signal(set) != 0) std::_Exit(kSecondSignal);
    if (std::chrono::steady_clock::now() < end) continue;
    spdlog::critical("stopping took too long; ending at once (no answered write is lost)");
    spdlog::default_logger()->flush();
    std::_Exit(0);
  }
}

}  // namespace annals
