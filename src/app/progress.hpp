#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace annals {

/// Shows how far something is on standard error: a bar that redraws itself on a terminal, else a line every ten per
/// cent.
class Progress {
 public:
  explicit Progress(std::string what, std::string unit = "events");
  ~Progress();  ///< ends the bar's line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void show(std::uint64_t done, std::uint64_t of);

 private:
  void draw(std::uint64_t percent, std::uint64_t done, std::uint64_t of);

  std::string what_;
  std::string unit_;
  bool terminal_;
  bool drawn_ = false;
  std::uint64_t last_percent_ = 0;
  std::chrono::steady_clock::time_point last_drawn_;
};

}  // namespace annals
