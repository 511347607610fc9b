#include "bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace load {
namespace {

constexpr unsigned kStepBits = 6;
constexpr std::uint64_t kSteps = 1u << kStepBits;

/// Below kSteps a bucket holds one value; from there on the highest seven bits say which it is.
std::size_t bucket_of(std::uint64_t value) {
  if (value < kSteps) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - kStepBits - 1;
  return (shift + 1) * kSteps + ((value >> shift) - kSteps);
}

std::uint64_t highest_in(std::size_t bucket) {
  if (bucket < kSteps) return bucket;
  const auto shift = bucket / kSteps - 1;
  return ((bucket % kSteps + kSteps + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : buckets_((64 - kStepBits + 1) * kSteps) {}

void Histogram::record(std::uint64_t duration_ns) {
  ++buckets_[bucket_of(duration_ns)];
  ++count_;
  max_ns_ = std::max(max_ns_, duration_ns);
}

std::uint64_t Histogram::quantile_ns(double part) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen > 0 && seen >= wanted) return std::min(highest_in(bucket), max_ns_);
  }
  return 0;
}

}  // namespace load
