#include "http/transport/request_tallies.hpp"

#include <algorithm>

namespace annals::http {
namespace {

constexpr std::array<std::string_view, 9> kToldMethods{"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                       "DELETE", "OPTIONS", "TRACE", "CONNECT"};

/// Methods are labels: what a client invents must not make a new series.
std::string_view known_method(std::string_view method) {
  const auto found = std::find(kToldMethods.begin(), kToldMethods.end(), method);
  return found == kToldMethods.end() ? std::string_view("OTHER") : *found;
}

std::uint64_t hash_of(std::string_view route, std::string_view method, unsigned status) {
  std::uint64_t hash = std::hash<std::string_view>{}(route);
  hash = (hash ^ method.size() ^ static_cast<std::uint64_t>(method.front()) << 8) * 0x9E3779B97F4A7C15ULL;
  return (hash ^ status) * 0x9E3779B97F4A7C15ULL >> 32;
}

std::size_t stripe_of_this_thread() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed);
  return mine;
}

}  // namespace

const std::vector<double>& RequestTallies::boundaries() {
  static const std::vector<double> ends{0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                        0.01,    0.025,  0.05,    0.1,    0.25,  1,      5};
  static_assert(kBuckets == 15);
  return ends;
}

RequestTallies::RequestTallies() : slots_(kSlots) {}

RequestTallies::~RequestTallies() {
  for (const auto& slot : slots_) delete slot.load(std::memory_order_relaxed);
}

void RequestTallies::count(std::string_view route, std::string_view method, unsigned status, double seconds) {
  Series* series = find(route, known_method(method), status);
  if (series == nullptr) return;
  static const std::vector<double>& ends = boundaries();
  const auto bucket = static_cast<std::size_t>(std::lower_bound(ends.begin(), ends.end(), seconds) - ends.begin());
  Stripe& stripe = series->stripes[stripe_of_this_thread() % kStripes];
  stripe.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  stripe.nanoseconds.fetch_add(static_cast<std::uint64_t>(std::max(seconds, 0.0) * 1e9), std::memory_order_relaxed);
}

RequestTallies::Series* RequestTallies::find(std::string_view route, std::string_view method, unsigned status) {
  for (std::size_t slot = hash_of(route, method, status) % kSlots;; slot = (slot + 1) % kSlots) {
    Series* series = slots_[slot].load(std::memory_order_acquire);
    if (series == nullptr) return add(route, method, status, slot);
    if (series->status == status && series->method == method && series->route == route) return series;
  }
}

/// Another thread may have filled the slot meanwhile: then the search goes on from it. A quarter of the slots always
/// stays free, so that searches end; what would come beyond is not counted.
RequestTallies::Series* RequestTallies::add(std::string_view route, std::string_view method, unsigned status,
                                            std::size_t slot) {
  const std::lock_guard lock(adding_);
  for (;; slot = (slot + 1) % kSlots) {
    Series* there = slots_[slot].load(std::memory_order_acquire);
    if (there == nullptr) break;
    if (there->status == status && there->method == method && there->route == route) return there;
  }
  if (series_count_ == kSlots / 4 * 3) return nullptr;
  ++series_count_;
  auto series = std::make_unique<Series>();
  series->route = route;
  series->method = method;
  series->status = status;
  slots_[slot].store(series.get(), std::memory_order_release);
  return series.release();
}

std::vector<RequestTallies::Taken> RequestTallies::take() {
  std::vector<Taken> all;
  for (const auto& slot : slots_) {
    Series* series = slot.load(std::memory_order_acquire);
    if (series == nullptr) continue;
    Taken taken{series->route, std::string(series->method), series->status, 0, 0, std::vector<double>(kBuckets)};
    for (Stripe& stripe : series->stripes) {
      for (std::size_t i = 0; i < kBuckets; ++i)
        taken.buckets[i] += static_cast<double>(stripe.buckets[i].exchange(0, std::memory_order_relaxed));
      taken.seconds += static_cast<double>(stripe.nanoseconds.exchange(0, std::memory_order_relaxed)) * 1e-9;
    }
    for (const double n : taken.buckets) taken.count += n;
    all.push_back(std::move(taken));
  }
  return all;
}

}  // namespace annals::http
