#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "storage/store.hpp"

namespace annals {

inline constexpr std::string_view kSystemPlatformKey = "system";

/// What the platforms of a data directory are called, as its views say.
class PlatformKeys {
 public:
  explicit PlatformKeys(Store& store);
  /// `platform-<id>` when the views do not say.
  std::string of(PlatformId platform) const;
  std::optional<PlatformId> with_key(std::string_view key) const;
  /// `main, sales and system`, for sentences.
  std::string listed() const;

 private:
  std::map<PlatformId, std::string> keys_;
};

}  // namespace annals
