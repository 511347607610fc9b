#include "http/resources/token_buckets.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cmath>
#include <functional>

namespace annals::http {
namespace {

/// Per shard. Beyond it full buckets are forgotten; when none is full, all are: memory and time stay bounded under a
/// flood of names.
constexpr std::size_t kBucketsMax = 8192;
/// Longer ones, which clients may choose, are told apart by their beginnings.
constexpr std::size_t kNameBytesMax = 512;

std::uint64_t whole_seconds(double seconds) {
  return static_cast<std::uint64_t>(std::ceil(std::max(0.0, seconds)));
}

}  // namespace

TokenBuckets::TokenBuckets(double per_second, double burst)
    : per_second_(per_second), burst_(burst < 1 ? std::max(1.0, std::floor(per_second)) : std::floor(burst)) {}

double TokenBuckets::refilled(const Bucket& bucket, Timestamp now) const {
  const std::chrono::duration<double> passed = now - bucket.at;
  return std::min(burst_, bucket.tokens + std::max(0.0, passed.count()) * per_second_);
}

void TokenBuckets::forget_full(Shard& shard, Timestamp now) const {
  std::erase_if(shard.buckets, [&](const auto& entry) { return refilled(entry.second, now) >= burst_; });
  if (shard.buckets.size() >= kBucketsMax) shard.buckets.clear();
}

TokenBuckets::Verdict TokenBuckets::take(std::string_view name, Timestamp now) {
  name = name.substr(0, kNameBytesMax);
  auto& shard = shards_[std::hash<std::string_view>{}(name) % shards_.size()];
  const std::scoped_lock lock(shard.mutex);
  const std::string key(name);
  if (shard.buckets.size() >= kBucketsMax && !shard.buckets.contains(key)) forget_full(shard, now);
  auto& bucket = shard.buckets.try_emplace(key, Bucket{burst_, now}).first->second;
  bucket.tokens = refilled(bucket, now);
  bucket.at = std::max(bucket.at, now);
  Verdict verdict;
  verdict.allowed = bucket.tokens >= 1;
  if (verdict.allowed) {
    bucket.tokens -= 1;
  } else {
    verdict.retry_seconds = std::max<std::uint64_t>(1, whole_seconds((1 - bucket.tokens) / per_second_));
  }
  verdict.limit = static_cast<std::uint64_t>(burst_);
  verdict.remaining = static_cast<std::uint64_t>(bucket.tokens);
  verdict.reset_seconds = whole_seconds((burst_ - bucket.tokens) / per_second_);
  return verdict;
}

std::string network_of(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(address), error);
  if (error || parsed.is_v4()) return std::string(address);
  const auto v6 = parsed.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
  const auto bytes = v6.to_bytes();
  return std::string(bytes.begin(), bytes.begin() + 8);
}

}  // namespace annals::http
