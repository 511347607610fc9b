// A client that keeps to a rate. Request number i is due at start + i / rate, whatever became of those before it, and
// its latency counts from then: a server that stalls is charged for everything that had to wait meanwhile, also for
// what was never sent because no connection came free. One thread; prints one JSON object. Figures that mean nothing
// are not printed: a refused request makes it exit 1.
#include <sys/epoll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "bench/load/connection.hpp"
#include "bench/load/histogram.hpp"
#include "bench/load/requests.hpp"

namespace {

using load::Connection;
using load::Histogram;
using load::Requests;
using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr std::string_view kUsage =
    "usage: bench_load --port N --requests FILE (--rate PER_SECOND --seconds N | --once) [--connections N]\n"
    "The API token is taken from BENCH_TOKEN. --once sends each request once, in order, without waiting.\n";
constexpr auto kPatience = std::chrono::seconds(30);  ///< with a server that answers nothing

struct Options {
  std::uint16_t port = 0;
  std::string requests;
  double rate = 0;
  double seconds = 0;
  bool once = false;
  std::size_t connections = 64;
};

template <class Number>
Number number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) throw std::invalid_argument(std::string(text));
  return value;
}

Options read_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& name = arguments[i];
    if (name == "--once") {
      options.once = true;
      continue;
    }
    if (i + 1 == arguments.size()) throw std::invalid_argument(name);
    const auto& value = arguments[++i];
    if (name == "--port")
      options.port = number<std::uint16_t>(value);
    else if (name == "--requests")
      options.requests = value;
    else if (name == "--rate")
      options.rate = number<double>(value);
    else if (name == "--seconds")
      options.seconds = number<double>(value);
    else if (name == "--connections")
      options.connections = number<std::size_t>(value);
    else
      throw std::invalid_argument(name);
  }
  if (options.port == 0 || options.connections == 0 || options.once == (options.rate > 0))
    throw std::invalid_argument("options");
  return options;
}

class Drive {
 public:
  Drive(const Options& options, Requests& requests)
      : options_(options), requests_(requests), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    total_ = options.once ? requests.size() : static_cast<std::uint64_t>(options.rate * options.seconds);
    for (std::size_t i = 0; i < options.connections; ++i) {
      seats_.push_back({std::make_unique<Connection>(options.port), {}});
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, seats_.back().connection->descriptor(), &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
      idle_.push_back(i);
    }
  }

  void run() {
    start_ = last_answer_ = Clock::now();
    const auto end = options_.once ? Clock::time_point::max() : due(total_);
    while (sent_ < total_ || idle_.size() < seats_.size()) {
      const auto now = Clock::now();
      if (now < end) send_what_is_due(now);
      if (now >= end && idle_.size() == seats_.size()) break;
      if (idle_.size() < seats_.size() && now > last_answer_ + kPatience) break;
      wait(end);
    }
    ended_ = Clock::now();
    charge_for_unanswered();
  }

  void print() const {
    const auto us = [&](double part) { return static_cast<double>(latencies_.quantile_ns(part)) / 1e3; };
    std::printf(R"({"wanted_rate":%.1f,"answered":%llu,"unanswered":%llu,"refused":%llu,"seconds":%.3f,)"
                R"("p50_us":%.1f,"p90_us":%.1f,"p99_us":%.1f,"p999_us":%.1f,"max_us":%.1f})"
                "\n",
                options_.rate, static_cast<unsigned long long>(answered_),
                static_cast<unsigned long long>(total_ - answered_), static_cast<unsigned long long>(refused_),
                std::chrono::duration<double>(ended_ - start_).count(), us(0.5), us(0.9), us(0.99), us(0.999),
                static_cast<double>(latencies_.max_ns()) / 1e3);
  }

  bool all_well() const { return refused_ == 0 && answered_ > 0; }

 private:
  struct Seat {
    std::unique_ptr<Connection> connection;
    Clock::time_point due;  ///< when its request was to be sent
  };

  Clock::time_point due(std::uint64_t number) const {
    if (options_.once) return start_;
    return start_ + nanoseconds(static_cast<std::int64_t>(static_cast<double>(number) * 1e9 / options_.rate));
  }

  void send_what_is_due(Clock::time_point now) {
    while (sent_ < total_ && !idle_.empty() && due(sent_) <= now) {
      Seat& seat = seats_[idle_.back()];
      idle_.pop_back();
      seat.due = options_.once ? now : due(sent_);
      seat.connection->send(options_.once ? requests_.at(sent_) : requests_.any());
      ++sent_;
    }
  }

  /// For answers, but no longer than until the next request can be sent.
  void wait(Clock::time_point end) {
    nanoseconds longest = std::chrono::milliseconds(100);
    const auto now = Clock::now();
    if (sent_ < total_ && !idle_.empty() && now < end)
      longest = std::clamp<nanoseconds>(due(sent_) - now, nanoseconds(0), longest);
    const timespec time{0, longest.count()};
    epoll_event events[64];
    const int count = ::epoll_pwait2(epoll_, events, 64, &time, nullptr);
    for (int i = 0; i < count; ++i) {
      const auto number = events[i].data.u64;
      const auto status = seats_[number].connection->receive();
      if (!status) continue;
      last_answer_ = Clock::now();
      latencies_.record(static_cast<std::uint64_t>(nanoseconds(last_answer_ - seats_[number].due).count()));
      ++answered_;
      if (*status / 100 != 2) ++refused_;
      idle_.push_back(number);
    }
  }

  /// What was due and has no answer has waited until now at least.
  void charge_for_unanswered() {
    const auto charge = [this](Clock::time_point since) {
      latencies_.record(static_cast<std::uint64_t>(std::max(nanoseconds(0), nanoseconds(ended_ - since)).count()));
    };
    for (auto number = sent_; number < total_; ++number) charge(due(number));
    for (std::size_t i = 0; i < seats_.size(); ++i) {
      if (std::ranges::find(idle_, i) == idle_.end()) charge(seats_[i].due);
    }
  }

  const Options& options_;
  Requests& requests_;
  int epoll_;
  std::vector<Seat> seats_;
  std::vector<std::size_t> idle_;
  Clock::time_point start_;
  Clock::time_point last_answer_;
  Clock::time_point ended_;
  std::uint64_t total_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t refused_ = 0;
  Histogram latencies_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto options = read_options({argv + 1, argv + argc});
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    const char* token = std::getenv("BENCH_TOKEN");
    Requests requests(options.requests, token == nullptr ? "" : token);
    Drive drive(options, requests);
    drive.run();
    drive.print();
    return drive.all_well() ? 0 : 1;
  } catch (const std::invalid_argument& wrong) {
    std::fprintf(stderr, "%s: not understood\n%s", wrong.what(), kUsage.data());
    return 2;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "bench_load: %s\n", failure.what());
    return 1;
  }
}
