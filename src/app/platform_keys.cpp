#include "app/platform_keys.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "projections/records.hpp"

namespace annals {
namespace {

std::optional<std::string> key_in_views(const ViewReader& views, PlatformId platform) {
  if (platform == kSystemPlatform) return std::string(kSystemPlatformKey);
  try {
    if (const auto own = read_own_platform(views, platform); own && !own->details.key.empty()) return own->details.key;
    const auto registered = read_registered_platform(views, platform);
    if (registered && !registered->details.key.empty()) return registered->details.key;
  } catch (const std::exception& error) {
    spdlog::warn("the key of platform {} cannot be read: {}", platform.value, error.what());
  }
  return std::nullopt;
}

}  // namespace

PlatformKeys::PlatformKeys(Store& store) {
  const auto& views = store.views().latest();
  for (const auto platform : store.log().platforms()) {
    keys_[platform] = key_in_views(views, platform).value_or(fmt::format("platform-{}", platform.value));
  }
}

std::string PlatformKeys::of(PlatformId platform) const {
  const auto found = keys_.find(platform);
  return found == keys_.end() ? fmt::format("platform-{}", platform.value) : found->second;
}

std::optional<PlatformId> PlatformKeys::with_key(std::string_view key) const {
  for (const auto& [platform, name] : keys_) {
    if (name == key) return platform;
  }
  // What it is called while the views do not say.
  for (const auto& [platform, name] : keys_) {
    if (fmt::format("platform-{}", platform.value) == key) return platform;
  }
  return std::nullopt;
}

std::expected<PlatformId, std::string> PlatformKeys::with_records(std::string_view key) const {
  const auto platform = with_key(key);
  if (platform && *platform != kSystemPlatform) return *platform;
  return std::unexpected(
      fmt::format("there is no platform \"{}\" that can hold persons; there are {}.", key, listed()));
}

std::string PlatformKeys::listed() const {
  std::string all;
  std::size_t left = keys_.size();
  for (const auto& [platform, name] : keys_) {
    --left;
    all += name;
    if (left > 0) all += left == 1 ? " and " : ", ";
  }
  return all;
}

}  // namespace annals
