#include "app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace annals {

Progress::Progress(std::string what, std::string_view of_what)
    : what_(std::move(what)), of_what_(of_what), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (terminal_ && drawn_) fmt::print(stderr, "\n");
}

void Progress::show(std::uint64_t done, std::uint64_t of) {
  const auto percent =
      of == 0 ? 100 : static_cast<std::uint64_t>(100.0 * static_cast<double>(done) / static_cast<double>(of));
  if (terminal_) {
    constexpr std::chrono::milliseconds kRedraw{100};
    const auto now = std::chrono::steady_clock::now();
    if (drawn_ && percent < 100 && now - last_drawn_ < kRedraw) return;
    last_drawn_ = now;
    return draw(percent, done, of);
  }
  if (drawn_ && percent / 10 == last_percent_ / 10) return;
  drawn_ = true;
  last_percent_ = percent;
  fmt::print(stderr, "{}: {} % ({} of {} {})\n", what_, percent, done, of, of_what_);
}

void Progress::draw(std::uint64_t percent, std::uint64_t done, std::uint64_t of) {
  constexpr std::size_t kWidth = 40;
  const auto filled = static_cast<std::size_t>(percent) * kWidth / 100;
  drawn_ = true;
  fmt::print(stderr, "\r{} [{}{}] {:3} %  {} of {} {}", what_, std::string(filled, '#'),
             std::string(kWidth - filled, '.'), percent, done, of, of_what_);
  std::fflush(stderr);
}

}  // namespace annals
